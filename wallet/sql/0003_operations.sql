-- One function per operation over the generic ledger_post, which is ledger_claim and ledger_legs: an operation whose
-- legs depend on a balance calls the two halves and locks in between. The order inside each is always the same:
-- accounts are born (kinds in one fixed order), the key is claimed, account rows are locked by ascending id, all
-- legs are inserted at once. docs/decisions/0003-locking-order.md says why nobody can wait in a circle.

-- The id of an account, which is made on first use.
CREATE FUNCTION ledger_account(p_kind text, p_owner text, p_currency text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
    v_system boolean;
BEGIN
    SELECT id INTO v_id FROM wallet_account
     WHERE kind = p_kind AND owner = p_owner AND currency = p_currency;
    IF v_id IS NOT NULL THEN
        RETURN v_id;
    END IF;
    v_system := p_owner = '';
    INSERT INTO wallet_account (kind, owner, currency, floor, balance_mode)
    VALUES (p_kind, p_owner, p_currency, CASE WHEN v_system THEN NULL ELSE 0 END,
            CASE WHEN v_system THEN 'fold' ELSE 'row' END)
    ON CONFLICT (kind, owner, currency) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN  -- somebody else made it while we waited
        SELECT id INTO v_id FROM wallet_account
         WHERE kind = p_kind AND owner = p_owner AND currency = p_currency;
    END IF;
    RETURN v_id;
END $$;

-- Where the money outside is counted: test credits have a pot of their own.
CREATE FUNCTION ledger_clearing(p_currency text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    RETURN ledger_account(
        CASE p_currency WHEN 'XTS' THEN 'cash_clearing' ELSE 'stripe_clearing' END, '', p_currency);
END $$;

-- Claims the key by inserting the journal; NULL when the same request was booked before (ledger_first says as what).
-- A duplicate in flight waits here, and on every unique index: with the key's alone as arbiter, the second of two equal
-- settlements that insert at the same moment waits on the index of settlements, and would be told that it is too late
-- instead of what it has booked. The hash is over the request, not over the legs: a settled escrow is empty when its
-- settlement is replayed.
CREATE FUNCTION ledger_claim(
    p_op text, p_key text, p_reference text, p_request jsonb, p_now timestamptz,
    p_actor bigint DEFAULT NULL, p_approver bigint DEFAULT NULL, p_reason text DEFAULT NULL,
    p_reverses bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_hash bytea := sha256(convert_to(jsonb_build_array(p_op, p_reference, p_request)::text, 'UTF8'));
    v_id bigint;
BEGIN
    INSERT INTO wallet_journal
        (op, idem_key, request_hash, reference, actor_id, approver_id, reason, reverses_id, occurred_at)
    VALUES (p_op, p_key, v_hash, p_reference, p_actor, p_approver, p_reason, p_reverses, p_now)
    ON CONFLICT DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN  -- an IF of its own: an EXISTS in the condition above would be a query for every call
        PERFORM ledger_need_same_request(p_key, v_hash, p_reference, p_reverses);
    END IF;
    RETURN v_id;
END $$;

-- What stood in the way of a journal: this very request (fine), its key, or what may happen only once.
CREATE FUNCTION ledger_need_same_request(
    p_key text, p_hash bytea, p_reference text, p_reverses bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_hash bytea;
BEGIN
    SELECT request_hash INTO v_hash FROM wallet_journal WHERE idem_key = p_key;
    IF v_hash = p_hash THEN
        RETURN;
    ELSIF v_hash IS NOT NULL THEN
        PERFORM ledger_refuse('ledger_idempotency', format('key %s was used for another request', p_key));
    ELSIF EXISTS (SELECT FROM wallet_journal WHERE reverses_id = p_reverses) THEN
        PERFORM ledger_refuse('wallet_journal_one_reverse', format('journal %s is reversed', p_reverses));
    END IF;
    PERFORM ledger_refuse('wallet_journal_one_settlement', format('%s is settled', p_reference));
END $$;

CREATE FUNCTION ledger_first(p_key text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT id FROM wallet_journal WHERE idem_key = p_key;
$$;

-- All legs in one INSERT; legs of zero are dropped.
CREATE FUNCTION ledger_legs(p_journal bigint, p_debits bigint[], p_credits bigint[], p_amounts bigint[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(p_amounts) = 1 AND p_amounts[1] IS DISTINCT FROM 0 THEN
        INSERT INTO wallet_posting (journal_id, n, debit_id, credit_id, amount)
        VALUES (p_journal, 1, p_debits[1], p_credits[1], p_amounts[1]);
    ELSE
        INSERT INTO wallet_posting (journal_id, n, debit_id, credit_id, amount)
        SELECT p_journal, leg.n, leg.debit, leg.credit, leg.amount
          FROM unnest(p_debits, p_credits, p_amounts) WITH ORDINALITY AS leg (debit, credit, amount, n)
         WHERE leg.amount IS DISTINCT FROM 0;
    END IF;
    RETURN true;
END $$;

CREATE FUNCTION ledger_post(
    p_op text, p_key text, p_reference text, p_request jsonb, p_now timestamptz,
    p_debits bigint[], p_credits bigint[], p_amounts bigint[],
    p_actor bigint DEFAULT NULL, p_approver bigint DEFAULT NULL, p_reason text DEFAULT NULL,
    p_reverses bigint DEFAULT NULL,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql AS $$
DECLARE
    v_booked boolean;
BEGIN
    journal_id := ledger_claim(p_op, p_key, p_reference, p_request, p_now, p_actor, p_approver, p_reason, p_reverses);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
    ELSE
        v_booked := ledger_legs(journal_id, p_debits, p_credits, p_amounts);
    END IF;
END $$;

CREATE FUNCTION ledger_need_amount(p_amount bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_amount IS NULL OR p_amount <= 0 THEN
        PERFORM ledger_refuse('wallet_posting_amount_positive', 'an amount is a whole number above 0');
    END IF;
END $$;

-- The escrow of a consultation, if this client's money is in it.
CREATE FUNCTION ledger_need_escrow(p_consultation text, p_client bigint, p_currency text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_escrow bigint;
    v_mine boolean;
BEGIN
    -- "+ 0": by what came into this escrow, which is little, never by all that the client has ever spent.
    SELECT a.id, EXISTS (SELECT FROM wallet_posting p WHERE p.credit_id = a.id AND p.debit_id + 0 = p_client)
      INTO v_escrow, v_mine FROM wallet_account a
     WHERE a.kind = 'escrow' AND a.owner = p_consultation AND a.currency = p_currency;
    IF v_mine IS NOT TRUE THEN
        IF v_escrow IS NULL AND EXISTS (SELECT FROM wallet_account WHERE kind = 'escrow' AND owner = p_consultation) THEN
            PERFORM ledger_refuse('ledger_one_currency', format('%s is held in another currency', p_consultation));
        END IF;
        PERFORM ledger_refuse('ledger_no_escrow', format('nothing of this client is held for %s', p_consultation));
    END IF;
    RETURN v_escrow;
END $$;

-- Asked last, when the escrow is locked: money put into a settled one would stay there for ever.
CREATE FUNCTION ledger_need_unsettled(p_reference text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM wallet_journal WHERE reference = p_reference AND op IN (
            'capture', 'release', 'payout_done', 'payout_failed', 'cash_refund_done', 'cash_refund_failed')) THEN
        PERFORM ledger_refuse('wallet_journal_one_settlement', format('%s is settled', p_reference));
    END IF;
    RETURN true;
END $$;

-- Locks up to four accounts of an operation by ascending id, and says what is in the first one. A list of fixed length
-- and not an array: the plan for an array of unknown length looks dear, so that PostgreSQL would plan every call anew.
CREATE FUNCTION ledger_lock(p_asked bigint, p_b bigint, p_c bigint DEFAULT NULL, p_d bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_balance bigint;
BEGIN
    SELECT max(locked.balance) FILTER (WHERE locked.id = p_asked) INTO v_balance FROM (
        SELECT id, balance FROM wallet_account
         WHERE id IN (p_asked, p_b, p_c, p_d) AND balance_mode = 'row' ORDER BY id FOR NO KEY UPDATE) locked;
    RETURN v_balance;
END $$;

CREATE FUNCTION ledger_top_up(
    p_key text, p_owner text, p_amount bigint, p_currency text, p_reference text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_done record;
    v_cash bigint;
    v_client bigint;
BEGIN
    IF p_amount IS NULL OR p_amount <= 0 THEN
        PERFORM ledger_need_amount(p_amount);
    END IF;
    v_cash := ledger_clearing(p_currency);
    v_client := ledger_account('client_available', p_owner, p_currency);
    v_done := ledger_post(
        'top_up', p_key, p_reference, jsonb_build_array(p_owner, p_currency, p_amount), p_now,
        ARRAY[v_cash], ARRAY[v_client], ARRAY[p_amount]);
    journal_id := v_done.journal_id;
    replayed := v_done.replayed;
END $$;

CREATE FUNCTION ledger_hold(
    p_key text, p_client text, p_consultation text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_fine boolean;
    v_client bigint;
    v_escrow bigint;
    v_born boolean;
BEGIN
    IF p_amount IS NULL OR p_amount <= 0 THEN
        PERFORM ledger_need_amount(p_amount);
    END IF;
    SELECT id INTO v_client FROM wallet_account
     WHERE kind = 'client_available' AND owner = p_client AND currency = p_currency;
    IF v_client IS NULL THEN
        v_client := ledger_account('client_available', p_client, p_currency);
    END IF;
    -- Born here almost always, so it is not looked for first.
    INSERT INTO wallet_account (kind, owner, currency, floor, balance_mode)
    VALUES ('escrow', p_consultation, p_currency, 0, 'row')
    ON CONFLICT (kind, owner, currency) DO NOTHING RETURNING id INTO v_escrow;
    v_born := v_escrow IS NOT NULL;
    IF NOT v_born THEN
        v_escrow := ledger_account('escrow', p_consultation, p_currency);
    END IF;
    journal_id := ledger_claim(
        'hold', p_key, p_consultation, jsonb_build_array(p_client, p_currency, p_amount), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
        RETURN;
    END IF;
    INSERT INTO wallet_posting (journal_id, n, debit_id, credit_id, amount)
    VALUES (ledger_hold.journal_id, 1, v_client, v_escrow, p_amount);
    IF NOT v_born THEN  -- nobody settles what was not there
        v_fine := ledger_need_unsettled(p_consultation);
    END IF;
END $$;

CREATE FUNCTION ledger_extend(
    p_key text, p_client text, p_consultation text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_fine boolean;
    v_done record;
    v_client bigint;
    v_escrow bigint;
BEGIN
    IF p_amount IS NULL OR p_amount <= 0 THEN
        PERFORM ledger_need_amount(p_amount);
    END IF;
    v_client := ledger_account('client_available', p_client, p_currency);
    v_escrow := ledger_need_escrow(p_consultation, v_client, p_currency);
    v_done := ledger_post(
        'extend', p_key, p_consultation, jsonb_build_array(p_client, p_currency, p_amount), p_now,
        ARRAY[v_client], ARRAY[v_escrow], ARRAY[p_amount]);
    journal_id := v_done.journal_id;
    replayed := v_done.replayed;
    IF NOT replayed THEN
        v_fine := ledger_need_unsettled(p_consultation);
    END IF;
END $$;

CREATE FUNCTION ledger_release(
    p_key text, p_client text, p_consultation text, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_booked boolean;
    v_client bigint := ledger_account('client_available', p_client, p_currency);
    v_escrow bigint := ledger_need_escrow(p_consultation, v_client, p_currency);
BEGIN
    journal_id := ledger_claim('release', p_key, p_consultation, jsonb_build_array(p_client, p_currency), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
    ELSE
        v_booked := ledger_legs(journal_id, ARRAY[v_escrow], ARRAY[v_client], ARRAY[ledger_lock(v_escrow, v_client)]);
    END IF;
END $$;

CREATE FUNCTION ledger_capture(
    p_key text, p_client text, p_consultant text, p_consultation text, p_used bigint, p_fee bigint,
    p_currency text, p_now timestamptz, OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_client bigint;
    v_escrow bigint;
    v_consultant bigint;
    v_revenue bigint;
    v_mine boolean;
    v_held bigint;
BEGIN
    IF p_used IS NULL OR p_used <= 0 THEN  -- a bill of 0 is a release
        PERFORM ledger_need_amount(p_used);
    END IF;
    IF p_fee IS NULL OR p_fee < 0 OR p_fee > p_used THEN
        PERFORM ledger_refuse('ledger_fee', 'a fee is between 0 and the bill');
    END IF;
    -- All three in one statement; who is missing, is made or refused below.
    SELECT (SELECT id FROM wallet_account
             WHERE kind = 'client_available' AND owner = p_client AND currency = p_currency),
           (SELECT id FROM wallet_account
             WHERE kind = 'consultant_pending' AND owner = p_consultant AND currency = p_currency),
           (SELECT id FROM wallet_account
             WHERE kind = 'platform_revenue' AND owner = '' AND currency = p_currency)
      INTO v_client, v_consultant, v_revenue;
    IF v_client IS NULL THEN
        v_client := ledger_account('client_available', p_client, p_currency);
    END IF;
    v_escrow := ledger_need_escrow(p_consultation, v_client, p_currency);
    IF v_consultant IS NULL THEN
        v_consultant := ledger_account('consultant_pending', p_consultant, p_currency);
    END IF;
    IF v_revenue IS NULL THEN
        v_revenue := ledger_account('platform_revenue', '', p_currency);
    END IF;
    journal_id := ledger_claim(
        'capture', p_key, p_consultation, jsonb_build_array(p_client, p_consultant, p_currency, p_used, p_fee), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
        RETURN;
    END IF;
    v_held := ledger_lock(v_escrow, v_client, v_consultant);
    IF p_used > v_held THEN
        PERFORM ledger_refuse('ledger_capture_within_hold', format('%s holds less than the bill', p_consultation),
                              jsonb_build_object('held', v_held, 'used', p_used)::text);
    END IF;
    v_mine := ledger_legs(
        journal_id,
        ARRAY[v_escrow, v_escrow, v_escrow],
        ARRAY[v_consultant, v_revenue, v_client],
        ARRAY[p_used - p_fee, p_fee, v_held - p_used]);
END $$;

-- The balance of any account: the row's own, or the newest snapshot and what came after it.
CREATE FUNCTION ledger_balance(p_account bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH cut AS (
        SELECT s.upto, s.balance FROM wallet_foldsnapshot s
         WHERE s.account_id = p_account ORDER BY s.upto DESC LIMIT 1)
    SELECT CASE a.balance_mode WHEN 'row' THEN a.balance ELSE (
        coalesce((SELECT balance FROM cut), 0)
        + coalesce((SELECT sum(CASE WHEN p.credit_id = a.id THEN p.amount ELSE -p.amount END)
                      FROM wallet_posting p JOIN wallet_journal j ON j.id = p.journal_id
                     WHERE (p.credit_id = a.id OR p.debit_id = a.id)
                       AND j.xid >= coalesce((SELECT upto FROM cut), '0'::xid8)), 0))::bigint END
      FROM wallet_account a WHERE a.id = p_account;
$$;
