"""What this app knows of the books: every consultation is settled in the ledger as its state says (I10)."""

from wallet.checks import Rule

STATES_AGREE = Rule(
    "I10",
    "a consultation's state agrees with the ledger",
    """
    WITH settled AS (
        SELECT j.reference, j.op,
               coalesce(sum(p.amount) FILTER (WHERE a.kind <> 'client_available'), 0) AS bill,
               coalesce(sum(p.amount) FILTER (WHERE a.kind = 'platform_revenue'), 0) AS fee
          FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id
          JOIN wallet_account a ON a.id = p.credit_id
         WHERE j.op IN ('capture', 'release') GROUP BY j.id),
    known AS (
        SELECT c.id, c.state, c.bill, c.fee, c.price + c.held_extra AS held, c.currency,
               'consultation:' || c.id AS reference
          FROM sessions_app_consultation c)
    SELECT k.reference, k.state, k.bill, s.op, s.bill, e.balance
      FROM known k LEFT JOIN settled s ON s.reference = k.reference
      LEFT JOIN wallet_account e ON e.kind = 'escrow' AND e.owner = k.reference AND e.currency = k.currency
     WHERE CASE
           WHEN k.state IN ('ringing', 'accepted', 'live', 'interrupted')
           THEN s.op IS NOT NULL OR e.balance IS DISTINCT FROM k.held
           WHEN k.state = 'ended' AND k.bill > 0
           THEN s.op IS DISTINCT FROM 'capture' OR s.bill <> k.bill OR s.fee <> k.fee
           ELSE s.op IS DISTINCT FROM 'release' END
    UNION ALL
    SELECT e.owner, 'no such consultation', 0, NULL, 0, e.balance FROM wallet_account e
     WHERE e.kind = 'escrow' AND NOT EXISTS (SELECT FROM known k WHERE k.reference = e.owner)""",
)
