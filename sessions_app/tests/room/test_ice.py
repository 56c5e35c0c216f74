"""Which servers a call is told of."""

from datetime import UTC, datetime

from sessions_app.room import ice

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_default_install_names_no_third_party(settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS = [], []
    assert ice.servers(label="1a2b3c4d-client", now=NOON) == {"servers": [], "exp": None, "policy": "all"}


def test_stun_alone_needs_no_credentials(settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS = ["stun:stun.example.org"], []
    found = ice.servers(label="1a2b3c4d-client", now=NOON)
    assert found == {"servers": [{"urls": ["stun:stun.example.org"]}], "exp": None, "policy": "all"}


def test_who_wants_the_relay_only_gets_no_other_way(settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS = [], []
    found = ice.servers(label="1a2b3c4d-client", now=NOON, relay_only=True)
    assert found == {"servers": [], "exp": None, "policy": "relay"}


def test_turn_comes_with_credentials_that_outlast_the_call(settings) -> None:
    settings.STUN_URLS = []
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.example.org?transport=udp"], "north"
    found = ice.servers(label="1a2b3c4d-client", now=NOON)
    expires = int(NOON.timestamp()) + 7200
    assert found["exp"] == expires
    assert found["servers"][0]["username"] == f"{expires}:1a2b3c4d-client"
    assert found["servers"][0]["credential"] == ice.credential(
        secret="north", username=f"{expires}:1a2b3c4d-client"
    )


def test_turn_without_a_secret_is_not_offered(settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS, settings.TURN_SECRET = [], ["turn:turn.example.org"], ""
    assert ice.servers(label="x", now=NOON)["servers"] == []


def test_credential_is_what_coturn_expects() -> None:
    """base64(HMAC-SHA1(secret, username)), computed with openssl."""
    assert (
        ice.credential(secret="SECRET", username="1795368000:1a2b3c4d-client")
        == "pf30rhiDM9TGm1sBqHBWZvq6zfo="
    )
