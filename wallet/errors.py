"""What the wallet refuses; amounts in a sentence are written in credits."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplace.errors import DomainError
from wallet.amounts import in_credits


class WalletError(DomainError):
    sentence = _("The wallet could not do that. Nothing was moved.")
    code = "wallet_error"
    spoken: ClassVar[frozenset[str]] = frozenset()  # the fields that are amounts

    @property
    def message(self) -> str:
        words = {name: in_credits(v) if name in self.spoken else v for name, v in self.fields.items()}
        return self.sentence.format(**words) if words else str(self.sentence)


class InsufficientCredits(WalletError):
    sentence = _(
        "You have {available} credits and this takes {needed}: {missing} are missing. Top up, then go on."
    )
    code = "insufficient_credits"
    http_status = 402
    spoken = frozenset({"available", "needed", "missing"})


class InvalidAmount(WalletError):
    sentence = _("An amount is a whole number of hundredths of a credit, above zero. Nothing was moved.")
    code = "invalid_amount"
    http_status = 400


class IdempotencyMismatch(WalletError):
    sentence = _(
        "This was already sent with other content. Nothing was moved a second time: open the page again."
    )
    code = "idempotency_mismatch"


class NoEscrow(WalletError):
    sentence = _("No credits are held for this, so there is nothing to pay out or give back.")
    code = "no_escrow"


class AlreadySettled(WalletError):
    sentence = _("This is settled already, and a settlement happens once. Your wallet shows what was moved.")
    code = "already_settled"


class CaptureExceedsHold(WalletError):
    sentence = _("The bill of {used} is more than the {held} credits that are held. Nothing was moved.")
    code = "capture_exceeds_hold"
    spoken = frozenset({"held", "used"})


class NotCaptured(WalletError):
    sentence = _("This call was not paid to this consultant, so nothing of it can be given on or given back.")
    code = "not_captured"


class InDisputeWindow(WalletError):
    sentence = _("The time for questions about this call is not over yet. Nothing was moved.")
    code = "in_dispute_window"


class NothingPending(WalletError):
    sentence = _("Nothing of this call is waiting any more. Nothing was moved.")
    code = "nothing_pending"


class RefundExceedsBill(WalletError):
    sentence = _("{asked} credits are more than the {left} that are left of this bill. Nothing was moved.")
    code = "refund_exceeds_bill"
    spoken = frozenset({"left", "asked"})


class RefundExceedsPayment(WalletError):
    sentence = _(
        "{asked} credits are more than the {left} that are left of this payment. Choose a smaller amount."
    )
    code = "refund_exceeds_payment"
    spoken = frozenset({"left", "asked"})


class NotInTransit(WalletError):
    sentence = _("Nobody asked for this, so it can neither arrive nor come back. Nothing was moved.")
    code = "not_in_transit"


class TransitAmountDiffers(WalletError):
    sentence = _("{asked} credits are not the {left} that are on their way. Nothing was moved.")
    code = "transit_amount_differs"
    spoken = frozenset({"left", "asked"})


class SecondPersonNeeded(WalletError):
    sentence = _(
        "So many credits need a second member of staff. Ask a colleague to approve; nothing was moved."
    )
    code = "second_person_needed"


class StaffOnly(WalletError):
    sentence = _(
        "Only staff who can sign in move credits by hand. Nothing was moved: ask a colleague to do it."
    )
    code = "staff_only"
    http_status = 403


class OwnCredits(WalletError):
    sentence = _("Nobody moves their own credits by hand. Nothing was moved: ask a colleague to do it.")
    code = "own_credits"
    http_status = 403


class ReasonNeeded(WalletError):
    sentence = _("Moving credits by hand needs a name and a reason. Write why; nothing was moved.")
    code = "reason_needed"
    http_status = 400


class UnknownJournal(WalletError):
    sentence = _("There is no such movement. Nothing was moved.")
    code = "unknown_journal"
    http_status = 404


class NotReversible(WalletError):
    sentence = _(
        "A movement of this kind is not reversed: a paid call is refunded, a payout fails. Nothing was moved."
    )
    code = "not_reversible"


class AlreadyReversed(WalletError):
    sentence = _("This was reversed already, and that happens once. Nothing was moved.")
    code = "already_reversed"


class CurrencyMismatch(WalletError):
    sentence = _("These credits are of two kinds and cannot be mixed. Nothing was moved.")
    code = "currency_mismatch"
    http_status = 400


class UnknownAccount(WalletError):
    sentence = _("There is no such account. Nothing was moved.")
    code = "unknown_account"
    http_status = 404


class InvalidReference(WalletError):
    sentence = _("A movement needs a key, an owner and what it is for. Nothing was moved.")
    code = "invalid_reference"
    http_status = 400


class LedgerBusy(WalletError):
    sentence = _("Your wallet is busy with something else. Nothing was moved: try again in a moment.")
    code = "ledger_busy"
    http_status = 503


class LedgerRefused(WalletError):
    sentence = _("The ledger refused this to keep the books right. Nothing was moved.")
    code = "ledger_refused"
    http_status = 500


class OutsideTransaction(WalletError):
    sentence = _("Credits move only together with what they are for. Nothing was moved.")
    code = "outside_transaction"
    http_status = 500


class TopUpOutOfRange(WalletError):
    sentence = _("A top-up is between {smallest} and {largest} credits. Choose an amount in between.")
    code = "top_up_out_of_range"
    http_status = 400
    spoken = frozenset({"smallest", "largest"})


class TooManyTopUps(WalletError):
    sentence = _("{limit} top-ups an hour are the limit. You can top up again in {seconds} seconds.")
    code = "too_many_top_ups"
    http_status = 429
