import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sessions_app.models.messages


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0002_who_still_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('client_id', models.UUIDField(help_text="the page's own id: sent twice, it is still one message")),
                ('text', models.TextField(blank=True)),
                ('sent_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='sessions_app.consultation')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [
                    models.UniqueConstraint(fields=('consultation', 'number'), name='message_number_once'),
                    models.UniqueConstraint(fields=('consultation', 'author', 'client_id'), name='message_client_id_once'),
                    models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='message_number_positive'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('type', models.CharField(choices=[('image/png', 'png'), ('image/jpeg', 'jpg'), ('image/webp', 'webp'), ('application/pdf', 'pdf')], max_length=20)),
                ('size', models.IntegerField()),
                ('width', models.IntegerField(blank=True, null=True)),
                ('height', models.IntegerField(blank=True, null=True)),
                ('digest', models.CharField(help_text='SHA-256 of what was sent, to know a repeat', max_length=64)),
                ('stored', models.FileField(max_length=200, storage=sessions_app.models.messages.private_files, upload_to=sessions_app.models.messages.stored_name)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='sessions_app.consultation')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='file', to='sessions_app.message')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_not_empty'),
                    models.CheckConstraint(condition=models.Q(('type__in', ['image/png', 'image/jpeg', 'image/webp', 'application/pdf'])), name='attachment_type_known'),
                ],
            },
        ),
    ]
