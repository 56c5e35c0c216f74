"""The rules of the books, one query each; every row that a query returns breaks its rule.

They sum over all rows: for tests, for `ledger_check` and its timer, not for pages. Higher apps register
their own rules (I10, I16, I17: consultations) and guards (I13) in `AppConfig.ready()`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.core import rules
from marketplace.core.time import now

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

SHOWN = 20  # rows kept of one violation; all of them are counted
SLOWEST = "5min"
WORK_MEMORY = "64MB"

# Every trigger of the ledger and its table; apps above add their own.
GUARDS: dict[str, str] = {
    "ledger_account_born": "wallet_account",
    "ledger_account_derived": "wallet_account",
    "ledger_account_identity": "wallet_account",
    "ledger_account_no_delete": "wallet_account",
    "ledger_account_no_truncate": "wallet_account",
    "ledger_fold_immutable": "wallet_foldsnapshot",
    "ledger_journal_born": "wallet_journal",
    "ledger_journal_immutable": "wallet_journal",
    "ledger_journal_no_truncate": "wallet_journal",
    "ledger_journal_nonempty": "wallet_journal",
    "ledger_posting_apply": "wallet_posting",
    "ledger_posting_immutable": "wallet_posting",
    "ledger_posting_no_truncate": "wallet_posting",
}
# Constraints without which the books could go wrong.
CONSTRAINTS = (
    "wallet_account_no_overdraft",
    "wallet_account_one_per_owner",
    "wallet_journal_one_per_key",
    "wallet_posting_pkey",
    "wallet_posting_amount_positive",
    "wallet_posting_two_accounts",
)


@dataclass(frozen=True)
class Rule:
    """What must be true, and the query that finds the exceptions; it may use `%(transit)s` and the like."""

    name: str
    says: "StrOrPromise"
    sql: str

    def __str__(self) -> str:
        return f"{self.name} {self.says}"


SIDES = """
    SELECT side.account_id, sum(side.amount)::bigint AS balance FROM (
        SELECT credit_id AS account_id, amount FROM wallet_posting
        UNION ALL SELECT debit_id, -amount FROM wallet_posting) side
     GROUP BY side.account_id"""

RULES: list[Rule] = [
    Rule(
        "I1",
        _("in each currency all accounts add up to 0"),
        f"""
        SELECT a.currency, sum(CASE a.balance_mode WHEN 'row' THEN a.balance ELSE coalesce(s.balance, 0) END)
          FROM wallet_account a LEFT JOIN ({SIDES}) s ON s.account_id = a.id
         GROUP BY a.currency
        HAVING sum(CASE a.balance_mode WHEN 'row' THEN a.balance ELSE coalesce(s.balance, 0) END) <> 0""",  # noqa: S608 (a constant)
    ),
    Rule(
        "I2",
        _("a stored balance is the sum of its postings"),
        f"""
        SELECT a.id, a.kind, a.owner, a.balance, s.balance
          FROM wallet_account a LEFT JOIN ({SIDES}) s ON s.account_id = a.id
         WHERE a.balance <> CASE a.balance_mode WHEN 'row' THEN coalesce(s.balance, 0) ELSE 0 END""",  # noqa: S608 (a constant)
    ),
    Rule(
        "I3",
        _("no account is below its floor, and only the platform's accounts have none"),
        """
        SELECT id, kind, owner, balance, floor FROM wallet_account
         WHERE balance < floor OR floor IS DISTINCT FROM 0 AND kind IN (
               'client_available', 'escrow', 'consultant_pending', 'consultant_available',
               'payout_transit', 'refund_transit')""",
    ),
    Rule(
        "I4",
        _("no journal is empty"),
        """
        SELECT j.id, j.idem_key FROM wallet_journal j
         WHERE NOT EXISTS (SELECT FROM wallet_posting p WHERE p.journal_id = j.id)""",
    ),
    Rule(
        "I5",
        _("a key is used once"),
        """
        SELECT idem_key, count(*) FROM wallet_journal GROUP BY idem_key HAVING count(*) > 1""",
    ),
    Rule(
        "I6",
        _("a posting names a journal and accounts that exist"),
        """
        SELECT p.journal_id, p.n, p.debit_id, p.credit_id FROM wallet_posting p
         WHERE NOT EXISTS (SELECT FROM wallet_journal j WHERE j.id = p.journal_id)
            OR NOT EXISTS (SELECT FROM wallet_account a WHERE a.id = p.debit_id)
            OR NOT EXISTS (SELECT FROM wallet_account a WHERE a.id = p.credit_id)""",
    ),
    Rule(
        "I7",
        _("a settled escrow or transit account is empty"),
        """
        SELECT a.id, a.owner, a.balance FROM wallet_account a
          JOIN wallet_journal j ON j.reference = a.owner AND j.op IN (
               'capture', 'release', 'payout_done', 'payout_failed', 'cash_refund_done', 'cash_refund_failed')
         WHERE a.kind IN ('escrow', 'payout_transit', 'refund_transit') AND a.balance <> 0""",
    ),
    Rule(
        "I8",
        _("an open escrow holds everything that was put in"),
        """
        SELECT a.id, a.owner, a.balance, sum(p.amount) FROM wallet_account a
          LEFT JOIN wallet_posting p ON p.credit_id = a.id
         WHERE a.kind = 'escrow' AND NOT EXISTS (
               SELECT FROM wallet_journal j WHERE j.reference = a.owner AND j.op IN ('capture', 'release'))
         GROUP BY a.id HAVING a.balance <> coalesce(sum(p.amount), 0)""",
    ),
    Rule(
        "I9",
        _("a settlement happens at most once"),
        """
        SELECT reference, count(*) FROM wallet_journal
         WHERE op IN ('capture', 'release', 'payout_done', 'payout_failed',
                      'cash_refund_done', 'cash_refund_failed')
         GROUP BY reference HAVING count(*) > 1""",
    ),
    Rule(
        "I11",
        _("no transfer is in transit for too long"),
        """
        SELECT a.id, a.kind, a.owner, a.balance, min(j.occurred_at)::text FROM wallet_account a
          JOIN wallet_posting p ON p.credit_id = a.id JOIN wallet_journal j ON j.id = p.journal_id
         WHERE a.kind IN ('payout_transit', 'refund_transit') AND a.balance > 0
         GROUP BY a.id HAVING min(j.occurred_at) < %(transit)s""",
    ),
    Rule(
        "I14",
        _("each paid purchase brought in its amount once, and nothing else brought in credits"),
        """
        WITH came AS (
            SELECT j.id, j.reference, a.owner, a.currency, p.amount,
                   count(*) OVER (PARTITION BY j.reference) AS times
              FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id
              JOIN wallet_account a ON a.id = p.credit_id
             WHERE j.op = 'top_up'),
        paid AS (
            SELECT 'topup:' || uuid AS reference, user_key AS owner, currency, amount, uuid FROM wallet_topup
             WHERE state = 'paid')
        SELECT came.id, reference, owner, amount,
               CASE WHEN came.id IS NULL THEN 'paid, but no credits came'
                    WHEN paid.uuid IS NULL THEN 'no paid purchase of that amount'
                    ELSE 'came more than once' END
          FROM came FULL JOIN paid USING (reference, owner, currency, amount)
         WHERE came.id IS NULL OR paid.uuid IS NULL OR came.times > 1""",
    ),
    Rule(
        "I15",
        _("existing staff adjust only others' credits, and two of them what is above that day's limit"),
        """
        SELECT j.id, j.idem_key, a.owner, p.amount, j.actor_id, j.approver_id, f.alone_max
          FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id
          JOIN wallet_account a ON a.id IN (p.debit_id, p.credit_id) AND a.owner <> ''
          LEFT JOIN wallet_adjustment f ON f.journal_id = j.id
          LEFT JOIN accounts_user actor ON actor.id = j.actor_id
          LEFT JOIN accounts_user approver ON approver.id = j.approver_id
         WHERE j.op = 'adjust' AND (
               f.journal_id IS NULL OR actor.id IS NULL
               OR j.approver_id IS NOT NULL AND approver.id IS NULL
               OR j.approver_id IS NULL AND p.amount > f.alone_max
               OR j.approver_id = j.actor_id
               OR a.owner IN ('user:' || j.actor_id, 'user:' || j.approver_id))""",
    ),
]

INSTALLED = Rule(
    "I13",
    _("the guards are installed and enabled"),
    """
    SELECT g.name, 'trigger missing or switched off'
      FROM unnest(%(guards)s::text[], %(tables)s::text[]) AS g (name, on_table)
     WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgname = g.name AND t.tgenabled = 'O'
                          AND t.tgrelid = to_regclass(g.on_table))
    UNION ALL
    SELECT c.name, 'constraint missing or not validated' FROM unnest(%(constraints)s::text[]) AS c (name)
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = c.name AND k.convalidated)""",
)
RULES.append(INSTALLED)


def register_guards(guards: dict[str, str]) -> None:
    """Let another app add triggers (name: table) that its part of the books depends on."""
    GUARDS.update(guards)


def register(rule: Rule) -> None:
    """Let another app add a rule; called from `AppConfig.ready()`, a second call replaces the first."""
    RULES[:] = sorted([*(r for r in RULES if r.name != rule.name), rule], key=lambda r: int(r.name[1:]))


def in_words(stored: str) -> str:
    """A stored rule such as "I2 a stored balance ..." in the reader's language; an unknown one unchanged."""
    name = stored.partition(" ")[0]
    return next((str(rule) for rule in RULES if rule.name == name), stored)


@dataclass(frozen=True)
class Violation:
    """A broken rule, the first rows that break it, and their number."""

    rule: str
    rows: list[tuple[Any, ...]]
    count: int

    def told(self) -> dict[str, Any]:
        """The violation for a page, a log line or a terminal."""
        rows = [", ".join(str(value) for value in row) for row in self.rows]
        return {"rule": self.rule, "count": self.count, "rows": rows}


def violations() -> list[Violation]:
    """Every broken rule, checked in one snapshot."""
    return ask_all()[1]


def ask_all() -> tuple[int, list[Violation]]:
    """The number of postings and every broken rule, from one snapshot or the caller's transaction."""
    if connection.in_atomic_block:
        return _postings(), _ask(RULES)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [SLOWEST])
            cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEMORY])
        return _postings(), _ask(RULES)


def _postings() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wallet_posting")
        [count] = cursor.fetchone()
    return int(count)


def guards_missing() -> list[Violation]:
    """Check only that the guards are installed (I13): quick enough for every start."""
    return _ask([INSTALLED])


def _ask(rules_asked: list[Rule]) -> list[Violation]:
    values = _values(now())
    broken = []
    with connection.cursor() as cursor:
        for rule in rules_asked:
            cursor.execute(
                rule.sql, {name: value for name, value in values.items() if f"%({name})s" in rule.sql}
            )
            if rows := cursor.fetchall():
                broken.append(Violation(str(rule), rows[:SHOWN], len(rows)))
    return broken


def _values(moment: datetime) -> dict[str, Any]:
    return {
        "transit": moment - timedelta(hours=rules.TRANSIT_HOURS),
        "guards": list(GUARDS),
        "tables": list(GUARDS.values()),
        "constraints": list(CONSTRAINTS),
    }
