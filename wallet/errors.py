"""What the wallet refuses. A docstring is the message for people; amounts in it are spoken in credits."""

from typing import ClassVar

from marketplace.errors import DomainError
from wallet.amounts import in_credits


class WalletError(DomainError):
    """The wallet could not do that. Nothing was moved."""

    code = "wallet_error"
    spoken: ClassVar[frozenset[str]] = frozenset()  # the fields that are amounts

    @property
    def message(self) -> str:
        text = " ".join((type(self).__doc__ or "").split())
        words = {name: in_credits(v) if name in self.spoken else v for name, v in self.fields.items()}
        return text.format(**words) if words else text


class InsufficientCredits(WalletError):
    """You have {available} credits and this takes {needed}: {missing} are missing. Top up, then go on."""

    code = "insufficient_credits"
    http_status = 402
    spoken = frozenset({"available", "needed", "missing"})


class InvalidAmount(WalletError):
    """An amount is a whole number of hundredths of a credit, above zero. Nothing was moved."""

    code = "invalid_amount"
    http_status = 400


class IdempotencyMismatch(WalletError):
    """This was already sent with other content. Nothing was moved a second time: open the page again."""

    code = "idempotency_mismatch"


class NoEscrow(WalletError):
    """No credits are held for this, so there is nothing to pay out or give back."""

    code = "no_escrow"


class AlreadySettled(WalletError):
    """This is settled already, and a settlement happens once. Your wallet shows what was moved."""

    code = "already_settled"


class CaptureExceedsHold(WalletError):
    """The bill of {used} is more than the {held} credits that are held. Nothing was moved."""

    code = "capture_exceeds_hold"
    spoken = frozenset({"held", "used"})


class CurrencyMismatch(WalletError):
    """These credits are of two kinds and cannot be mixed. Nothing was moved."""

    code = "currency_mismatch"
    http_status = 400


class UnknownAccount(WalletError):
    """There is no such account. Nothing was moved."""

    code = "unknown_account"
    http_status = 404


class InvalidReference(WalletError):
    """A movement needs a key, an owner and what it is for. Nothing was moved."""

    code = "invalid_reference"
    http_status = 400


class LedgerBusy(WalletError):
    """Your wallet is busy with something else. Nothing was moved: try again in a moment."""

    code = "ledger_busy"
    http_status = 503


class LedgerRefused(WalletError):
    """The ledger refused this to keep the books right. Nothing was moved."""

    code = "ledger_refused"
    http_status = 500


class OutsideTransaction(WalletError):
    """Credits move only together with what they are for. Nothing was moved."""

    code = "outside_transaction"
    http_status = 500


class TopUpOutOfRange(WalletError):
    """A top-up is between {smallest} and {largest} credits. Choose an amount in between."""

    code = "top_up_out_of_range"
    http_status = 400
    spoken = frozenset({"smallest", "largest"})


class TooManyTopUps(WalletError):
    """{limit} top-ups an hour are the limit. You can top up again in {seconds} seconds."""

    code = "too_many_top_ups"
    http_status = 429
