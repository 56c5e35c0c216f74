"""The names of consultations in the wallet: topic, other person and page."""

import uuid

from sessions_app.models import Consultation
from wallet.references import Reference


def name_consultations(keys: list[str]) -> dict[str, Reference]:
    """Names for `consultation:<uuid>` keys, in one query; unknown ones are left out.

    A wallet is the client's, so the other person is the consultant.
    """
    rows = Consultation.objects.filter(pk__in=[uuid.UUID(key.partition(":")[2]) for key in keys])
    return {
        row.reference: Reference(row.topic, row.get_absolute_url(), row.consultant.display_name)
        for row in rows.select_related("consultant")
    }
