from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0002_ledger_guards")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "0003_operations.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0003_operations_undo.sql").read_text(encoding="utf-8"),
        )
    ]
