import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from wallet.sql.renew import renewed


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0006_renew_ledger_sql"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("journal", models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="+", serialize=False, to="wallet.journal")),
                ("alone_max", models.BigIntegerField()),
            ],
        ),
        renewed(),
    ]
