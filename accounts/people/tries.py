"""Limits how many wrong passwords are compared before the user has to wait.

A browser that has signed in to the account before has its own budget. All others share the budgets of
the account and of their network (docs/decisions/0019-limits-are-rows.md).
"""

import math
import unicodedata
from dataclasses import dataclass

from django.http import HttpRequest

from accounts.errors import (
    TooManyTries,
    TooManyTriesForAddress,
    TooManyTriesFromNetwork,
    TooManyTriesInBrowser,
)
from accounts.people.known_browsers import recognise
from marketplace.core import limits, rules
from marketplace.core.http import client_network

ACCOUNT, NETWORK, BROWSER, PASSWORD_AGAIN = (
    f"wrong-password-{of}" for of in ("account", "network", "browser", "again")
)


@dataclass(frozen=True)
class Budget:
    """`limit` wrong tries in SIGN_IN_TRIES_SECONDS, per `what` and `who`; the next raises `refusal`."""

    what: str
    who: str
    limit: int
    refusal: type[TooManyTries]

    def spend(self) -> None:
        """Count a try before the password is compared, so that parallel tries are counted one by one."""
        seconds = rules.SIGN_IN_TRIES_SECONDS
        try:
            limits.count(what=self.what, who=self.who, limit=self.limit, seconds=seconds)
        except limits.TooMany as problem:
            raise self.refusal(tries=self.limit, minutes=in_minutes(problem.fields["seconds"])) from None

    def give_back(self) -> None:
        """The try was right, or nothing was compared."""
        limits.give_back(what=self.what, who=self.who)


def spend_for_sign_in(request: HttpRequest, email: str) -> list[Budget]:
    """Count a sign-in in all budgets that it needs; returns them, to be given back if it is right."""
    spent: list[Budget] = []
    for budget in _budgets(request, email):
        try:
            budget.spend()
        except TooManyTries:
            give_back(spent)
            raise
        spent.append(budget)
    return spent


def give_back(budgets: list[Budget]) -> None:
    """Take the try out of all of them."""
    for budget in budgets:
        budget.give_back()


def of_signed_in(user_id: int) -> Budget:
    """The budget of a signed-in user who must enter the password again."""
    return Budget(PASSWORD_AGAIN, str(user_id), rules.SIGN_IN_TRIES, TooManyTries)


def forget_wrong_tries(email: str) -> None:
    """Reset the count after a password change: tries against the old password no longer matter."""
    limits.forget(what=ACCOUNT, who=_same_for_all_spellings(email))


def in_minutes(seconds: int) -> int:
    """Seconds to wait as whole minutes, rounded up."""
    return math.ceil(seconds / 60)


def _budgets(request: HttpRequest, email: str) -> list[Budget]:
    tries = rules.SIGN_IN_TRIES
    if browser := recognise(request, email):
        return [Budget(BROWSER, browser, tries, TooManyTriesInBrowser)]
    of_network = rules.SIGN_IN_TRIES_OF_NETWORK
    return [
        Budget(NETWORK, client_network(request), of_network, TooManyTriesFromNetwork),
        Budget(ACCOUNT, _same_for_all_spellings(email), tries, TooManyTriesForAddress),
    ]


def _same_for_all_spellings(email: str) -> str:
    # Accounts are found in the same way: "ſ" is an "s", so no other spelling has a budget of its own.
    return unicodedata.normalize("NFKC", email.strip()).casefold()
