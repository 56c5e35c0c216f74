"""What everybody sees: switch, reach and engagement together; and that the mirror follows."""

from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.db.models import F

from accounts.availability import reach
from accounts.availability.engaged import clear_engaged, set_engaged
from accounts.availability.leases import callable_now
from accounts.availability.reach import settle, shown_as_something
from accounts.availability.switch import end_due, set_switch
from accounts.errors import EmailNotVerified, NotApproved
from accounts.models import ConsultantProfile, ProfileStatus, Shown, User
from accounts.tests.availability.leases import end, hold, trusted
from marketplace.core import rules
from marketplace.core.time import now, travel
from tests.support import cast


def profile_of(user: User) -> ConsultantProfile:
    return ConsultantProfile.objects.get(user=user)


def switched_on(user: User, valkey: redis.Redis, *, at: datetime | None = None) -> ConsultantProfile:
    hold(valkey, user.pk)
    with travel(at or now()):
        set_switch(user=user, on=True)
    return profile_of(user)


def test_switch_on_and_reachable_is_free(valkey: redis.Redis, conrad: User) -> None:
    assert switched_on(conrad, valkey).shown_state == Shown.AVAILABLE


def test_switch_on_without_a_socket_is_away(valkey: redis.Redis, conrad: User) -> None:
    trusted(valkey)
    assert set_switch(user=conrad, on=True).shown_state == Shown.AWAY


def test_socket_without_the_switch_is_offline(valkey: redis.Redis, conrad: User) -> None:
    hold(valkey, conrad.pk)
    settle(user_ids=[conrad.pk])
    assert profile_of(conrad).shown_state == Shown.OFFLINE


def test_who_is_back_before_a_process_wrote_that_they_are_gone_does_not_flicker(
    valkey: redis.Redis, conrad: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between one process's look and its write another process writes what it saw later."""
    switched_on(conrad, valkey)
    looked = reach.known_live

    def look_too_early(uids: list[int]) -> set[int]:
        monkeypatch.setattr(reach, "known_live", looked)
        ConsultantProfile.objects.update(presence_version=F("presence_version") + 1)  # the other process
        return set()

    monkeypatch.setattr(reach, "known_live", look_too_early)
    before = profile_of(conrad).presence_version
    assert settle(user_ids=[conrad.pk]) == []
    assert profile_of(conrad).presence_version == before + 1
    assert profile_of(conrad).shown_state == Shown.AVAILABLE


def test_switch_off_is_offline_at_once(valkey: redis.Redis, conrad: User) -> None:
    switched_on(conrad, valkey)
    assert set_switch(user=conrad, on=False).shown_state == Shown.OFFLINE


def test_each_change_raises_the_version(valkey: redis.Redis, conrad: User) -> None:
    first = switched_on(conrad, valkey).presence_version
    assert set_switch(user=conrad, on=False).presence_version > first


def test_nobody_goes_online_before_staff_approved(conrad: User) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(status=ProfileStatus.SUBMITTED)
    with pytest.raises(NotApproved):
        set_switch(user=conrad, on=True)
    assert not profile_of(conrad).accepting


def test_nobody_goes_online_without_a_profile(clara: User) -> None:
    User.objects.update(gives_help=True)
    with pytest.raises(NotApproved):
        set_switch(user=clara, on=True)


def test_nobody_goes_online_without_a_confirmed_address(conrad: User) -> None:
    conrad.emailaddress_set.update(verified=False)
    with pytest.raises(EmailNotVerified):
        set_switch(user=conrad, on=True)


def test_switch_can_always_be_turned_off(valkey: redis.Redis, conrad: User) -> None:
    switched_on(conrad, valkey)
    conrad.emailaddress_set.update(verified=False)
    assert not set_switch(user=conrad, on=False).accepting


# --- reach ----------------------------------------------------------------------------------------------


def test_lost_lease_is_away_and_its_return_is_free(valkey: redis.Redis, conrad: User) -> None:
    switched_on(conrad, valkey)
    end(valkey, conrad.pk)
    assert settle(user_ids=[conrad.pk]) == [conrad.pk]
    assert profile_of(conrad).shown_state == Shown.AWAY
    assert profile_of(conrad).unreachable_since is not None
    hold(valkey, conrad.pk)
    settle(user_ids=[conrad.pk])
    assert profile_of(conrad).shown_state == Shown.AVAILABLE


def test_nothing_to_change_changes_no_version(valkey: redis.Redis, conrad: User) -> None:
    before = switched_on(conrad, valkey).presence_version
    assert settle(user_ids=[conrad.pk]) == []
    assert profile_of(conrad).presence_version == before


def test_untrusted_leases_change_nothing(valkey: redis.Redis, conrad: User) -> None:
    switched_on(conrad, valkey)
    valkey.flushdb()
    assert settle(user_ids=[conrad.pk]) is None
    assert profile_of(conrad).shown_state == Shown.AVAILABLE


def test_whatever_was_missed_is_put_right(valkey: redis.Redis, conrad: User) -> None:
    cast.switch_on(conrad)
    trusted(valkey)
    assert settle(user_ids=shown_as_something()) == [conrad.pk]
    assert profile_of(conrad).shown_state == Shown.AWAY


def test_news_of_a_change_goes_out_after_the_commit(
    valkey: redis.Redis, conrad: User, django_capture_on_commit_callbacks
) -> None:
    switched_on(conrad, valkey)
    end(valkey, conrad.pk)
    with django_capture_on_commit_callbacks() as news:
        settle(user_ids=[conrad.pk])
    assert {callback.args[0] for callback in news} == {f"c:{conrad.pk}", f"u:{conrad.pk}"}


# --- engagement -----------------------------------------------------------------------------------------


def test_engaged_is_busy_and_free_again_after(valkey: redis.Redis, conrad: User) -> None:
    switched_on(conrad, valkey)
    set_engaged(person_ids=[conrad.pk], until=now() + timedelta(minutes=1))
    assert profile_of(conrad).shown_state == Shown.BUSY
    clear_engaged(person_ids=[conrad.pk], talked=True)
    assert profile_of(conrad).shown_state == Shown.AVAILABLE
    assert profile_of(conrad).talks_count == 1


def test_lost_while_engaged_stays_busy_then_away(valkey: redis.Redis, conrad: User) -> None:
    switched_on(conrad, valkey)
    set_engaged(person_ids=[conrad.pk], until=now() + timedelta(minutes=1))
    end(valkey, conrad.pk)
    settle(user_ids=[conrad.pk])
    assert profile_of(conrad).shown_state == Shown.BUSY
    clear_engaged(person_ids=[conrad.pk])
    assert profile_of(conrad).shown_state == Shown.AWAY


def test_a_person_without_a_profile_may_be_engaged(clara: User) -> None:
    set_engaged(person_ids=[clara.pk], until=now())
    clear_engaged(person_ids=[clara.pk])


# --- the end of the switch, and whom one may call ---------------------------------------------------------

LONGEST = timedelta(seconds=rules.SWITCH_MAX_SECONDS)
GONE = timedelta(seconds=rules.SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS)
SECOND = timedelta(seconds=1)


def test_switch_ends_by_itself_after_twelve_hours(valkey: redis.Redis, conrad: User) -> None:
    start = now()
    switched_on(conrad, valkey, at=start)
    with travel(start + LONGEST - SECOND):
        assert end_due() == []
    with travel(start + LONGEST):
        assert end_due() == [conrad.pk]
    assert profile_of(conrad).shown_state == Shown.OFFLINE


def test_turning_it_on_again_starts_the_twelve_hours_afresh(valkey: redis.Redis, conrad: User) -> None:
    start = now()
    switched_on(conrad, valkey, at=start)
    switched_on(conrad, valkey, at=start + LONGEST - SECOND)
    with travel(start + LONGEST):
        assert end_due() == []


def test_switch_ends_ten_minutes_after_the_last_socket(valkey: redis.Redis, conrad: User) -> None:
    start = now()
    switched_on(conrad, valkey, at=start)
    end(valkey, conrad.pk)
    with travel(start + SECOND):
        settle(user_ids=[conrad.pk])
    with travel(start + GONE):
        assert end_due() == []
    with travel(start + GONE + SECOND):
        assert end_due() == [conrad.pk]


def test_a_switch_without_a_socket_has_its_ten_minutes_too(valkey: redis.Redis, conrad: User) -> None:
    start = now()
    ConsultantProfile.objects.filter(user=conrad).update(unreachable_since=start - 2 * GONE)
    trusted(valkey)
    with travel(start):
        assert set_switch(user=conrad, on=True).shown_state == Shown.AWAY
        assert end_due() == []


def test_callable_without_any_timer(valkey: redis.Redis, conrad: User) -> None:
    start = now()
    profile = switched_on(conrad, valkey, at=start)
    assert callable_now(profile, start)
    assert not callable_now(profile, start + LONGEST)


@pytest.mark.parametrize(
    "change",
    [
        {"accepting": False},
        {"status": ProfileStatus.REFUSED},
        {"demo_lease": True},
        {"engaged_until": datetime(2030, 1, 1, tzinfo=UTC)},
    ],
    ids=["switch off", "sent back", "demo", "engaged"],
)
def test_not_callable(valkey: redis.Redis, conrad: User, change: dict) -> None:
    switched_on(conrad, valkey)
    ConsultantProfile.objects.filter(user=conrad).update(**change)
    assert not callable_now(profile_of(conrad), now())


def test_not_callable_without_a_lease(valkey: redis.Redis, conrad: User) -> None:
    profile = switched_on(conrad, valkey)
    end(valkey, conrad.pk)
    assert not callable_now(profile, now())


# --- demo -------------------------------------------------------------------------------------------------


def test_demo_lease_is_free_only_while_demo_data_is_on(valkey: redis.Redis, conrad: User, settings) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(demo_lease=True)
    hold(valkey, conrad.pk)
    settings.DEMO = True
    settle(user_ids=[conrad.pk])
    assert profile_of(conrad).shown_state == Shown.AVAILABLE
    settings.DEMO = False
    settle(user_ids=shown_as_something())
    assert profile_of(conrad).shown_state == Shown.OFFLINE
