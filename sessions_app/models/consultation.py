"""A consultation from the ring to the receipt, and who is engaged in it."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import rules
from sessions_app.states import FINAL, IN_ROOM, OPEN, EndReason, State

if TYPE_CHECKING:
    from accounts.models import User

CLIENT, CONSULTANT = "client", "consultant"
VIDEO, TEXT = "video", "text"
GOODBYE = timedelta(seconds=rules.GOODBYE_SECONDS)
SILENT = timedelta(seconds=rules.SILENT_SECONDS)
MEETING = timedelta(seconds=10)  # two browsers that find a path at all have found it by then


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Named reads; every page starts with `of(user)`, so that a stranger finds nothing."""

    def of(self, user: "User") -> "ConsultationQuerySet":
        """The consultations in which this person takes part, in either role."""
        return self.filter(Q(client=user) | Q(consultant=user))

    def open(self) -> "ConsultationQuerySet":
        return self.filter(state__in=OPEN)

    def ringing_for(self, user: "User") -> "ConsultationQuerySet":
        """Requests that this consultant is asked to answer."""
        return self.filter(consultant=user, state=State.RINGING)

    def in_text(self, ids: Iterable[uuid.UUID]) -> "ConsultationQuerySet":
        """Those among `ids` whose two people agreed to write."""
        return self.filter(pk__in=ids, mode=TEXT)

    def no_path_with_others(
        self, *, consultant: int | OuterRef, client: int | OuterRef, before: datetime | OuterRef
    ) -> "ConsultationQuerySet":
        """Calls of this consultant that lost contact in the days before, with anybody but this client."""
        since = before - timedelta(days=rules.CLIENT_LOST_FREE_DAYS)
        calls = self.filter(consultant=consultant, end_reason=EndReason.NO_PATH)
        return calls.filter(~Q(client=client), ended_at__gt=since, ended_at__lte=before)

    def marking_no_path_again(self) -> "ConsultationQuerySet":
        """`no_path_again`: it lost contact, and so did this consultant and another client not long before."""
        own = {name: OuterRef(name) for name in ("consultant", "client")}
        others = Consultation.objects.no_path_with_others(**own, before=OuterRef("ended_at"))
        return self.annotate(no_path_again=Q(end_reason=EndReason.NO_PATH) & Exists(others))

    def with_people(self) -> "ConsultationQuerySet":
        return self.select_related("client", "consultant", "consultant__profile")


class Consultation(models.Model):
    """Money in hundredths of a credit, durations in seconds; price, fee and rules as they were when asked."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("client"), related_name="consultations_asked"
    )
    consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("consultant"),
        related_name="consultations_given",
    )
    request_key = models.UUIDField(
        _("request key"),
        help_text=_("the key of the form, so that a double click finds the same consultation"),
    )
    topic = models.CharField(_("topic"), max_length=280)
    link = models.CharField(_("link"), max_length=500, blank=True)
    snippet = models.TextField(_("snippet"), blank=True)

    price = models.BigIntegerField(_("price"))
    fee_bps = models.IntegerField(_("fee in basis points"))
    free_below_seconds = models.IntegerField(
        _("free below seconds"), help_text=_("fewer joint seconds than this cost nothing")
    )
    minimum_bill_seconds = models.IntegerField(
        _("minimum bill seconds"), help_text=_("the shortest time that is billed above that")
    )
    currency = models.CharField(_("currency"), max_length=3)
    bought_seconds = models.IntegerField(_("bought seconds"))
    held_extra = models.BigIntegerField(
        _("held for extensions"),
        default=0,
        db_default=0,
        help_text=_("held for extensions, in addition to the price"),
    )

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RINGING)
    mode = models.CharField(
        _("mode"), max_length=5, choices=[(VIDEO, _("video")), (TEXT, _("text"))], default=VIDEO
    )
    end_reason = models.CharField(_("end reason"), max_length=20, choices=EndReason, blank=True, default="")
    decline_reason = models.CharField(_("decline reason"), max_length=20, blank=True)

    requested_at = models.DateTimeField(_("requested at"))
    expires_at = models.DateTimeField(_("expires at"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    ring_line = models.CharField(
        _("note to the caller"),
        max_length=rules.RING_LINE_MAX_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text=_("the note that the consultant sent to the client while it rang"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    live_by = models.DateTimeField(_("live by"), null=True, blank=True)
    live_at = models.DateTimeField(_("live at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    return_by = models.DateTimeField(_("return by"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    # The witness: the last heartbeat of each side, its page, and the moment until which both were present.
    client_seen_at = models.DateTimeField(_("last contact of the client at"), null=True, blank=True)
    consultant_seen_at = models.DateTimeField(_("last contact of the consultant at"), null=True, blank=True)
    # This page still answers us but cannot hear the other one, so it is the other side or the network path
    # that is lost.
    client_answered_at = models.DateTimeField(_("last answer of the client at"), null=True, blank=True)
    consultant_answered_at = models.DateTimeField(
        _("last answer of the consultant at"), null=True, blank=True
    )
    client_entered_at = models.DateTimeField(_("client entered at"), null=True, blank=True)
    consultant_entered_at = models.DateTimeField(_("consultant entered at"), null=True, blank=True)
    client_page = models.CharField(_("page of the client"), max_length=16, blank=True)
    consultant_page = models.CharField(_("page of the consultant"), max_length=16, blank=True)
    # The web process that last heard this side. If it went silent, neither person is treated as lost.
    client_process = models.UUIDField(_("web process of the client"), null=True, blank=True)
    consultant_process = models.UUIDField(_("web process of the consultant"), null=True, blank=True)
    witnessed_until = models.DateTimeField(_("witnessed until"), null=True, blank=True)
    interrupted_at = models.DateTimeField(_("interrupted at"), null=True, blank=True)
    interrupted_by = models.CharField(
        _("interrupted by"), max_length=20, choices=EndReason, blank=True, default=""
    )
    interrupted_seconds = models.FloatField(
        _("interrupted seconds"), default=0, help_text=_("the total of all finished interruptions")
    )

    # Both agree to continue in text. A side that was answered "not now" may ask again.
    client_text_at = models.DateTimeField(_("client asked for text at"), null=True, blank=True)
    consultant_text_at = models.DateTimeField(_("consultant asked for text at"), null=True, blank=True)
    text_declined_by = models.CharField(
        _("text declined by"), max_length=10, blank=True, default="", db_default=""
    )

    joint_seconds = models.IntegerField(_("joint seconds"), default=0)
    billable_seconds = models.IntegerField(_("billable seconds"), default=0)
    bill = models.BigIntegerField(_("bill"), default=0)
    fee = models.BigIntegerField(_("fee"), default=0)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["client", "request_key"], name="consultation_request_key_once"),
            models.CheckConstraint(condition=~Q(client=F("consultant")), name="consultation_two_people"),
            models.CheckConstraint(condition=Q(price__gt=0), name="consultation_price_positive"),
            models.CheckConstraint(condition=Q(fee_bps__range=(0, 10_000)), name="consultation_fee_sane"),
            models.CheckConstraint(
                condition=Q(held_extra__gte=0) & Q(bill__lte=F("price") + F("held_extra")),
                name="consultation_bill_within_hold",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="consultation_state_known"),
            models.CheckConstraint(
                condition=Q(bill__gte=0) & Q(bill__gte=F("fee")) & Q(fee__gte=0),
                name="consultation_bill_sane",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, settled_at__isnull=False)
                | Q(state__in=OPEN, settled_at__isnull=True),
                name="consultation_settled_when_final",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state=State.RINGING), name="due_ringing"),
            models.Index(fields=["live_by"], condition=Q(state=State.ACCEPTED), name="due_accepted"),
            models.Index(fields=["return_by"], condition=Q(state=State.INTERRUPTED), name="due_interrupted"),
            models.Index(fields=["ends_at"], condition=Q(state=State.LIVE), name="due_live"),
            models.Index(fields=["witnessed_until"], condition=Q(state=State.LIVE), name="due_silent"),
            models.Index(fields=["client", "-requested_at"], name="consultation_of_client"),
            models.Index(fields=["consultant", "-requested_at"], name="consultation_of_consultant"),
        ]

    def __str__(self) -> str:
        return f"{self.topic[:40]} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("consultation", args=[self.pk])

    @property
    def receipt_url(self) -> str:
        """The receipt, also for somebody who does not wait for the goodbye to be over."""
        return self.get_absolute_url() + ("?receipt" if self.closes_at else "")

    @property
    def reference(self) -> str:
        """The key text by which the wallet knows this consultation."""
        return f"consultation:{self.pk}"

    @property
    def in_room(self) -> bool:
        return self.state in IN_ROOM

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def closes_at(self) -> datetime | None:
        """Until when the page stays open for a goodbye, if the bought time was used up."""
        if self.state != State.ENDED or self.end_reason != EndReason.TIME_UP or self.ended_at is None:
            return None
        return self.ended_at + GOODBYE

    @property
    def came_at(self) -> dict[str, datetime]:
        """When each of those who came into the room came first."""
        moments = {CLIENT: self.client_entered_at, CONSULTANT: self.consultant_entered_at}
        return {role: at for role, at in moments.items() if at}

    @property
    def there_until(self) -> dict[str, datetime]:
        """When the page of each of those who came was last heard of."""
        return {role: self.last_answer(role) or at for role, at in self.came_at.items()}

    def stayed(self, role: str) -> bool:
        """Whether the page of somebody who came was still there when the time to connect was over."""
        return self.live_by is not None and self.there_until[role] >= self.live_by - SILENT

    def last_answer(self, role: str) -> datetime | None:
        """When this side's page answered last, with or without contact to the other."""
        stamps = [getattr(self, f"{role}_{what}_at") for what in ("seen", "answered")]
        return max((stamp for stamp in stamps if stamp), default=None)

    def in_goodbye(self, now: datetime) -> bool:
        """Over and settled, but the two may still say goodbye."""
        return self.closes_at is not None and now < self.closes_at

    def open_at(self, now: datetime) -> bool:
        """Whether the room can be entered, and words and signals go through it, at this moment."""
        return self.in_room or self.in_goodbye(now)

    @property
    def in_text(self) -> bool:
        """Both agreed to write instead of seeing and hearing each other."""
        return self.mode == TEXT

    @property
    def held(self) -> int:
        """All that was set aside: the price, and what extensions took in addition."""
        return self.price + self.held_extra

    @property
    def returned(self) -> int:
        """What went back to the client: the hold less the bill."""
        return self.held - self.bill

    @property
    def payout(self) -> int:
        """What the consultant gets: the bill less the fee."""
        return self.bill - self.fee

    @property
    def payout_at_most(self) -> int:
        """What the consultant gets if the whole quarter hour is used."""
        return self.price - self.price * self.fee_bps // 10_000

    def role_of(self, user: "User") -> str:
        """`client` or `consultant` for one of the two; strangers were kept out by `of(user)`."""
        return CLIENT if self.client_id == user.pk else CONSULTANT

    def other(self, user: "User") -> "User":
        """The person on the other side."""
        return self.consultant if self.client_id == user.pk else self.client


class Engagement(models.Model):
    """Nobody is in two consultations: one row for each of the two, from the ring to the final state."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="engagement"
    )
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, verbose_name=_("consultation"), related_name="engagements"
    )

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")

    def __str__(self) -> str:
        return f"{self.person_id}, {self.consultation_id}"
