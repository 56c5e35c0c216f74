"""Every end of a call, short, middling and long: what it costs, and that both are told why in words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import ConsultantProfile, Shown, Skill, User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.calls.extensions import press_extend
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.receipts.receipt import receipt_of
from sessions_app.requests import place as requests
from sessions_app.requests.alternatives import others_free
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import accepted, beat, live, ring, talk
from tests.support import cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
R = EndReason
BEFORE_TALK = [R.CLIENT_ABSENT, R.CONSULTANT_ABSENT, R.BOTH_ABSENT, R.NO_MEDIA]
# what the client and the consultant must find in the sentence about a call of one to three minutes
WORDS = {
    R.CLIENT_ENDED: ("You ended the call before 3:00", "<bdi>Clara</bdi> ended the call before 3:00"),
    R.CLIENT_LEFT: ("You left before 3:00", "<bdi>Clara</bdi> left before 3:00"),
    R.CONSULTANT_ENDED: ("<bdi>Conrad</bdi> ended the call before 3:00", "You ended the call before 3:00"),
    R.CONSULTANT_LEFT: ("<bdi>Conrad</bdi> left before 3:00", "You left before 3:00"),
    R.CONSULTANT_LOST: ("<bdi>Conrad</bdi>’s connection was lost", "Your connection was lost"),
    R.BOTH_LOST: ("Both connections were lost", "Both connections were lost"),
    R.NO_PATH: (
        "You and <bdi>Conrad</bdi> lost contact before 3:00",
        "You and <bdi>Clara</bdi> lost contact before 3:00",
    ),
    R.STAFF_ENDED: ("Our staff ended the call before 3:00", "Our staff ended the call before 3:00"),
    R.SERVER_LOST: ("our fault", "our fault"),
    R.CLIENT_LOST: ("is free once in 7 days", "is free for a client once in 7 days"),
    R.TIME_UP: ("You pay only for the seconds", "You are paid for every second"),
}


# joint seconds, and the bill in hundredths of each end at 20.00 credits
JOINT = (0, 59, 60, 179, 180, 900)
BILLS = {
    R.CLIENT_ENDED: (0, 0, 400, 400, 400, 2000),
    R.CLIENT_LEFT: (0, 0, 400, 400, 400, 2000),
    R.CONSULTANT_ENDED: (0, 0, 0, 0, 400, 2000),
    R.CONSULTANT_LEFT: (0, 0, 0, 0, 400, 2000),
    R.CONSULTANT_LOST: (0, 0, 0, 0, 400, 2000),
    R.BOTH_LOST: (0, 0, 0, 0, 400, 2000),
    R.SERVER_LOST: (0, 0, 0, 0, 400, 2000),
    R.STAFF_ENDED: (0, 0, 0, 0, 400, 2000),
    R.CLIENT_LOST: (0, 0, 0, 0, 400, 2000),
    R.NO_PATH: (0, 0, 0, 0, 400, 2000),
    R.TIME_UP: (0, 0, 133, 397, 400, 2000),
}


def over(clara: User, conrad: User, reason: R, joint: int, *, bill: int) -> Consultation:
    """A consultation that ended like that, as its row says."""
    return Consultation(
        client=clara,
        consultant=conrad,
        price=2000,
        fee_bps=2000,
        free_below_seconds=60,
        minimum_bill_seconds=180,
        bought_seconds=900,
        state=State.ENDED,
        end_reason=reason,
        joint_seconds=joint,
        billable_seconds=180 if bill == 400 else joint if bill else 0,
        bill=bill,
        fee=bill // 5,
    )


@pytest.mark.parametrize(
    ("reason", "joint", "bill"),
    [
        (reason, joint, bill)
        for reason, bills in BILLS.items()
        for joint, bill in zip(JOINT, bills, strict=True)
    ],
)
def test_every_end_tells_each_of_them_what_it_costs_and_why(
    clara: User, conrad: User, reason: R, joint: int, bill: int
) -> None:
    for role in (CLIENT, CONSULTANT):
        receipt = receipt_of(consultation=over(clara, conrad, reason, joint, bill=bill), role=role)

        told = receipt.rule
        assert receipt.what_happened
        assert "{" not in told + receipt.what_happened
        if joint < 60:
            assert "under 1:00 is free" in told
        elif joint >= 180:
            assert told.startswith(WORDS[R.TIME_UP][role == CONSULTANT])
        else:
            assert WORDS[reason][role == CONSULTANT] in told
            assert ("free" in told) == (bill == 0)


@pytest.mark.parametrize("role", [CLIENT, CONSULTANT])
@pytest.mark.parametrize("reason", [R.CLIENT_LOST, R.NO_PATH])
def test_a_client_who_has_used_the_free_one_is_told_why_it_costs_this_time(
    clara: User, conrad: User, reason: R, role: str
) -> None:
    again = receipt_of(consultation=over(clara, conrad, reason, 120, bill=400), role=role).rule

    assert "One such call in 7 days is free. This is not the first, so it is billed as 3:00." in again


@pytest.mark.parametrize("role", [CLIENT, CONSULTANT])
@pytest.mark.parametrize("reason", BEFORE_TALK)
def test_a_call_that_never_was_tells_who_was_missing_and_is_free(
    clara: User, conrad: User, reason: R, role: str
) -> None:
    copied = {"price": 2000, "free_below_seconds": 60, "minimum_bill_seconds": 180}
    failed = Consultation(client=clara, consultant=conrad, state=State.FAILED, end_reason=reason, **copied)

    receipt = receipt_of(consultation=failed, role=role)

    assert receipt.what_happened
    assert receipt.rule.startswith("Nothing is charged")
    absent = {R.CLIENT_ABSENT: CLIENT, R.CONSULTANT_ABSENT: CONSULTANT}.get(reason)
    if absent:
        assert receipt.what_happened.startswith(
            "You did" if absent == role else ("<bdi>Clara</bdi>", "<bdi>Conrad</bdi>")
        )


class TestPage:
    def page(self, signed_in: Callable[[User], Client], who: User, call: Consultation) -> str:
        return " ".join(signed_in(who).get(call.receipt_url).content.decode().split())

    def test_an_extended_call_shows_what_was_held_for_it(
        self, clara: User, conrad: User, fund: Callable[..., None], signed_in: Callable[[User], Client]
    ) -> None:
        fund(clara, 10_000)
        call = live(clara, conrad, at=NOON)
        talk(call, since=NOON, seconds=850)
        with travel(NOON + timedelta(seconds=851)):
            press_extend(consultation_id=call.pk, user=clara, number=1)
            press_extend(consultation_id=call.pk, user=conrad, number=1)
        Consultation.objects.update(
            client_seen_at=NOON + timedelta(seconds=1000),
            consultant_seen_at=NOON + timedelta(seconds=1000),
            witnessed_until=NOON + timedelta(seconds=1000),
        )
        with travel(NOON + timedelta(seconds=1000)):
            ended = attendance.end(consultation_id=call.pk, user=clara)

        html = self.page(signed_in, clara, ended)
        assert "You talked for <b>16:40</b>. Held 26.66, paid <b>22.22</b>, 4.44 returned." in html
        assert "Held for 5:00 more</dt><dd>6.66" in html
        assert "Extended by both</dt><dd>5:00" in self.page(signed_in, conrad, ended)

    def test_a_call_that_did_not_connect_offers_three_equal_consultants(
        self, clara: User, conrad: User, fund: Callable[..., None], signed_in: Callable[[User], Client]
    ) -> None:
        fund(clara, 10_000)
        call = accepted(clara, conrad, at=NOON)
        for name in ("cora", "cyrus", "celia"):
            cast.switch_on(cast.consultant(name, price=1900))
        beat(call, at=NOON + timedelta(seconds=118), contact=False)
        with travel(NOON + timedelta(seconds=120)):
            failed = deadlines.fail_unconnected(consultation_id=call.pk)

        html = self.page(signed_in, clara, failed)
        assert "no path between your networks could be found" in html
        assert "Your 20.00 credits are back in your wallet" in html
        assert all(name in html for name in ("Cora", "Cyrus", "Celia"))
        assert "Cora" not in self.page(signed_in, conrad, failed)

    def test_a_short_call_that_is_free_offers_them_too(
        self, clara: User, conrad: User, fund: Callable[..., None], signed_in: Callable[[User], Client]
    ) -> None:
        fund(clara, 10_000)
        call = live(clara, conrad, at=NOON)
        cast.switch_on(cast.consultant("cora"))
        with travel(talk(call, since=NOON, seconds=100)):
            ended = attendance.end(consultation_id=call.pk, user=conrad)

        assert "Cora" in self.page(signed_in, clara, ended)


class TestEqual:
    """Who is offered instead: a skill in common, not dearer, the best first."""

    def free(self, name: str, *skills: str, price: int = 2000, **columns: object) -> ConsultantProfile:
        profile = cast.switch_on(cast.consultant(name, price=price))
        if skills:
            profile.skills.set(
                [Skill.objects.get_or_create(slug=each, defaults={"name": each})[0] for each in skills]
            )
        ConsultantProfile.objects.filter(pk=profile.pk).update(**columns)
        return profile

    def names(self, conrad: User, viewer: User | None = None) -> list[str]:
        found = others_free(instead_of=conrad.profile, viewer=viewer)
        return [profile.handle for profile in found]

    def test_nobody_dearer_and_nobody_with_other_skills(self, conrad: User) -> None:
        self.free("dora", price=2001)
        self.free("hugo", "gardening")
        self.free("cora", price=2000)

        assert self.names(conrad) == ["cora"]

    def test_nobody_who_is_not_free_and_not_oneself(self, conrad: User) -> None:
        self.free("busy", shown_state=Shown.BUSY)
        me = self.free("me")

        assert self.names(conrad, me.user) == []

    def test_the_one_with_more_skills_in_common_comes_first(self, conrad: User) -> None:
        conrad.profile.skills.add(Skill.objects.create(slug="sql", name="sql"))
        self.free("cora", "django")
        self.free("both", "django", "sql", "gardening")

        assert self.names(conrad) == ["both", "cora"]

    def test_then_who_answers_most_and_soonest(self, conrad: User) -> None:
        self.free("new")
        self.free("slow", asked_lately=10, taken_lately=9, answer_seconds=40)
        self.free("fast", asked_lately=10, taken_lately=9, answer_seconds=10)
        self.free("never", asked_lately=10, taken_lately=1, answer_seconds=5)

        assert self.names(conrad) == ["fast", "slow", "never"]

    def test_what_was_agreed_counts_and_not_a_price_that_changed(self, conrad: User) -> None:
        self.free("cora", price=2000)
        ConsultantProfile.objects.filter(user=conrad).update(price=1000)

        assert others_free(instead_of=ConsultantProfile.objects.get(user=conrad), viewer=None) == []
        assert others_free(
            instead_of=ConsultantProfile.objects.get(user=conrad), viewer=None, price=2000
        ) == [ConsultantProfile.objects.get(handle="cora")]


def test_a_declined_request_offers_them_as_before(
    clara: User, conrad: User, fund: Callable[..., None], signed_in: Callable[[User], Client]
) -> None:
    fund(clara, 5000)
    cast.switch_on(cast.consultant("cora"))
    asked = ring(clara, conrad, at=NOON)
    with travel(NOON):
        requests.decline(consultation_id=asked.pk, user=conrad, reason="busy")

    assert "Cora" in signed_in(clara).get(asked.get_absolute_url()).content.decode()
