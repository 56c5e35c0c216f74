from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0003_ledger_operations")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "0004_payouts_and_corrections.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0004_payouts_and_corrections_undo.sql").read_text(encoding="utf-8"),
        )
    ]
