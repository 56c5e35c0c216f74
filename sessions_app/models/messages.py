"""What the two people write to each other in the room, and the files they give each other."""

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.urls import reverse

from sessions_app.models.consultation import Consultation

if TYPE_CHECKING:
    from accounts.models import User


class FileType(models.TextChoices):
    """What may be given, by the content that was found; the value is what a browser is told."""

    PNG = "image/png", "png"
    JPEG = "image/jpeg", "jpg"
    WEBP = "image/webp", "webp"
    PDF = "application/pdf", "pdf"


class MessageQuerySet(models.QuerySet["Message"]):
    """Named reads of one consultation's messages, which come in the order of their numbers."""

    def after(self, number: int) -> "MessageQuerySet":
        """What came later than this number; 0 is everything."""
        return self.filter(number__gt=number).select_related("file")


class Message(models.Model):
    """One message; it is never changed and never deleted.

    `number` counts 1, 2, 3 ... in each consultation and is given while its row is held: who has read up
    to 7 misses nothing, because 8 is committed before 9 begins.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="messages")
    number = models.IntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    client_id = models.UUIDField(help_text="the page's own id: sent twice, it is still one message")
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="message_number_once"),
            models.UniqueConstraint(
                fields=["consultation", "author", "client_id"], name="message_client_id_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="message_number_positive"),
        ]

    def __str__(self) -> str:
        return f"message {self.number}"  # without its words: logs and the admin show this


def private_files() -> FileSystemStorage:
    """Below MEDIA_ROOT, which no address leads to, for the site's own user alone."""
    return FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def stored_name(attachment: "Attachment", name: str) -> str:
    """A random name: nothing of what the sender called the file reaches the disk."""
    kind = FileType(attachment.type).label
    return f"chat/{attachment.consultation_id}/{secrets.token_hex(16)}.{kind}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Named reads; every one starts with `of(user)`, so that a stranger finds nothing."""

    def of(self, user: "User") -> "AttachmentQuerySet":
        """The files of consultations in which this person takes part."""
        return self.filter(Q(consultation__client=user) | Q(consultation__consultant=user))


class Attachment(models.Model):
    """A picture or a PDF that came with a message; the two people fetch it through a view, nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.OneToOneField(Message, models.PROTECT, related_name="file")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=20, choices=FileType)
    size = models.IntegerField()
    width = models.IntegerField(null=True, blank=True)
    height = models.IntegerField(null=True, blank=True)
    first_frame = models.BooleanField(
        default=False, db_default=False, help_text="the sender's picture moved; this is its first frame"
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was sent, to know a repeat")
    stored = models.FileField(upload_to=stored_name, storage=private_files, max_length=200)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
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
