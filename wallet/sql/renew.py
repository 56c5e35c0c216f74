"""Rebuilds the ledger's functions and triggers from the current SQL files; a new ledger builds them twice.

`manage.py prepare` then writes the restricted role's rights on the functions and the limit for one staff
member again, after every migration.
"""

from pathlib import Path

from django.db.migrations import RunSQL

FOLDER = Path(__file__).resolve().parent
FILES = ("0002_guards.sql", "0003_operations.sql", "0004_payouts_and_corrections.sql")
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
"""


def renewed() -> RunSQL:
    """The migration operation to run after a change of the SQL files."""
    texts = [(FOLDER / name).read_text(encoding="utf-8") for name in FILES]
    return RunSQL(sql=[FORGET, *texts], reverse_sql=RunSQL.noop)
