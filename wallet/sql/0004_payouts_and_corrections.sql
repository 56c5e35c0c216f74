-- What follows a settled call, and what leaves the house: the same order of locks as in 0003_operations.sql.

-- Of a paid call: when it was paid, how much, the fee in it, and what the consultant's two pots got and gave back.
CREATE FUNCTION ledger_need_capture(
    p_consultation text, p_pending bigint,
    OUT captured_at timestamptz, OUT used bigint, OUT fee bigint, OUT pending bigint)
LANGUAGE plpgsql AS $$
DECLARE
    v_earned bigint;
    v_gone bigint;
BEGIN
    SELECT j.occurred_at, coalesce(sum(p.amount) FILTER (WHERE a.kind <> 'client_available'), 0),
           coalesce(sum(p.amount) FILTER (WHERE a.kind = 'platform_revenue'), 0),
           coalesce(sum(p.amount) FILTER (WHERE a.id = p_pending), 0)
      INTO captured_at, used, fee, v_earned
      FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id JOIN wallet_account a ON a.id = p.credit_id
     WHERE j.reference = p_consultation AND j.op = 'capture' GROUP BY j.id;
    IF captured_at IS NULL OR v_earned <> used - fee THEN
        PERFORM ledger_refuse('ledger_not_captured', format('%s was not paid to this consultant', p_consultation));
    END IF;
    SELECT coalesce(sum(p.amount), 0) INTO v_gone
      FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id
     WHERE j.reference = p_consultation AND j.op IN ('mature', 'refund') AND p.debit_id = p_pending;
    pending := v_earned - v_gone;
END $$;

-- The escrow of a call, whoever paid into it; its row is the lock of all that happens to a paid call.
CREATE FUNCTION ledger_escrow_of(p_consultation text, p_currency text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_escrow bigint;
BEGIN
    SELECT id INTO v_escrow FROM wallet_account
     WHERE kind = 'escrow' AND owner = p_consultation AND currency = p_currency;
    IF v_escrow IS NULL THEN
        PERFORM ledger_refuse('ledger_no_escrow', format('nothing was held for %s', p_consultation));
    END IF;
    RETURN v_escrow;
END $$;

CREATE FUNCTION ledger_top_up_fee(
    p_key text, p_reference text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_cash bigint;
    v_fees bigint;
BEGIN
    PERFORM ledger_need_amount(p_amount);
    v_cash := ledger_clearing(p_currency);
    v_fees := ledger_account('stripe_fees', '', p_currency);
    SELECT p.journal_id, p.replayed INTO journal_id, replayed FROM ledger_post(
        'top_up_fee', p_key, p_reference, jsonb_build_array(p_currency, p_amount), p_now,
        ARRAY[v_fees], ARRAY[v_cash], ARRAY[p_amount]) p;
END $$;

CREATE FUNCTION ledger_mature(
    p_key text, p_consultant text, p_consultation text, p_settled_before timestamptz, p_currency text,
    p_now timestamptz, OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_available bigint := ledger_account('consultant_available', p_consultant, p_currency);
    v_pending bigint := ledger_account('consultant_pending', p_consultant, p_currency);
    v_escrow bigint := ledger_escrow_of(p_consultation, p_currency);
    v_bill record;
BEGIN
    journal_id := ledger_claim(
        'mature', p_key, p_consultation, jsonb_build_array(p_consultant, p_currency), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
        RETURN;
    END IF;
    PERFORM ledger_lock(v_escrow, v_available, v_pending);
    SELECT * INTO v_bill FROM ledger_need_capture(p_consultation, v_pending);
    IF v_bill.captured_at > p_settled_before THEN
        PERFORM ledger_refuse('ledger_dispute_window', format('%s may still be disputed', p_consultation));
    ELSIF v_bill.pending = 0 THEN
        PERFORM ledger_refuse('ledger_nothing_pending', format('nothing of %s is pending', p_consultation));
    END IF;
    PERFORM ledger_legs(journal_id, ARRAY[v_pending], ARRAY[v_available], ARRAY[v_bill.pending]);
END $$;

-- Part or all of a bill goes back to the client: the platform gives its share of the fee, the consultant's share comes
-- from what is pending, then from what is available, and what is paid out already is the platform's loss.
CREATE FUNCTION ledger_refund(
    p_key text, p_client text, p_consultant text, p_consultation text, p_amount bigint, p_currency text,
    p_now timestamptz, OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_client bigint;
    v_available bigint;
    v_pending bigint;
    v_loss bigint;
    v_escrow bigint;
    v_revenue bigint;
    v_bill record;
    v_before bigint;
    v_fee bigint;
    v_share bigint;
    v_from_pending bigint;
    v_from_available bigint;
BEGIN
    PERFORM ledger_need_amount(p_amount);
    v_client := ledger_account('client_available', p_client, p_currency);
    v_available := ledger_account('consultant_available', p_consultant, p_currency);
    v_pending := ledger_account('consultant_pending', p_consultant, p_currency);
    v_loss := ledger_account('dispute_loss', '', p_currency);
    v_escrow := ledger_need_escrow(p_consultation, v_client, p_currency);
    v_revenue := ledger_account('platform_revenue', '', p_currency);
    journal_id := ledger_claim(
        'refund', p_key, p_consultation, jsonb_build_array(p_client, p_consultant, p_currency, p_amount), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
        RETURN;
    END IF;
    PERFORM ledger_lock(v_escrow, v_client, v_available, v_pending);
    SELECT * INTO v_bill FROM ledger_need_capture(p_consultation, v_pending);
    SELECT coalesce(sum(p.amount), 0) INTO v_before
      FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id
     WHERE j.reference = p_consultation AND j.op = 'refund' AND p.credit_id = v_client;
    IF p_amount > v_bill.used - v_before THEN
        PERFORM ledger_refuse('ledger_refund_within_bill', format('%s was billed less', p_consultation),
                              jsonb_build_object('left', v_bill.used - v_before, 'asked', p_amount)::text);
    END IF;
    -- Of the sum of all refunds, so that many small ones share the fee as one large one would.
    v_fee := trunc((v_before + p_amount)::numeric * v_bill.fee / v_bill.used)
             - trunc(v_before::numeric * v_bill.fee / v_bill.used);
    v_share := p_amount - v_fee;
    v_from_pending := least(v_share, v_bill.pending);
    SELECT least(v_share - v_from_pending, balance) INTO v_from_available FROM wallet_account WHERE id = v_available;
    PERFORM ledger_legs(
        journal_id,
        ARRAY[v_pending, v_available, v_loss, v_revenue],
        ARRAY[v_client, v_client, v_client, v_client],
        ARRAY[v_from_pending, v_from_available, v_share - v_from_pending - v_from_available, v_fee]);
END $$;

CREATE FUNCTION ledger_payout(
    p_key text, p_consultant text, p_payout text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_available bigint;
    v_transit bigint;
BEGIN
    PERFORM ledger_need_amount(p_amount);
    v_available := ledger_account('consultant_available', p_consultant, p_currency);
    v_transit := ledger_account('payout_transit', p_payout, p_currency);
    SELECT p.journal_id, p.replayed INTO journal_id, replayed FROM ledger_post(
        'payout', p_key, p_payout, jsonb_build_array(p_consultant, p_currency, p_amount), p_now,
        ARRAY[v_available], ARRAY[v_transit], ARRAY[p_amount]) p;
    IF NOT replayed THEN
        PERFORM ledger_need_unsettled(p_payout);
    END IF;
END $$;

-- How much of a payment may still go back to the card: what it brought, less what went back or was charged back.
CREATE FUNCTION ledger_left_of_payment(p_payment text, p_client bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(CASE j.op WHEN 'top_up' THEN p.amount ELSE -p.amount END), 0)::bigint
      FROM wallet_journal j JOIN wallet_posting p ON p.journal_id = j.id
      JOIN wallet_account a ON a.id = p.credit_id
     WHERE j.reference = p_payment
       AND (j.op = 'top_up' AND p.credit_id = p_client
            OR j.op = 'chargeback'
            OR j.op = 'cash_refund' AND NOT EXISTS (
                SELECT FROM wallet_journal f WHERE f.reference = a.owner AND f.op = 'cash_refund_failed'))
       AND j.op IN ('top_up', 'mature', 'refund', 'cash_refund', 'chargeback')
       AND NOT EXISTS (SELECT FROM wallet_journal r WHERE r.reverses_id = j.id);
$$;

CREATE FUNCTION ledger_cash_refund(
    p_key text, p_client text, p_refund text, p_payment text, p_amount bigint, p_currency text,
    p_now timestamptz, OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_client bigint;
    v_transit bigint;
    v_left bigint;
BEGIN
    PERFORM ledger_need_amount(p_amount);
    v_client := ledger_account('client_available', p_client, p_currency);
    v_transit := ledger_account('refund_transit', p_refund, p_currency);
    journal_id := ledger_claim(
        'cash_refund', p_key, p_payment, jsonb_build_array(p_client, p_refund, p_currency, p_amount), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
        RETURN;
    END IF;
    PERFORM ledger_lock(v_transit, v_client);
    v_left := ledger_left_of_payment(p_payment, v_client);
    IF p_amount > v_left THEN
        PERFORM ledger_refuse('ledger_within_payment', format('%s brought less', p_payment),
                              jsonb_build_object('left', greatest(v_left, 0), 'asked', p_amount)::text);
    END IF;
    PERFORM ledger_need_unsettled(p_refund);
    PERFORM ledger_legs(journal_id, ARRAY[v_client], ARRAY[v_transit], ARRAY[p_amount]);
END $$;

-- Money in transit arrives outside, or comes back to whoever asked for it.
CREATE FUNCTION ledger_leave_transit(
    p_op text, p_kind text, p_key text, p_owner text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql AS $$
DECLARE
    v_goal bigint;
    v_transit bigint;
    v_asker bigint;
    v_there bigint;
BEGIN
    PERFORM ledger_need_amount(p_amount);
    SELECT a.id, p.debit_id INTO v_transit, v_asker FROM wallet_account a JOIN wallet_posting p ON p.credit_id = a.id
     WHERE a.kind = p_kind AND a.owner = p_owner AND a.currency = p_currency ORDER BY p.journal_id LIMIT 1;
    IF v_transit IS NULL THEN
        PERFORM ledger_refuse('ledger_not_in_transit', format('nothing was asked for by %s', p_owner));
    END IF;
    v_goal := CASE WHEN p_op LIKE '%_failed' THEN v_asker ELSE ledger_clearing(p_currency) END;
    journal_id := ledger_claim(
        p_op, p_key, p_owner, jsonb_build_array(p_currency, p_amount), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
        RETURN;
    END IF;
    v_there := ledger_lock(v_transit, v_goal);
    IF v_there <> p_amount THEN
        PERFORM ledger_refuse('ledger_transit_amount', format('%s is of another amount', p_owner),
                              jsonb_build_object('left', v_there, 'asked', p_amount)::text);
    END IF;
    PERFORM ledger_legs(journal_id, ARRAY[v_transit], ARRAY[v_goal], ARRAY[p_amount]);
END $$;

CREATE FUNCTION ledger_payout_done(
    p_key text, p_payout text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM ledger_leave_transit('payout_done', 'payout_transit', p_key, p_payout, p_amount, p_currency, p_now);
$$;

CREATE FUNCTION ledger_payout_failed(
    p_key text, p_payout text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM ledger_leave_transit('payout_failed', 'payout_transit', p_key, p_payout, p_amount, p_currency, p_now);
$$;

CREATE FUNCTION ledger_cash_refund_done(
    p_key text, p_refund text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM ledger_leave_transit(
        'cash_refund_done', 'refund_transit', p_key, p_refund, p_amount, p_currency, p_now);
$$;

CREATE FUNCTION ledger_cash_refund_failed(
    p_key text, p_refund text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM ledger_leave_transit(
        'cash_refund_failed', 'refund_transit', p_key, p_refund, p_amount, p_currency, p_now);
$$;

-- The bank took a payment back: from the client's credits as far as they reach, the rest is our loss. It is not limited
-- by what the payment has left, because the money is gone whether we agree or not.
CREATE FUNCTION ledger_chargeback(
    p_key text, p_client text, p_payment text, p_amount bigint, p_currency text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_cash bigint;
    v_client bigint;
    v_loss bigint;
    v_taken bigint;
BEGIN
    PERFORM ledger_need_amount(p_amount);
    v_cash := ledger_clearing(p_currency);
    v_client := ledger_account('client_available', p_client, p_currency);
    v_loss := ledger_account('dispute_loss', '', p_currency);
    journal_id := ledger_claim(
        'chargeback', p_key, p_payment, jsonb_build_array(p_client, p_currency, p_amount), p_now);
    replayed := journal_id IS NULL;
    IF replayed THEN
        journal_id := ledger_first(p_key);
    ELSE
        v_taken := least(p_amount, ledger_lock(v_client, NULL));
        PERFORM ledger_legs(
            journal_id, ARRAY[v_client, v_loss], ARRAY[v_cash, v_cash], ARRAY[v_taken, p_amount - v_taken]);
    END IF;
END $$;

-- More than this needs a second member of staff. A function, because only the owner can replace it: `manage.py prepare`
-- writes it anew from QUARTER_ADJUST_ALONE_MAX after each migration.
CREATE FUNCTION ledger_adjust_alone_max() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 5000::bigint';

-- Whoever moves credits by hand is a member of staff who may sign in, and moves nobody's own credits but others'.
-- The one place where the ledger looks at people: who may do this is no matter of the caller's word.
CREATE FUNCTION ledger_need_staff(p_person bigint, p_owners text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM accounts_user WHERE id = p_person AND is_staff AND is_active) THEN
        PERFORM ledger_refuse('ledger_staff', format('person %s is no member of staff', p_person));
    ELSIF 'user:' || p_person = ANY (p_owners) THEN
        PERFORM ledger_refuse('ledger_own_credits', format('person %s would move their own credits', p_person));
    END IF;
END $$;

-- Staff give credits (above 0) or take them back (below 0). What was found out about it is written down beside the
-- journal, so that a limit that changes later, or a colleague who leaves, makes no old adjustment look wrong.
CREATE FUNCTION ledger_adjust(
    p_key text, p_owner text, p_amount bigint, p_actor bigint, p_approver bigint, p_reason text,
    p_currency text, p_now timestamptz, OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_alone_max bigint := ledger_adjust_alone_max();
    v_client bigint;
    v_promo bigint;
BEGIN
    PERFORM ledger_need_amount(abs(p_amount));
    PERFORM ledger_need_staff(p_actor, ARRAY[p_owner]);
    IF p_approver IS NOT NULL THEN
        PERFORM ledger_need_staff(p_approver, ARRAY[p_owner]);
    ELSIF abs(p_amount) > v_alone_max THEN
        PERFORM ledger_refuse('ledger_second_person', 'so much needs a second member of staff',
                              jsonb_build_object('limit', v_alone_max)::text);
    END IF;
    v_client := ledger_account('client_available', p_owner, p_currency);
    v_promo := ledger_account('promo_expense', '', p_currency);
    SELECT p.journal_id, p.replayed INTO journal_id, replayed FROM ledger_post(
        'adjust', p_key, p_key, jsonb_build_array(p_owner, p_currency, p_amount, p_actor, p_approver, p_reason), p_now,
        ARRAY[CASE WHEN p_amount > 0 THEN v_promo ELSE v_client END],
        ARRAY[CASE WHEN p_amount > 0 THEN v_client ELSE v_promo END],
        ARRAY[abs(p_amount)], p_actor, p_approver, p_reason) p;
    IF NOT replayed THEN
        INSERT INTO wallet_adjustment (journal_id, alone_max) VALUES (ledger_adjust.journal_id, v_alone_max);
    END IF;
END $$;

-- A journal with its sides swapped. Settlements and what is in transit have corrections of their own (refund, failed):
-- swapping those sides would fill an escrow that can never be settled again.
CREATE FUNCTION ledger_reverse(
    p_key text, p_journal bigint, p_actor bigint, p_reason text, p_now timestamptz,
    OUT journal_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_first wallet_journal;
    v_debits bigint[];
    v_credits bigint[];
    v_amounts bigint[];
    v_owners text[];
BEGIN
    SELECT * INTO v_first FROM wallet_journal WHERE id = p_journal;
    IF v_first.id IS NULL THEN
        PERFORM ledger_refuse('ledger_known_journal', format('there is no journal %s', p_journal));
    ELSIF v_first.op NOT IN ('top_up', 'top_up_fee', 'chargeback', 'adjust') THEN
        PERFORM ledger_refuse('ledger_reversible', format('a %s is not reversed', v_first.op));
    END IF;
    SELECT array_agg(p.debit_id ORDER BY p.n), array_agg(p.credit_id ORDER BY p.n), array_agg(p.amount ORDER BY p.n)
      INTO v_debits, v_credits, v_amounts FROM wallet_posting p WHERE p.journal_id = p_journal;
    SELECT array_agg(a.owner) INTO v_owners FROM wallet_account a WHERE a.id = ANY (v_debits || v_credits);
    PERFORM ledger_need_staff(p_actor, v_owners);
    SELECT p.journal_id, p.replayed INTO journal_id, replayed FROM ledger_post(
        'reverse', p_key, v_first.reference, jsonb_build_array(p_journal, p_actor, p_reason), p_now,
        v_credits, v_debits, v_amounts, p_actor, NULL, p_reason, p_journal) p;
END $$;

-- The sums of all accounts without a balance of their own, up to the oldest transaction that is still open: whoever
-- commits later has a higher id and is counted after the cut. A cut at the highest id of a row would lose those.
CREATE FUNCTION ledger_take_snapshots() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS upto),
    made AS (
        INSERT INTO wallet_foldsnapshot (account_id, upto, balance)
        SELECT a.id, h.upto, (coalesce(last.balance, 0) + coalesce(since.balance, 0))::bigint
          FROM horizon h CROSS JOIN wallet_account a
          LEFT JOIN LATERAL (
                SELECT s.upto, s.balance FROM wallet_foldsnapshot s
                 WHERE s.account_id = a.id ORDER BY s.upto DESC LIMIT 1) last ON true
          LEFT JOIN LATERAL (
                SELECT sum(CASE WHEN p.credit_id = a.id THEN p.amount ELSE -p.amount END) AS balance
                  FROM wallet_posting p JOIN wallet_journal j ON j.id = p.journal_id
                 WHERE (p.credit_id = a.id OR p.debit_id = a.id)
                   AND j.xid < h.upto AND j.xid >= coalesce(last.upto, '0'::xid8)) since ON true
         WHERE a.balance_mode = 'fold' AND (last.upto IS NULL OR last.upto < h.upto)
        ON CONFLICT (account_id, upto) DO NOTHING RETURNING 1)
    SELECT count(*) FROM made;
$$;

-- After a restore from a dump transaction ids start again: the cache is thrown away and made anew.
CREATE FUNCTION ledger_forget_snapshots() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM wallet_foldsnapshot;
$$;

-- Only the operations are a door, and only for those who are granted it; what they are made of is for them alone.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN SELECT oid FROM pg_proc
         WHERE proname LIKE 'ledger\_%' AND pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
    END LOOP;
END $$;
