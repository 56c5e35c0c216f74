"""My consultations, the room's page, and the two ways out of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from marketplace.core.time import now, travel
from sessions_app.calls import attendance
from sessions_app.models import Consultation
from sessions_app.receipts.history import mine
from sessions_app.tests.stage import accepted, live, ring

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def past(clara, conrad, fund) -> Consultation:
    """A call of clara's that was cancelled."""
    fund(clara, 9000)
    call = accepted(clara, conrad, at=NOON)
    with travel(NOON):
        return attendance.end(consultation_id=call.pk, user=clara)


class TestTheList:
    def test_what_is_going_on_comes_first(self, clara, conrad, past) -> None:
        going_on = ring(clara, conrad, at=NOON - timedelta(hours=1), topic="Older but going on")
        assert list(mine(clara)) == [going_on, past]

    def test_both_roles_are_there_in_their_own_words(self, clara, conrad, past, signed_in) -> None:
        page = reverse("consultations")
        assert "You asked <bdi>Conrad</bdi>" in signed_in(clara).get(page).content.decode()
        assert "<bdi>Clara</bdi> asked you" in signed_in(conrad).get(page).content.decode()

    def test_stranger_sees_nothing_of_it(self, past, stella, signed_in) -> None:
        html = signed_in(stella).get(reverse("consultations")).content.decode()
        assert past.topic not in html and "No consultations yet" in html

    def test_open_call_offers_the_way_back(self, clara, conrad, fund, signed_in) -> None:
        fund(clara, 5000)
        accepted(clara, conrad, at=now())
        assert "Return to the call" in signed_in(clara).get(reverse("consultations")).content.decode()

    def test_it_is_paged(self, clara, conrad, past, signed_in, monkeypatch) -> None:
        monkeypatch.setattr("sessions_app.receipts.views.history.PAGE_SIZE", 1)
        ring(clara, conrad, at=NOON + timedelta(hours=1))
        html = signed_in(clara).get(reverse("consultations") + "?page=2").content.decode()
        assert "Page 2 of 2" in html and "Cancelled, free" in html

    def test_queries_do_not_grow(self, clara, conrad, past, signed_in, django_assert_max_num_queries) -> None:
        ring(clara, conrad, at=NOON + timedelta(hours=1))
        browser = signed_in(clara)
        with django_assert_max_num_queries(12):
            browser.get(reverse("consultations"))


class TestTheRoom:
    @pytest.fixture
    def call(self, clara, conrad, fund) -> Consultation:
        fund(clara, 9000)
        return live(clara, conrad, at=now())

    def test_its_controls_have_the_names_of_the_contract(self, call, clara, signed_in) -> None:
        html = signed_in(clara).get(call.get_absolute_url()).content.decode()
        for name in ('aria-label="Mute"', 'aria-label="Camera off"', "<span>Leave</span>", "End for both"):
            assert name in html
        assert "Not recorded" in html and "Calls need JavaScript" in html

    def test_leaving_a_live_call_keeps_the_way_back_on_the_same_page(self, call, clara, signed_in) -> None:
        browser = signed_in(clara)
        response = browser.post(reverse("leave", args=[call.pk]))
        assert response.url == call.get_absolute_url()
        html = browser.get(response.url).content.decode()
        assert "You left the call" in html and "Return to the call" in html

    def test_other_side_reads_who_left_and_how_long_it_waits(self, call, clara, conrad, signed_in) -> None:
        signed_in(clara).post(reverse("leave", args=[call.pk]))
        html = signed_in(conrad).get(call.get_absolute_url()).content.decode()
        assert "Clara left the call. Clock stopped at 0:0" in html and "End now" in html

    def test_leaving_before_it_began_leads_to_the_list(self, clara, conrad, fund, signed_in) -> None:
        fund(clara, 5000)
        call = accepted(clara, conrad, at=now())
        assert signed_in(clara).post(reverse("leave", args=[call.pk])).url == reverse("consultations")

    def test_ending_leads_to_the_receipt(self, call, clara, signed_in) -> None:
        response = signed_in(clara).post(reverse("end", args=[call.pk]), follow=True)
        assert "Your call is over" in response.content.decode()

    def test_ending_twice_is_no_error(self, call, clara, conrad, signed_in) -> None:
        for person in (clara, conrad):
            assert signed_in(person).post(reverse("end", args=[call.pk])).status_code == 302

    @pytest.mark.parametrize("way", ["leave", "end"])
    def test_stranger_cannot_leave_or_end_it(self, call, stella, signed_in, way) -> None:
        assert signed_in(stella).post(reverse(way, args=[call.pk])).status_code == 404
        call.refresh_from_db()
        assert call.state == "live"

    @pytest.mark.parametrize("way", ["leave", "end"])
    def test_a_link_alone_ends_nothing(self, call, clara, signed_in, way) -> None:
        assert signed_in(clara).get(reverse(way, args=[call.pk])).status_code == 405
