"""The ledger's tables, for reading. Only the SQL functions in `wallet/sql/` write their rows."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wallet.fields import Xid8Field


class AccountKind(models.TextChoices):
    CLIENT_AVAILABLE = "client_available", _("Spendable credits")
    ESCROW = "escrow", _("Held for one consultation")
    CONSULTANT_PENDING = "consultant_pending", _("Earned, in the dispute window")
    CONSULTANT_AVAILABLE = "consultant_available", _("Earned, ready to be paid out")
    PAYOUT_TRANSIT = "payout_transit", _("Payout on its way")
    REFUND_TRANSIT = "refund_transit", _("Cash refund on its way")
    PLATFORM_REVENUE = "platform_revenue", _("Our fees")
    STRIPE_CLEARING = "stripe_clearing", _("Minus the cash at Stripe")
    CASH_CLEARING = "cash_clearing", _("Minus the test credits given out")
    STRIPE_FEES = "stripe_fees", _("Payment fees")
    DISPUTE_LOSS = "dispute_loss", _("Losses in disputes")
    PROMO_EXPENSE = "promo_expense", _("Credits given by staff")


class BalanceMode(models.TextChoices):
    ROW = "row", _("Kept in the row")
    FOLD = "fold", _("Summed from postings")


class Op(models.TextChoices):
    TOP_UP = "top_up", _("Top-up")
    TOP_UP_FEE = "top_up_fee", _("Payment fee")
    HOLD = "hold", _("Held")
    RELEASE = "release", _("Returned")
    CAPTURE = "capture", _("Paid")
    EXTEND = "extend", _("Held for more time")
    MATURE = "mature", _("Released to the consultant")
    REFUND = "refund", _("Refund")
    PAYOUT = "payout", _("Payout requested")
    PAYOUT_DONE = "payout_done", _("Payout made")
    PAYOUT_FAILED = "payout_failed", _("Payout failed")
    CASH_REFUND = "cash_refund", _("Cash refund requested")
    CASH_REFUND_DONE = "cash_refund_done", _("Cash refund made")
    CASH_REFUND_FAILED = "cash_refund_failed", _("Cash refund failed")
    CHARGEBACK = "chargeback", _("Chargeback")
    ADJUST = "adjust", _("Adjusted by staff")
    REVERSE = "reverse", _("Reversed")


# Operations that end a consultation's escrow or a transfer in transit: one for each reference.
SETTLEMENTS = (
    Op.CAPTURE,
    Op.RELEASE,
    Op.PAYOUT_DONE,
    Op.PAYOUT_FAILED,
    Op.CASH_REFUND_DONE,
    Op.CASH_REFUND_FAILED,
)
# Operations looked up by their reference, to see how much of a bill or a payment was already returned.
FOLLOW_UPS = (Op.TOP_UP, Op.MATURE, Op.REFUND, Op.CASH_REFUND, Op.CHARGEBACK)


def _database_function(name: str) -> Func:
    return Func(function=name, template="%(function)s()")


class Account(models.Model):
    """One pot of credits; its owner is a key text (`user:41`, `consultation:<uuid>`), '' for the system."""

    kind = models.TextField(_("kind"), choices=AccountKind.choices)
    owner = models.TextField(_("owner"), blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    floor = models.BigIntegerField(_("floor"), null=True)
    balance_mode = models.TextField(_("balance mode"), choices=BalanceMode.choices)
    balance = models.BigIntegerField(_("balance"), db_default=0)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        # More constraints, one function each, are in wallet/sql/0002_guards.sql: PostgreSQL parses the text
        # of every CHECK again for each statement, and a list of words is long.
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner", "currency"], name="wallet_account_one_per_owner"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=models.F("floor")),  # NULL without a floor, which passes
                name="wallet_account_no_overdraft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner} {self.currency}".replace("  ", " ")


class Journal(models.Model):
    """One operation: its kind, the reference that it was for, and the key that makes it happen once."""

    op = models.TextField(_("operation"), choices=Op.choices)
    idem_key = models.TextField(_("idempotency key"))
    request_hash = models.BinaryField(_("request hash"))
    reference = models.TextField(_("reference"))
    reverses = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="reversed_by",
        db_constraint=False,
        db_index=False,
        verbose_name=_("reverses"),
    )
    actor_id = models.BigIntegerField(_("staff member"), null=True)
    approver_id = models.BigIntegerField(_("second staff member"), null=True)
    reason = models.TextField(_("reason"), null=True)  # noqa: DJ001 (no reason given differs from an empty one)
    xid = Xid8Field(_("transaction id"), db_default=_database_function("pg_current_xact_id"))
    occurred_at = models.DateTimeField(_("occurred at"))
    created_at = models.DateTimeField(_("created at"), db_default=_database_function("clock_timestamp"))

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        constraints = [
            # Not unique=True, which would add a second index for LIKE.
            models.UniqueConstraint(fields=["idem_key"], name="wallet_journal_one_per_key"),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(op__in=SETTLEMENTS), name="wallet_journal_one_settlement"
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="wallet_journal_one_reverse",
            ),
        ]
        # Partial: a hold, the most frequent operation, has no entry in any of these.
        indexes = [
            models.Index(
                fields=["reference"], condition=Q(op__in=FOLLOW_UPS), name="wallet_journal_follow_ups"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.op} {self.reference}"


class Posting(models.Model):
    """`amount` moves from `debit` to `credit`; an unbalanced row cannot be written."""

    # No database foreign keys: accounts and journals cannot be deleted, the posting trigger checks that they
    # exist, and a foreign-key check would lock a busy account's row in share mode from every transaction.
    pk = models.CompositePrimaryKey("journal_id", "n")
    journal = models.ForeignKey(
        Journal,
        on_delete=models.DO_NOTHING,
        related_name="postings",
        db_constraint=False,
        db_index=False,
        verbose_name=_("journal"),
    )
    n = models.SmallIntegerField(_("number"), db_default=1)
    debit = models.ForeignKey(
        Account,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("debit"),
    )
    credit = models.ForeignKey(
        Account,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("credit"),
    )
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="wallet_posting_amount_positive"),
            models.CheckConstraint(
                condition=~Q(debit=models.F("credit")), name="wallet_posting_two_accounts"
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "journal"], name="wallet_posting_debit"),
            models.Index(fields=["credit", "journal"], name="wallet_posting_credit"),
        ]

    def __str__(self) -> str:
        return f"{self.debit_id} -> {self.credit_id} {self.amount}"


class Adjustment(models.Model):
    """Evidence that an adjustment's people were staff when it was booked, and the limit at that moment.

    Only `ledger_adjust` writes it, so neither a new limit nor a colleague who left makes it look wrong.
    """

    journal = models.OneToOneField(
        Journal,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        primary_key=True,
        verbose_name=_("journal"),
    )
    alone_max = models.BigIntegerField(_("limit for one person"))

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")

    def __str__(self) -> str:
        return f"{self.journal_id} when {self.alone_max} needed a second person"


class FoldSnapshot(models.Model):
    """A cached sum of all postings of transactions below `upto`; it can be deleted and rebuilt."""

    account = models.ForeignKey(
        Account,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("account"),
    )
    upto = Xid8Field(_("up to transaction"))
    balance = models.BigIntegerField(_("balance"))

    class Meta:
        verbose_name = _("snapshot of a balance")
        verbose_name_plural = _("snapshots of balances")
        constraints = [
            models.UniqueConstraint(fields=["account", "upto"], name="wallet_foldsnapshot_one_per_cut"),
        ]

    def __str__(self) -> str:
        words = gettext("{account} up to {upto}: {balance}")
        return words.format(account=self.account_id, upto=self.upto, balance=self.balance)


class TopUpState(models.TextChoices):
    OPEN = "open", _("Waiting for the payment")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")


class TopUp(models.Model):
    """One purchase of credits as the buyer sees it; the money itself is in the ledger."""

    uuid = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    user_key = models.TextField(_("owner"))
    form_key = models.UUIDField(_("form key"))
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.TextField(_("state"), choices=TopUpState.choices)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")
        constraints = [
            models.UniqueConstraint(fields=["user_key", "form_key"], name="wallet_topup_one_per_form"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="wallet_topup_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=TopUpState.values), name="wallet_topup_state"),
        ]
        indexes = [models.Index(fields=["user_key", "created_at"], name="wallet_topup_recent")]

    def __str__(self) -> str:
        return f"topup:{self.uuid}"

    @property
    def key(self) -> str:
        """The key text under which the ledger knows this purchase."""
        return f"topup:{self.uuid}"


def owner_key(user_id: int) -> str:
    """The key text of a person's accounts."""
    return f"user:{user_id}"


class LedgerCheck(models.Model):
    """One run of all rules over all rows; without `finished_at` it is still running, or its process died."""

    started_at = models.DateTimeField(_("started at"), db_index=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    milliseconds = models.IntegerField(_("milliseconds"), default=0)
    postings = models.BigIntegerField(_("postings"), default=0)
    violations = models.JSONField(_("violations"), default=list)

    class Meta:
        verbose_name = _("ledger check")
        verbose_name_plural = _("ledger checks")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {'right' if self.is_right else 'wrong or unfinished'}"

    @property
    def is_right(self) -> bool:
        return self.finished_at is not None and not self.violations

    @property
    def seconds(self) -> str:
        return f"{self.milliseconds / 1000:.1f}"


class LedgerChore(models.Model):
    """When a periodic job last ran: one row per job."""

    name = models.TextField(_("name"), primary_key=True)
    done_at = models.DateTimeField(_("last run at"))

    class Meta:
        verbose_name = _("ledger job")
        verbose_name_plural = _("ledger jobs")

    def __str__(self) -> str:
        return self.name
