"""The reasons for refusing to create demo data."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError


class DemoError(DomainError):
    sentence = _("Demo data could not be created.")
    code: ClassVar[str] = "demo"


class DemoIsOff(DemoError):
    sentence = _(
        "Demo data is switched off here. Set DEMO=1 to create it, or use --off to block the demo accounts."
    )
    code = "demo_is_off"


class SiteIsRunning(DemoError):
    sentence = _(
        "The site is running, and its deadline loop would end the past consultations while they are created. "
        "Stop the site, create the demo data, and start the site again."
    )
    code = "site_is_running"


class DemoAddressTaken(DemoError):
    sentence = _(
        "{email} belongs to an account that is not part of the demo, so demo data cannot be created here. "
        "Turn it off with DEMO=0, or start over with `make reset`."
    )
    code = "demo_address_taken"
