"""The rules of this app for the ledger, and the guards of its own tables.

Consultations are settled as their states say (I10), their joint seconds are those of their intervals (I16),
and their bills are the arithmetic of their own rows (I17).
"""

from marketplace.core import rules
from wallet.checks import Rule

# Triggers of `sql/0009_evidence.sql`.
GUARDS = {"consultation_settled": "sessions_app_consultation", "interval_closed": "sessions_app_interval"}
# The database role of the site may record the evidence of a bill, close an interval and settle.
RIGHTS = {
    "sessions_app_consultation": "SELECT, INSERT, UPDATE",
    "sessions_app_event": "SELECT, INSERT",
    "sessions_app_interval": "SELECT, INSERT, UPDATE (ended_at, closed_by)",
}

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

JOINT_TIME_ADDS_UP = Rule(
    "I16",
    "joint seconds are the whole seconds of all intervals together, and none of a settled call runs on",
    """
    SELECT 'consultation:' || c.id, c.state, c.joint_seconds, sum(i.ended_at - i.started_at)::text,
           count(*) FILTER (WHERE i.id IS NOT NULL AND i.ended_at IS NULL) AS running
      FROM sessions_app_consultation c LEFT JOIN sessions_app_interval i ON i.consultation_id = c.id
     WHERE c.settled_at IS NOT NULL GROUP BY c.id
    HAVING c.joint_seconds <> floor(coalesce(extract(epoch FROM sum(i.ended_at - i.started_at)), 0))
        OR count(*) FILTER (WHERE i.id IS NOT NULL AND i.ended_at IS NULL) > 0""",
)

# A lost client or path is free or the minimum: that depends on the client's calls of the days before.
BILL_ADDS_UP = Rule(
    "I17",
    "a bill is the arithmetic of its own row, and nothing is billed before the settlement",
    f"""
    WITH reckoned AS (
        SELECT c.*, CASE
               WHEN c.state <> 'ended' THEN ARRAY[0]
               WHEN c.joint_seconds < c.free_below_seconds THEN ARRAY[0]
               WHEN c.joint_seconds >= c.minimum_bill_seconds THEN ARRAY[c.joint_seconds]
               WHEN c.end_reason = 'time_up' THEN ARRAY[c.joint_seconds]
               WHEN c.end_reason IN ('client_ended', 'client_left') THEN ARRAY[c.minimum_bill_seconds]
               WHEN c.end_reason IN ('client_lost', 'no_path') THEN ARRAY[0, c.minimum_bill_seconds]
               ELSE ARRAY[0] END AS fair
          FROM sessions_app_consultation c)
    SELECT 'consultation:' || id, state, end_reason, joint_seconds, billable_seconds, bill, fee
      FROM reckoned
     WHERE billable_seconds <> ALL (fair)
        OR bill <> least(price * billable_seconds / {rules.PRICE_SECONDS}, price + held_extra)
        OR fee <> bill * fee_bps / 10000""",  # noqa: S608 (a constant)
)

RULES = (STATES_AGREE, JOINT_TIME_ADDS_UP, BILL_ADDS_UP)
