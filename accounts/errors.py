"""Why an account or a profile was refused."""

from typing import ClassVar

from marketplace.errors import DomainError


class AccountError(DomainError):
    """That change to the account did not work."""

    code: ClassVar[str] = "account"


class NotApproved(AccountError):
    """Your profile is not approved yet, so clients cannot call you. Finish it and send it for approval on the profile page."""

    code = "not_approved"


class EmailNotVerified(AccountError):
    """Your e-mail address is not confirmed yet. Enter the code from our mail, then go online."""

    code = "email_not_verified"
