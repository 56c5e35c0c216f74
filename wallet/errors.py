"""The wallet's refusals. Their sentences show amounts in credits."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, try_again
from marketplace.core.words import in_credits


class WalletError(DomainError):
    sentence = _("The wallet could not do that. No credits were moved.")
    code = "wallet_error"
    spoken: ClassVar[frozenset[str]] = frozenset()  # the fields that are amounts

    @property
    def message(self) -> str:
        words = {name: in_credits(v) if name in self.spoken else v for name, v in self.fields.items()}
        return self.sentence.format(**words) if words else str(self.sentence)


class InsufficientCredits(WalletError):
    sentence = _(
        "You need {missing} more credits: this costs {needed}, and you have {available}. "
        "Top up, then try again."
    )
    code = "insufficient_credits"
    http_status = 402
    spoken = frozenset({"available", "needed", "missing"})


class InvalidAmount(WalletError):
    sentence = _("Use an amount above zero, in whole hundredths of a credit. No credits were moved.")
    code = "invalid_amount"
    http_status = 400


class IdempotencyMismatch(WalletError):
    sentence = _(
        "This form was already sent with different content. No credits were moved again. Open the page again."
    )
    code = "idempotency_mismatch"


class NoEscrow(WalletError):
    sentence = _("No credits are held for this, so there is nothing to pay out or return.")
    code = "no_escrow"


class AlreadySettled(WalletError):
    sentence = _("This is already settled and cannot be settled twice. See your wallet for the amounts.")
    code = "already_settled"


class CaptureExceedsHold(WalletError):
    sentence = _("The bill of {used} credits exceeds the {held} credits held. No credits were moved.")
    code = "capture_exceeds_hold"
    spoken = frozenset({"held", "used"})


class NotCaptured(WalletError):
    sentence = _("This call was not paid to this consultant, so it can be neither paid out nor refunded.")
    code = "not_captured"


class InDisputeWindow(WalletError):
    sentence = _("The dispute window of this call is still open. No credits were moved.")
    code = "in_dispute_window"


class NothingPending(WalletError):
    sentence = _("Nothing is pending for this call any more. No credits were moved.")
    code = "nothing_pending"


class RefundExceedsBill(WalletError):
    sentence = _("Only {left} credits of this bill are left, not {asked}. No credits were moved.")
    code = "refund_exceeds_bill"
    spoken = frozenset({"left", "asked"})


class RefundExceedsPayment(WalletError):
    sentence = _("Only {left} credits of this payment are left, not {asked}. Choose a smaller amount.")
    code = "refund_exceeds_payment"
    spoken = frozenset({"left", "asked"})


class NotInTransit(WalletError):
    sentence = _(
        "This transfer was never requested, so it can neither arrive nor fail. No credits were moved."
    )
    code = "not_in_transit"


class TransitAmountDiffers(WalletError):
    sentence = _("{left} credits are on their way, not {asked}. No credits were moved.")
    code = "transit_amount_differs"
    spoken = frozenset({"left", "asked"})


class SecondPersonNeeded(WalletError):
    sentence = _(
        "An amount this large needs approval from a second staff member. Ask a colleague to approve it."
    )
    code = "second_person_needed"


class StaffOnly(WalletError):
    sentence = _(
        "Only active staff can move credits by hand. Ask a colleague to do it; no credits were moved."
    )
    code = "staff_only"
    http_status = 403


class OwnCredits(WalletError):
    sentence = _(
        "Staff cannot move their own credits by hand. Ask a colleague to do it; no credits were moved."
    )
    code = "own_credits"
    http_status = 403


class ReasonNeeded(WalletError):
    sentence = _("Moving credits by hand needs a name and a reason. Enter a reason; no credits were moved.")
    code = "reason_needed"
    http_status = 400


class UnknownJournal(WalletError):
    sentence = _("There is no such transfer. No credits were moved.")
    code = "unknown_journal"
    http_status = 404


class NotReversible(WalletError):
    sentence = _(
        "This kind of transfer cannot be reversed. Refund the call, or mark the payout as failed. "
        "No credits were moved."
    )
    code = "not_reversible"


class AlreadyReversed(WalletError):
    sentence = _("This transfer is already reversed and cannot be reversed twice. No credits were moved.")
    code = "already_reversed"


class CurrencyMismatch(WalletError):
    sentence = _("Credits in two different currencies cannot be mixed. No credits were moved.")
    code = "currency_mismatch"
    http_status = 400


class UnknownAccount(WalletError):
    sentence = _("There is no such account. No credits were moved.")
    code = "unknown_account"
    http_status = 404


class InvalidReference(WalletError):
    sentence = _("A transfer needs a key, an owner and a purpose. No credits were moved.")
    code = "invalid_reference"
    http_status = 400


class LedgerBusy(WalletError):
    sentence = _("Your wallet is busy. No credits were moved. Try again in a moment.")
    code = "ledger_busy"
    http_status = 503


class LedgerRefused(WalletError):
    sentence = _("The ledger refused this to keep the books correct. No credits were moved.")
    code = "ledger_refused"
    http_status = 500


class OutsideTransaction(WalletError):
    sentence = _("Credits can only be moved together with what they pay for. No credits were moved.")
    code = "outside_transaction"
    http_status = 500


class TopUpOutOfRange(WalletError):
    sentence = _("Choose an amount between {smallest} and {largest} credits.")
    code = "top_up_out_of_range"
    http_status = 400
    spoken = frozenset({"smallest", "largest"})


class TooManyTopUps(WalletError):
    sentence = _("You can top up {limit} times an hour. {try_again}")
    code = "too_many_top_ups"
    http_status = 429

    @property
    def message(self) -> str:
        wait = try_again(self.fields["seconds"])
        return self.sentence.format(limit=self.fields["limit"], try_again=wait)
