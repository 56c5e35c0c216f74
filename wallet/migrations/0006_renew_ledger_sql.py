"""Brings a ledger that was made by an earlier text of the SQL to the present one; a new one is made twice.

The rights of the restricted role on the functions are given anew after every migration (`prepare`).
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FORGET = """
DO $$
DECLARE
    doomed regprocedure;
BEGIN
    FOR doomed IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND starts_with(proname, 'ledger_')
    LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', doomed);  -- with its triggers and checks
    END LOOP;
END $$;
ALTER TABLE wallet_account
    DROP CONSTRAINT wallet_account_no_overdraft,
    ADD CONSTRAINT wallet_account_no_overdraft CHECK (balance >= floor);
"""
FILES = ("0002_guards.sql", "0003_operations.sql", "0004_payouts_and_corrections.sql")


class Migration(migrations.Migration):
    dependencies = [("wallet", "0005_ledger_checks_and_chores")]

    operations = [
        migrations.RunSQL(
            sql=[FORGET, *((SQL / name).read_text(encoding="utf-8") for name in FILES)],
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
