"""Why demo data was refused."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplace.errors import DomainError


class DemoError(DomainError):
    sentence = _("Demo data could not be made.")
    code: ClassVar[str] = "demo"


class DemoIsOff(DemoError):
    sentence = _(
        "Demo data is switched off here. Set DEMO=1 to have it, or use --off to block the demo accounts."
    )
    code = "demo_is_off"


class SiteIsRunning(DemoError):
    sentence = _(
        "The site is running, and its clock would end the consultations of the past while they are told. "
        "Stop it, make the demo data, and start it again."
    )
    code = "site_is_running"


class DemoAddressTaken(DemoError):
    sentence = _(
        "{email} belongs to an account that is not part of the demo, so demo data cannot be made here. "
        "Turn it off with DEMO=0, or start afresh with `make reset`."
    )
    code = "demo_address_taken"
