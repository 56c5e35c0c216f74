from pathlib import Path

from django.db import migrations, models

from marketplace.core import rules

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0008_no_path_and_staff_ended")]

    operations = [
        # Consultations of before were billed by the rules that were in force, which are taken to be today's.
        migrations.AddField(
            "consultation",
            "free_below_seconds",
            models.IntegerField(default=rules.FREE_BELOW_SECONDS, help_text="joint seconds below this cost nothing"),
            preserve_default=False,
        ),
        migrations.AddField(
            "consultation",
            "minimum_bill_seconds",
            models.IntegerField(default=rules.MINIMUM_BILL_SECONDS, help_text="the least that is billed above that"),
            preserve_default=False,
        ),
        migrations.RunSQL(
            sql=(SQL / "0009_evidence.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0009_evidence_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
