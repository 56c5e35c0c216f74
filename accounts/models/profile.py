"""What a consultant offers, and the mirrored facts of whether they are free."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import handles
from accounts.models.skill import Skill
from accounts.models.user import User
from marketplace.core import rules


class ProfileStatus(models.TextChoices):
    DRAFT = "draft", _("being written")
    SUBMITTED = "submitted", _("waiting for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("sent back")


class Shown(models.TextChoices):
    """What everybody sees. `available` = switch on, reachable, not engaged, no pause, no ring missed."""

    AVAILABLE = "available", _("Free now")
    BUSY = "busy", _("In a call")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


# Highest acceptance rate first. Nothing that can be bought has a place in an order.
MOST_RELIABLE = (Cast("taken_lately", FloatField()) / NullIf(F("asked_lately"), 0)).desc(nulls_last=True)
# The order must be total (hence `pk`), or pagination would repeat or skip people.
BEST_FIRST = (MOST_RELIABLE, "-talks_count", "pk")


class ProfileQuerySet(models.QuerySet["ConsultantProfile"]):
    """Named reads of profiles."""

    def public(self) -> "ProfileQuerySet":
        """Approved profiles of people who give help now: what a visitor may see."""
        return self.filter(status=ProfileStatus.APPROVED, user__is_active=True, user__gives_help=True)

    def with_card(self) -> "ProfileQuerySet":
        """Everything a card shows, in three queries whatever the number of cards."""
        return self.select_related("user").prefetch_related("skills", "hours")


class ConsultantProfile(models.Model):
    """The public page of a consultant; `shown_state` mirrors their presence (docs/presence.md)."""

    user = models.OneToOneField(User, models.PROTECT, related_name="profile", verbose_name=_("user"))
    handle = models.CharField(
        _("handle"),
        max_length=handles.LONGEST,
        unique=True,
        validators=[RegexValidator(handles.SHAPE.pattern, _("Use a-z, 0-9 and single hyphens."))],
    )
    headline = models.CharField(_("headline"), max_length=80, blank=True)
    about = models.TextField(_("about"), max_length=2000, blank=True)
    skills = models.ManyToManyField(Skill, related_name="profiles", blank=True, verbose_name=_("skills"))
    languages = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("languages")
    )
    price = models.BigIntegerField(
        _("price for 15 minutes"), default=2000, help_text=_("in hundredths of a credit")
    )

    status = models.CharField(_("status"), max_length=12, choices=ProfileStatus, default=ProfileStatus.DRAFT)
    status_note = models.CharField(_("status note"), max_length=400, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    accepting = models.BooleanField(_("switch"), default=False)
    accepting_changed_at = models.DateTimeField(_("switch turned at"), null=True, blank=True)
    accepting_until = models.DateTimeField(
        _("online until"),
        null=True,
        blank=True,
        help_text=_("the end time they chose; empty means the longest time"),
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    unreachable_since = models.DateTimeField(_("unreachable since"), null=True, blank=True)
    engaged_until = models.DateTimeField(
        _("engaged until"),
        null=True,
        blank=True,
        help_text=_("the latest known end of the current call"),
    )
    call_ends_at = models.DateTimeField(
        _("call ends at"),
        null=True,
        blank=True,
        help_text=_("when the bought time is used up, while it is running"),
    )
    call_seconds = models.PositiveIntegerField(
        _("call seconds"), default=0, db_default=0, help_text=_("the bought time, once the call was live")
    )
    missed_ring_at = models.DateTimeField(
        _("missed ring at"),
        null=True,
        blank=True,
        help_text=_("away since this ring, until they press the switch"),
    )
    missed_caller = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("missed caller")
    )
    missed_in_row = models.PositiveSmallIntegerField(_("missed in a row"), default=0, db_default=0)
    kept_off_until = models.DateTimeField(
        _("kept off until"),
        null=True,
        blank=True,
        help_text=_("cannot go online before, after too many missed rings in a row"),
    )
    presence_version = models.BigIntegerField(_("presence version"), default=0)
    shown_state = models.CharField(_("shown state"), max_length=10, choices=Shown, default=Shown.OFFLINE)
    demo_lease = models.BooleanField(_("demo lease"), default=False, editable=False)
    talks_count = models.PositiveIntegerField(_("talks count"), default=0)
    asked_lately = models.PositiveSmallIntegerField(
        _("asked lately"),
        default=0,
        db_default=0,
        help_text=_("the number of recent requests that reached them"),
    )
    taken_lately = models.PositiveSmallIntegerField(_("taken lately"), default=0, db_default=0)
    answer_seconds = models.PositiveIntegerField(
        _("answer seconds"),
        null=True,
        blank=True,
        help_text=_("the median time from ringing to accepting"),
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultant profile")
        verbose_name_plural = _("consultant profiles")
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="profile_price_positive"),
            models.CheckConstraint(condition=Q(shown_state__in=Shown.values), name="profile_shown_known"),
            models.CheckConstraint(condition=Q(status__in=ProfileStatus.values), name="profile_status_known"),
        ]
        indexes = [
            models.Index(fields=["status", "shown_state", "id"], name="profile_free_first"),
            GinIndex(fields=["languages"], name="profile_languages"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.handle})"

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.handle])

    @property
    def online_until(self) -> datetime | None:
        """When the switch turns off automatically: at the end they chose, or after the longest time."""
        if not self.accepting or self.accepting_changed_at is None:
            return None
        longest = self.accepting_changed_at + timedelta(seconds=rules.SWITCH_MAX_SECONDS)
        return min(self.accepting_until or longest, longest)

    @property
    def answers_known(self) -> bool:
        """Whether there are enough requests to show "took N of the last M requests"."""
        return self.asked_lately >= rules.ANSWERS_SHOWN_FROM

    @property
    def answer_time_known(self) -> bool:
        """Whether there are enough answers to show "answers in about N s"."""
        return self.answer_seconds is not None and self.taken_lately >= rules.ANSWERS_SHOWN_FROM


class FormerHandle(models.Model):
    """A handle the consultant has given up: its address redirects to the profile."""

    handle = models.CharField(_("handle"), max_length=40, unique=True)
    profile = models.ForeignKey(
        ConsultantProfile, models.CASCADE, related_name="former_handles", verbose_name=_("profile")
    )

    class Meta:
        verbose_name = _("former handle")
        verbose_name_plural = _("former handles")

    def __str__(self) -> str:
        return self.handle


class UsualHours(models.Model):
    """When a consultant is usually online, in their own zone; a hint on the profile, not a promise."""

    profile = models.ForeignKey(
        ConsultantProfile, models.CASCADE, related_name="hours", verbose_name=_("profile")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), validators=[MaxValueValidator(6)], help_text=_("0 = Monday")
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("usual hours")
        verbose_name_plural = _("usual hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "weekday"], name="hours_once_a_day"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_end_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"
