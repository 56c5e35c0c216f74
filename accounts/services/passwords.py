"""The password of somebody who is signed in, or came by a mailed link."""

from django.db import transaction

from accounts.errors import DemoAccountShared, PasswordMovedOn, PasswordWrong
from accounts.models import User
from accounts.tries import of_signed_in


def check(*, user: User, password: str) -> None:
    """Compare the password once more before something weighty; raises PasswordWrong or TooManyTries."""
    budget = of_signed_in(user.pk)
    budget.spend()
    if not user.check_password(password):
        raise PasswordWrong
    budget.give_back()


@transaction.atomic(durable=True)
def set_password(*, user: User, password: str) -> None:
    """Give the account a new password; it is stored only over the one that `user` was read with.

    Else a request under way could write over what a way back has just closed. Raises PasswordMovedOn, or
    DemoAccountShared: nobody may lock out the others who share it.
    """
    if user.is_demo:
        raise DemoAccountShared
    before = user.password
    user.set_password(password)
    if not User.objects.filter(pk=user.pk, password=before).update(password=user.password):
        raise PasswordMovedOn
