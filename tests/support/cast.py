"""Who plays in the tests: clara the client, conrad the consultant, stella the stranger, ada the admin."""

import uuid

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Sum

from accounts.models import ConsultantProfile, ProfileStatus, Shown, Skill, User
from marketplace.core.time import now
from wallet import ledger
from wallet.models import Account, BalanceMode, Posting, TopUp, TopUpState, owner_key

PASSWORD = "a-long-test-password"
CURRENCY = "XTS"


def person(name: str, *, verified: bool = True, **fields: object) -> User:
    """An account `<name>@example.com` with the test password."""
    user = User.objects.create_user(f"{name}@example.com", PASSWORD, name=name.capitalize(), **fields)
    if verified:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def consultant(name: str, *, price: int = 2000, **fields: object) -> User:
    """An approved consultant whose handle is the name."""
    user = person(name, gives_help=True)
    profile = ConsultantProfile.objects.create(
        user=user,
        handle=name,
        headline=f"{name.capitalize()} helps with Django",
        about="Twenty years of web sites.",
        languages=["en", "de"],
        price=price,
        status=ProfileStatus.APPROVED,
        approved_at=now(),
        **fields,
    )
    profile.skills.set([Skill.objects.get_or_create(slug="django", defaults={"name": "Django"})[0]])
    return user


def switch_on(user: User) -> ConsultantProfile:
    """The switch is on and the mirrored state says so; whether a socket is there is another matter."""
    ConsultantProfile.objects.filter(user=user).update(
        accepting=True, accepting_changed_at=now(), shown_state=Shown.AVAILABLE
    )
    return ConsultantProfile.objects.get(user=user)


def fund(user: User, amount: int = 10_000) -> None:
    """Bring credits (hundredths) into a wallet: a purchase of any amount, without the limits."""
    with transaction.atomic(savepoint=False):
        bought = TopUp.objects.create(
            user_key=owner_key(user.pk),
            form_key=uuid.uuid4(),
            amount=amount,
            currency=CURRENCY,
            state=TopUpState.PAID,
            created_at=now(),
        )
        ledger.top_up(
            owner=bought.user_key,
            amount=amount,
            currency=CURRENCY,
            key=bought.key,
            reference=bought.key,
            now=bought.created_at,
        )


def ledger_sum() -> int:
    """All balances together, those of the system accounts summed from their postings: always 0."""
    kept = Account.objects.filter(balance_mode=BalanceMode.ROW).aggregate(Sum("balance"))["balance__sum"] or 0
    folded = Account.objects.filter(balance_mode=BalanceMode.FOLD)
    arrived = Posting.objects.filter(credit__in=folded).aggregate(Sum("amount"))["amount__sum"] or 0
    departed = Posting.objects.filter(debit__in=folded).aggregate(Sum("amount"))["amount__sum"] or 0
    return kept + arrived - departed


def balance_of(kind: str, owner: str = "") -> int:
    """One account's balance in hundredths, system accounts included; 0 where there is none."""
    account = Account.objects.filter(kind=kind, owner=owner, currency=CURRENCY).first()
    if account is None:
        return 0
    if account.balance_mode == BalanceMode.ROW:
        return account.balance
    arrived = Posting.objects.filter(credit=account).aggregate(Sum("amount"))["amount__sum"] or 0
    departed = Posting.objects.filter(debit=account).aggregate(Sum("amount"))["amount__sum"] or 0
    return arrived - departed
