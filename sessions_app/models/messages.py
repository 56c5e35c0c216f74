"""The messages that two people write to each other in the room, and the files that they send."""

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sessions_app.models.consultation import Consultation

if TYPE_CHECKING:
    from accounts.models import User


class FileType(models.TextChoices):
    """The file types that can be sent, detected from the content; the value is the media type."""

    PNG = "image/png", "png"
    JPEG = "image/jpeg", "jpg"
    WEBP = "image/webp", "webp"
    PDF = "application/pdf", "pdf"


class MessageQuerySet(models.QuerySet["Message"]):
    """Named reads of one consultation's messages, which come in the order of their numbers."""

    def after(self, number: int) -> "MessageQuerySet":
        """The messages after this number; 0 gives all of them."""
        return self.filter(number__gt=number).select_related("file")


class Message(models.Model):
    """One message; it is never changed and never deleted.

    `number` counts 1, 2, 3 ... in each consultation. It is assigned while the row of the consultation is
    locked, so a page that has read up to 7 misses nothing: 8 is committed before 9 begins.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, verbose_name=_("consultation"), related_name="messages"
    )
    number = models.IntegerField(_("number"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("author"), related_name="+"
    )
    client_id = models.UUIDField(
        _("id from the page"),
        help_text=_("the id that the page gave it: a message that is sent twice is kept once"),
    )
    text = models.TextField(_("text"), blank=True)
    sent_at = models.DateTimeField(_("sent at"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="message_number_once"),
            models.UniqueConstraint(
                fields=["consultation", "author", "client_id"], name="message_client_id_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="message_number_positive"),
        ]

    def __str__(self) -> str:
        # Without its text, because logs and the admin show this.
        return _("message {number}").format(number=self.number)


def private_files() -> FileSystemStorage:
    """Storage below MEDIA_ROOT, which has no URL; only the user of the site may read it."""
    return FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def stored_name(attachment: "Attachment", name: str) -> str:
    """A random name, so that nothing of the sender's file name reaches the disk."""
    kind = FileType(attachment.type).label
    return f"chat/{attachment.consultation_id}/{secrets.token_hex(16)}.{kind}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Named reads; every one starts with `of(user)`, so that a stranger finds nothing."""

    def of(self, user: "User") -> "AttachmentQuerySet":
        """The files of consultations in which this person takes part."""
        return self.filter(Q(consultation__client=user) | Q(consultation__consultant=user))


class Attachment(models.Model):
    """A picture or a PDF that came with a message. A view serves it to the two people and to no one else."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    message = models.OneToOneField(Message, models.PROTECT, verbose_name=_("message"), related_name="file")
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, verbose_name=_("consultation"), related_name="files"
    )
    name = models.CharField(_("name"), max_length=120)
    type = models.CharField(_("type"), max_length=20, choices=FileType)
    size = models.IntegerField(_("size"))
    width = models.IntegerField(_("width"), null=True, blank=True)
    height = models.IntegerField(_("height"), null=True, blank=True)
    first_frame = models.BooleanField(
        _("first frame"),
        default=False,
        db_default=False,
        help_text=_("whether this is the first frame of a moving picture"),
    )
    digest = models.CharField(
        _("digest"), max_length=64, help_text=_("SHA-256 of the sent file, to recognise a repeat")
    )
    stored = models.FileField(_("stored"), upload_to=stored_name, storage=private_files, max_length=200)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(condition=Q(type__in=FileType.values), name="attachment_type_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("file", args=[self.consultation_id, self.pk])

    @property
    def is_picture(self) -> bool:
        return self.type != FileType.PDF
