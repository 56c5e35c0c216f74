"""The password of a user who is signed in or follows a mailed link."""

from django.db import transaction

from accounts.errors import DemoAccountShared, PasswordMovedOn, PasswordWrong
from accounts.models import User
from accounts.people.tries import of_signed_in


def check(*, user: User, password: str) -> None:
    """Check the password again before a critical change; raises PasswordWrong or TooManyTries."""
    budget = of_signed_in(user.pk)
    budget.spend()
    if not user.check_password(password):
        raise PasswordWrong
    budget.give_back()


@transaction.atomic(durable=True)
def set_password(*, user: User, password: str) -> None:
    """Set a new password, but only if the stored one is still the one that `user` was read with.

    Otherwise a concurrent request could overwrite a password that a way back has just disabled. Raises
    PasswordMovedOn, or DemoAccountShared: nobody may lock out the others who share the account.
    """
    if user.is_demo:
        raise DemoAccountShared
    before = user.password
    user.set_password(password)
    if not User.objects.filter(pk=user.pk, password=before).update(password=user.password):
        raise PasswordMovedOn
