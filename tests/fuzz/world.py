"""A small site with somebody in every role and a consultation in every kind of state."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import redis
from django.contrib.auth.models import Permission
from django.db import connection, transaction

from accounts.models import ConsultantProfile, User
from accounts.tests.availability.leases import hold
from marketplace.core.time import now
from sessions_app.chat.files import check_file
from sessions_app.chat.services import give
from sessions_app.models import Attachment, Consultation
from sessions_app.requests import place as requests
from sessions_app.tests import stage
from tests.support import cast
from tests.support.door import cookie_of
from wallet.models import Account, Journal, TopUp
from wallet.payments.top_ups import top_up

PDF = b"%PDF-1.4\n%%EOF\n"
KEY = "8f14e45f-ceea-467f-8f0e-8b8d6c7f0a11"


class World:
    """`people` by name, their `cookies`, and every `value` by which something of it is called."""

    def __init__(self, valkey: redis.Redis) -> None:
        self.valkey = valkey
        self.people = {
            "visitor": None,
            "clara": cast.person("clara"),
            "stella": cast.person("stella"),
            "nora": cast.person("nora", verified=False, gives_help=True),
            "conrad": cast.consultant("conrad"),
            "carla": cast.consultant("carla"),
            "simon": cast.person("simon", is_staff=True),
            "ada": cast.person("ada", is_staff=True, is_superuser=True),
            "dora": cast.person("dora", is_demo=True),
        }
        self.people["simon"].user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        self._talk()
        self.cookies = {name: cookie_of(person) if person else {} for name, person in self.people.items()}
        self.values = self._values()
        self._begin()

    def _talk(self) -> None:
        clara, stella, carla, conrad = (self.people[name] for name in ("clara", "stella", "carla", "conrad"))
        cast.fund(clara)
        top_up(user_id=stella.pk, amount=5000, form_key=KEY)
        past = stage.ring(clara, conrad, at=now() - timedelta(seconds=9))
        requests.cancel(consultation_id=past.pk, user=clara)
        live = stage.live(clara, conrad, at=now() - timedelta(seconds=4))
        file = check_file(name="plan.pdf", content=PDF)
        give(consultation_id=live.pk, user=clara, client_id=live.pk, text="Look", file=file)
        stage.ring(stella, carla, at=now())

    def _values(self) -> list[str]:
        rows = [User, Consultation, Attachment, ConsultantProfile, Account, Journal, TopUp]
        keys = {str(key) for model in rows for key in model.objects.values_list("pk", flat=True)}
        known = ["conrad", "carla", "clara@example.com", cast.PASSWORD, KEY]
        terms = [requests.terms_for(profile=profile) for profile in ConsultantProfile.objects.all()]
        return sorted(keys) + known + terms

    def _begin(self) -> None:
        self.valkey.flushdb()  # nobody has asked too often yet
        hold(self.valkey, self.people["conrad"].pk, self.people["carla"].pk)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is undone afterwards, so that each input meets the same site."""
        before = transaction.savepoint()
        try:
            yield
        finally:
            connection.set_rollback(False)
            transaction.savepoint_rollback(before)
            self._begin()
