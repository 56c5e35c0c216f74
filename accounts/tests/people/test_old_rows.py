"""What a sign-in and a mail code leave behind does not stay for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts.models import EmailCode, User
from accounts.people import old_rows, verification
from marketplace.core.time import now, travel


def test_sign_in_that_is_over_is_deleted_and_one_that_runs_stays(signed_in: Any, clara: User) -> None:
    old, fresh = signed_in(clara), signed_in(clara)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=now() - timedelta(seconds=1))

    assert old_rows.delete_expired_sessions() == 1

    assert fresh.get("/settings/").status_code == 200
    assert old.get("/settings/").status_code == 302


def test_sessions_are_deleted_by_the_clock_of_the_product(signed_in: Any, clara: User) -> None:
    signed_in(clara)
    assert old_rows.delete_expired_sessions() == 0
    with travel(now() + timedelta(days=15)):
        assert old_rows.delete_expired_sessions() == 1
        assert old_rows.delete_expired_sessions() == 0


def test_code_is_kept_for_a_day_after_its_end_so_that_a_new_one_goes_to_the_same_address(
    signed_in: Any, clara: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    verification.send_code(user=clara, email="new@example.com")
    with travel(now() + timedelta(hours=24)):
        assert old_rows.delete_old_codes() == 0
        signed_in(clara).post("/accounts/verify/send/")
    assert [sent.to for sent in mailoutbox] == [["new@example.com"]] * 2


def test_old_codes_are_deleted(clara: User, stella: User) -> None:
    with travel(now() - timedelta(hours=25)):
        verification.send_code(user=clara)
    verification.send_code(user=stella)

    assert old_rows.delete_old_codes() == 1

    assert EmailCode.objects.get().user == stella


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_visitor_leaves_no_row_by_looking_around(method: str) -> None:
    pages = (
        "/",
        "/consultants/?q=django",
        "/live/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/demo/",
    )
    others = ("/accounts/logout/", "/accounts/password/reset/", "/settings/theme/", "/settings/", "/wallet/")
    for page in (*pages, *others):
        getattr(Client(), method)(page, {"next": "/", "theme": "dark", "q": "x", "email": "a", "login": "a"})
    assert not Session.objects.exists()
