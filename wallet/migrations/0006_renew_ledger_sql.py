from django.db import migrations

from wallet.sql.renew import renewed

SHORT_CHECK = """
ALTER TABLE wallet_account
    DROP CONSTRAINT wallet_account_no_overdraft,
    ADD CONSTRAINT wallet_account_no_overdraft CHECK (balance >= floor);
"""


class Migration(migrations.Migration):
    dependencies = [("wallet", "0005_ledger_checks_and_chores")]

    operations = [
        migrations.RunSQL(sql=SHORT_CHECK, reverse_sql=migrations.RunSQL.noop),
        renewed(),
    ]
