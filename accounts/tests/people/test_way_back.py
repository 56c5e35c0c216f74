"""A changed address and a changed password are told, and the address before has a way back for seven days."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client

from accounts.errors import EmailTaken, MailNotSent, PasswordMovedOn
from accounts.models import EmailCode, User, WayBack
from accounts.people import mails, passwords, verification, way_back
from accounts.tests.people.test_verify import confirm
from tests.support import cast
from tests.support.cast import PASSWORD
from tests.support.race import losers, race, winners

pytestmark = pytest.mark.django_db
NEW = "seven green boats"


def move(user: User, email: str) -> str:
    """Change the address by a code; the path of the way back that the address before was mailed."""
    EmailCode.objects.all().delete()
    verification.send_code(user=user, email=email)
    code = re.search(r"\d{6}", mail.outbox[-1].subject)
    assert code
    before = user.email
    verification.confirm(user=user, code=code[0], way_back_url=lambda key: f"/accounts/way-back/{key}/")
    assert mail.outbox[-1].to == [before]
    found = re.search(r"/accounts/way-back/\S+", mail.outbox[-1].body)
    return found[0] if found else ""


def time_passes(**span: int) -> None:
    ago = timedelta(**span)
    WayBack.objects.update(opened_at=F("opened_at") - ago, expires_at=F("expires_at") - ago)


def address_of(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def test_the_address_before_is_told_with_a_link_of_this_site(client: Client, clara: User) -> None:
    client.force_login(clara)
    client.post("/accounts/email/", {"email": "thief@example.com", "password": PASSWORD})
    client.post("/accounts/verify/", {"code": mail.outbox[-1].subject[-6:]})
    told = mail.outbox[-1]
    assert told.to == ["clara@example.com"]
    assert "http://testserver/accounts/way-back/" in told.body
    assert "7 days" in told.body
    assert "thief" not in told.body


def test_the_way_back_restores_the_address_signs_out_and_asks_for_a_new_password(clara: User) -> None:
    thief, owner = Client(), Client()
    thief.force_login(clara)
    link = move(clara, "thief@example.com")
    page = owner.post(link, follow=True)
    assert address_of(clara) == "clara@example.com"
    assert User.objects.get(pk=clara.pk).email_verified
    assert thief.get("/settings/").status_code == 302
    assert not Client().login(email="clara@example.com", password=PASSWORD)
    saved = owner.post(page.request["PATH_INFO"], {"password1": NEW}, follow=True)
    assert "new password is saved" in saved.content.decode()
    assert Client().login(email="clara@example.com", password=NEW)


def test_who_leaves_before_choosing_a_password_gets_a_link_by_mail_later(clara: User) -> None:
    Client().post(move(clara, "thief@example.com"))
    Client().post("/accounts/password/reset/", {"email": "clara@example.com"})
    assert mail.outbox[-1].to == ["clara@example.com"]
    assert "/accounts/password/reset/key/" in mail.outbox[-1].body


def test_a_scanner_that_follows_the_link_changes_nothing(client: Client, clara: User) -> None:
    link = move(clara, "new@example.com")
    page = client.get(link)
    assert "Restore my address" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert address_of(clara) == "new@example.com"


def test_another_site_cannot_press_the_button(clara: User) -> None:
    link = move(clara, "new@example.com")
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert address_of(clara) == "new@example.com"


def test_the_link_works_once(client: Client, clara: User) -> None:
    link = move(clara, "new@example.com")
    client.post(link)
    clara.refresh_from_db()
    move(clara, "newer@example.com")
    for page in (client.get(link), client.post(link)):
        assert page.status_code == 410
        assert "older than 7 days" in page.content.decode()
    assert address_of(clara) == "newer@example.com"


@pytest.mark.parametrize(("days", "status"), [(6, 200), (7, 410)])
def test_the_link_is_valid_for_seven_days(client: Client, clara: User, days: int, status: int) -> None:
    link = move(clara, "new@example.com")
    time_passes(days=days, seconds=1)
    assert client.get(link).status_code == status
    assert client.post(link).status_code == (302 if status == 200 else 410)


def test_the_link_is_not_stored_where_it_could_be_read(clara: User) -> None:
    secret = move(clara, "new@example.com").split("/")[-2]
    assert secret not in str(WayBack.objects.values().get())


def test_a_thief_who_changes_the_address_twice_does_not_get_a_way_back_of_their_own(clara: User) -> None:
    owners = move(clara, "thief@example.com")
    thiefs = move(clara, "thief2@example.com")
    assert Client().post(owners).status_code == 302
    assert Client().post(thiefs).status_code == 410
    assert address_of(clara) == "clara@example.com"


def test_a_thief_who_goes_back_first_does_not_close_the_owners_way(clara: User) -> None:
    owners = move(clara, "thief@example.com")
    Client().post(move(clara, "thief2@example.com"))
    assert Client().post(owners).status_code == 302
    assert address_of(clara) == "clara@example.com"


def test_a_code_that_a_thief_asked_for_ends_with_the_way_back(clara: User) -> None:
    link = move(clara, "thief@example.com")
    EmailCode.objects.all().delete()
    verification.send_code(user=clara, email="thief2@example.com")
    Client().post(link)
    assert not EmailCode.objects.exists()


def test_nobody_can_take_the_address_while_its_owner_may_go_back(
    client: Client, clara: User, stella: User
) -> None:
    link = move(clara, "thief@example.com")
    form = {"email": "Clara@example.com", "name": "Not Clara", "password1": NEW, "role": "needs"}
    assert "already exists" in client.post("/accounts/signup/", form).content.decode()
    verification.send_code(user=stella, email="clara@example.com")
    assert "another account" in mail.outbox[-1].body
    assert Client().post(link).status_code == 302
    assert address_of(clara) == "clara@example.com"


def test_an_address_that_became_kept_after_its_code_was_mailed_is_refused(clara: User, stella: User) -> None:
    verification.send_code(user=stella, email="later@example.com")
    code = mail.outbox[-1].subject[-6:]
    WayBack.objects.create(
        user=clara,
        email="later@example.com",
        secret_hash="0" * 64,
        opened_at=stella.date_joined,
        expires_at=stella.date_joined + timedelta(days=7),
    )
    with pytest.raises(EmailTaken):
        confirm(stella, code)
    assert address_of(stella) == "stella@example.com"


def test_who_changed_the_address_may_change_it_back(clara: User) -> None:
    move(clara, "new@example.com")
    move(clara, "clara@example.com")
    assert address_of(clara) == "clara@example.com"


def test_after_seven_days_the_address_is_free_for_others(client: Client, clara: User) -> None:
    move(clara, "new@example.com")
    time_passes(days=7, seconds=1)
    form = {"email": "clara@example.com", "name": "Clara B", "password1": NEW, "role": "needs"}
    assert client.post("/accounts/signup/", form).status_code == 302


def test_an_address_that_somebody_has_by_now_is_said(client: Client, clara: User) -> None:
    link = move(clara, "new@example.com")
    User.objects.create_user("clara@example.com")  # as a member of staff could
    page = client.post(link)
    assert page.status_code == 409
    assert "Another account uses this address now" in page.content.decode()
    assert clara.check_password(PASSWORD)


def test_an_address_that_was_never_confirmed_gets_no_link_into_the_account() -> None:
    nora = cast.person("nora", verified=False)
    assert move(nora, "nora.berg@example.com") == ""
    assert "never confirmed" in mail.outbox[-1].body


def test_a_change_that_nobody_can_be_told_of_is_not_made(
    clara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    verification.send_code(user=clara, email="new@example.com")
    code = mail.outbox[-1].subject[-6:]

    def refuse(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr(mails, "send_mail", refuse)
    with pytest.raises(MailNotSent):
        confirm(clara, code)
    assert address_of(clara) == "clara@example.com"


def test_ways_back_that_are_over_are_deleted(clara: User) -> None:
    move(clara, "new@example.com")
    assert way_back.delete_old() == 0
    time_passes(days=7, seconds=1)
    assert way_back.delete_old() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_use_the_link_once(clara: User) -> None:
    secret = move(clara, "new@example.com").split("/")[-2]
    outcomes = race(*[lambda: way_back.take(secret=secret)] * 4)
    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == ["WayBackOver"] * 3


def test_a_password_under_way_does_not_write_over_what_the_way_back_closed(clara: User) -> None:
    thiefs = User.objects.get(pk=clara.pk)
    Client().post(move(clara, "thief@example.com"))
    with pytest.raises(PasswordMovedOn):
        passwords.set_password(user=thiefs, password=NEW)
    assert not User.objects.get(pk=clara.pk).has_usable_password()
    assert address_of(clara) == "clara@example.com"


def test_a_changed_password_is_told(client: Client, clara: User) -> None:
    client.force_login(clara)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    told = mail.outbox[-1]
    assert (told.to, "was changed" in told.subject) == (["clara@example.com"], True)
    assert "http://testserver/accounts/password/reset/" in told.body


def test_a_password_chosen_by_a_mailed_link_is_told(client: Client, clara: User) -> None:
    client.post("/accounts/password/reset/", {"email": "clara@example.com"})
    link = re.search(r"http://testserver(/\S+/key/\S+)", mail.outbox[-1].body)
    assert link
    client.post(client.get(link[1], follow=True).request["PATH_INFO"], {"password1": NEW})
    assert "by a link that we sent" in mail.outbox[-1].body
    assert len(mail.outbox) == 2


def test_a_new_password_is_saved_also_while_the_mail_server_is_away(
    client: Client, clara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    client.force_login(clara)
    form = {"oldpassword": PASSWORD, "password1": NEW}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert Client().login(email="clara@example.com", password=NEW)
