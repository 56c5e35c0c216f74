"""What a consultant offers, and the mirrored facts of whether they are free."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast, NullIf
from django.urls import reverse

from accounts import handles
from accounts.models.skill import Skill
from accounts.models.user import User
from marketplace import rules


class ProfileStatus(models.TextChoices):
    DRAFT = "draft", "being written"
    SUBMITTED = "submitted", "waiting for approval"
    APPROVED = "approved", "approved"
    REFUSED = "refused", "sent back"


class Shown(models.TextChoices):
    """What everybody sees. `available` = switch on, reachable, not engaged, no pause, no ring missed."""

    AVAILABLE = "available", "Free now"
    BUSY = "busy", "In a call"
    AWAY = "away", "Away"
    OFFLINE = "offline", "Offline"


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

    user = models.OneToOneField(User, models.PROTECT, related_name="profile")
    handle = models.CharField(
        max_length=handles.LONGEST,
        unique=True,
        validators=[RegexValidator(handles.SHAPE.pattern, "Use a-z, 0-9 and single hyphens.")],
    )
    headline = models.CharField(max_length=80, blank=True)
    about = models.TextField(max_length=2000, blank=True)
    skills = models.ManyToManyField(Skill, related_name="profiles", blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    price = models.BigIntegerField("price for 15 minutes", default=2000, help_text="hundredths of a credit")

    status = models.CharField(max_length=12, choices=ProfileStatus, default=ProfileStatus.DRAFT)
    status_note = models.CharField(max_length=400, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    accepting = models.BooleanField("the switch", default=False)
    accepting_changed_at = models.DateTimeField(null=True, blank=True)
    accepting_until = models.DateTimeField(
        null=True, blank=True, help_text="the end they chose; empty = the longest time"
    )
    paused_until = models.DateTimeField(null=True, blank=True)
    unreachable_since = models.DateTimeField(null=True, blank=True)
    engaged_until = models.DateTimeField(
        null=True, blank=True, help_text="in a consultation; the latest end that is known"
    )
    call_ends_at = models.DateTimeField(
        null=True, blank=True, help_text="when its bought time runs out, only while that runs"
    )
    call_seconds = models.PositiveIntegerField(
        default=0, db_default=0, help_text="its bought time, once it was live"
    )
    missed_ring_at = models.DateTimeField(
        null=True, blank=True, help_text="away since this ring, until the switch is pressed"
    )
    missed_caller = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    missed_in_row = models.PositiveSmallIntegerField(default=0, db_default=0)
    kept_off_until = models.DateTimeField(
        null=True, blank=True, help_text="too many rings missed in a row: no switching on before"
    )
    presence_version = models.BigIntegerField(default=0)
    shown_state = models.CharField(max_length=10, choices=Shown, default=Shown.OFFLINE)
    demo_lease = models.BooleanField(default=False, editable=False)
    talks_count = models.PositiveIntegerField(default=0)
    asked_lately = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="requests that reached them, of the last ones"
    )
    taken_lately = models.PositiveSmallIntegerField(default=0, db_default=0)
    answer_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="median from the ring to the accept"
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
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

    handle = models.CharField(max_length=40, unique=True)
    profile = models.ForeignKey(ConsultantProfile, models.CASCADE, related_name="former_handles")

    def __str__(self) -> str:
        return self.handle


class UsualHours(models.Model):
    """When a consultant is usually online, in their own zone; a hint on the profile, not a promise."""

    profile = models.ForeignKey(ConsultantProfile, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)], help_text="0 = Monday")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "weekday"], name="hours_once_a_day"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_end_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"
