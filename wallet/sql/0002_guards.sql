-- What the database itself refuses, whoever asks. Each refusal carries the name of a guard in the CONSTRAINT
-- field of the error, like a real constraint does, so that callers translate all of them by one table of names.

ALTER TABLE wallet_account SET (fillfactor = 60);  -- room for HOT updates: a balance is in no index

CREATE FUNCTION ledger_refuse(p_guard text, p_message text, p_detail text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = p_guard,
        MESSAGE = p_message,
        DETAIL = coalesce(p_detail, '');
END $$;

-- What an account and a journal look like. One CHECK with a function each, and not a CHECK for each sentence:
-- PostgreSQL parses the stored text of every CHECK again for every statement, which cost a quarter of all CPU time.
CREATE FUNCTION ledger_account_shape(
    p_kind text, p_currency text, p_floor bigint, p_mode text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_house boolean := p_kind IN (
        'platform_revenue', 'stripe_clearing', 'cash_clearing', 'stripe_fees', 'dispute_loss', 'promo_expense');
BEGIN
    IF NOT v_house AND p_kind NOT IN (
            'client_available', 'escrow', 'consultant_pending', 'consultant_available', 'payout_transit',
            'refund_transit') THEN
        PERFORM ledger_refuse('wallet_account_kind', format('there is no kind %s', p_kind));
    ELSIF p_mode NOT IN ('row', 'fold') THEN
        PERFORM ledger_refuse('wallet_account_mode', format('there is no mode %s', p_mode));
    ELSIF p_currency !~ '^[A-Z]{3}$' THEN
        PERFORM ledger_refuse('wallet_account_currency', 'a currency is three capital letters');
    ELSIF p_floor IS NOT NULL AND p_mode = 'fold' THEN
        PERFORM ledger_refuse('wallet_account_floor_needs_row', 'a floor needs a balance in the row');
    ELSIF NOT v_house AND p_floor IS DISTINCT FROM 0 THEN
        PERFORM ledger_refuse('wallet_account_people_have_a_floor', 'only the house may be below 0');
    END IF;
    RETURN true;
END $$;
ALTER TABLE wallet_account ADD CONSTRAINT wallet_account_shape
    CHECK (ledger_account_shape(kind, currency, floor, balance_mode));

CREATE FUNCTION ledger_journal_shape(
    p_op text, p_key text, p_reference text, p_actor bigint, p_approver bigint, p_reason text, p_reverses bigint)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_op NOT IN (
            'top_up', 'top_up_fee', 'hold', 'release', 'capture', 'extend', 'mature', 'refund', 'payout',
            'payout_done', 'payout_failed', 'cash_refund', 'cash_refund_done', 'cash_refund_failed', 'chargeback',
            'adjust', 'reverse') THEN
        PERFORM ledger_refuse('wallet_journal_op', format('there is no operation %s', p_op));
    ELSIF p_key = '' THEN
        PERFORM ledger_refuse('wallet_journal_key_not_empty', 'a journal needs a key');
    ELSIF p_reference = '' THEN
        PERFORM ledger_refuse('wallet_journal_reference_not_empty', 'a journal needs a reference');
    ELSIF p_op = 'adjust' AND (p_actor IS NULL OR coalesce(p_reason, '') = '') THEN
        PERFORM ledger_refuse('wallet_journal_adjust_has_reason', 'an adjustment has an actor and a reason');
    ELSIF (p_op = 'reverse') <> (p_reverses IS NOT NULL) THEN
        PERFORM ledger_refuse('wallet_journal_only_reverse_reverses', 'a reversal names what it reverses');
    ELSIF p_approver = p_actor THEN
        PERFORM ledger_refuse('wallet_journal_two_people', 'nobody approves their own adjustment');
    END IF;
    RETURN true;
END $$;
ALTER TABLE wallet_journal ADD CONSTRAINT wallet_journal_shape CHECK (ledger_journal_shape(
    op, idem_key, reference, actor_id, approver_id, reason, reverses_id));

CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    PERFORM ledger_refuse(TG_ARGV[0], format('%s of %s is refused: %s', TG_OP, TG_TABLE_NAME, TG_ARGV[1]));
    RETURN NULL;
END $$;

-- Rows stay.
CREATE TRIGGER ledger_journal_immutable BEFORE UPDATE OR DELETE ON wallet_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'journals are never changed');
CREATE TRIGGER ledger_posting_immutable BEFORE UPDATE OR DELETE ON wallet_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'postings are never changed');
CREATE TRIGGER ledger_fold_immutable BEFORE UPDATE ON wallet_foldsnapshot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'a snapshot is made anew');
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON wallet_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'accounts are never deleted');
CREATE TRIGGER ledger_account_no_truncate BEFORE TRUNCATE ON wallet_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'accounts are never deleted');
CREATE TRIGGER ledger_journal_no_truncate BEFORE TRUNCATE ON wallet_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'journals are never deleted');
CREATE TRIGGER ledger_posting_no_truncate BEFORE TRUNCATE ON wallet_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change('ledger_immutable', 'postings are never deleted');

-- A balance is born 0 and changes only from inside the posting trigger.
CREATE TRIGGER ledger_account_zero BEFORE INSERT ON wallet_account
    FOR EACH ROW WHEN (NEW.balance <> 0)
    EXECUTE FUNCTION ledger_refuse_change('ledger_born_empty', 'an account starts at 0');
CREATE TRIGGER ledger_account_derived BEFORE UPDATE ON wallet_account
    FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND NEW.balance IS DISTINCT FROM OLD.balance)
    EXECUTE FUNCTION ledger_refuse_change('ledger_derived', 'a balance follows from postings');
CREATE TRIGGER ledger_account_identity
    BEFORE UPDATE OF id, kind, owner, currency, floor, balance_mode ON wallet_account
    FOR EACH ROW WHEN (
        (NEW.id, NEW.kind, NEW.owner, NEW.currency, NEW.floor, NEW.balance_mode)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.owner, OLD.currency, OLD.floor, OLD.balance_mode))
    EXECUTE FUNCTION ledger_refuse_change('ledger_identity', 'only its balance changes');

-- The CHECK refuses an overdraft anyhow; this says first how much was there and how much was needed.
CREATE FUNCTION ledger_refuse_overdraft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation',
        CONSTRAINT = 'wallet_account_no_overdraft',
        MESSAGE = format('%s of %s would fall below its floor', OLD.kind, OLD.owner),
        DETAIL = jsonb_build_object(
            'kind', OLD.kind, 'available', OLD.balance - OLD.floor, 'needed', OLD.balance - NEW.balance)::text;
END $$;
CREATE TRIGGER ledger_account_overdraft BEFORE UPDATE ON wallet_account
    FOR EACH ROW WHEN (NEW.balance < NEW.floor) EXECUTE FUNCTION ledger_refuse_overdraft();

-- An empty journal cannot commit.
CREATE FUNCTION ledger_refuse_empty() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM wallet_posting WHERE journal_id = NEW.id) THEN
        PERFORM ledger_refuse('ledger_nonempty', format('journal %s has no posting', NEW.id));
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_journal_nonempty AFTER INSERT ON wallet_journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_refuse_empty();

-- The one place where balances change. Ascending ids, one row at a time: no two operations can wait for each other
-- in a circle, and an UPDATE by id is cheaper than locking all rows first.
CREATE FUNCTION ledger_apply() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_open boolean;
    v_id bigint;
    v_delta bigint;
    v_one text;
    v_currency text;
BEGIN
    SELECT bool_and(coalesce((
               SELECT j.xid = pg_current_xact_id() FROM wallet_journal j WHERE j.id = a.journal_id), false))
      INTO v_open FROM added a;
    IF NOT v_open THEN
        PERFORM ledger_refuse('ledger_sealed', 'only the transaction that made a journal may add postings');
    END IF;
    FOR v_id, v_delta IN
        SELECT s.id, sum(s.amount)::bigint
          FROM (SELECT debit_id AS id, -amount AS amount FROM added UNION ALL SELECT credit_id, amount FROM added) s
         GROUP BY s.id ORDER BY s.id
    LOOP
        UPDATE wallet_account SET balance = balance + v_delta WHERE id = v_id AND balance_mode = 'row'
        RETURNING currency INTO v_one;
        IF NOT FOUND THEN
            SELECT currency INTO v_one FROM wallet_account WHERE id = v_id;
        END IF;
        IF v_one IS NULL THEN
            PERFORM ledger_refuse('ledger_known_account', 'a posting names an account that does not exist');
        ELSIF v_currency <> v_one THEN
            PERFORM ledger_refuse('ledger_one_currency', 'a posting moves one currency');
        END IF;
        v_currency := v_one;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_apply AFTER INSERT ON wallet_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply();

REVOKE ALL ON FUNCTION ledger_apply() FROM PUBLIC;
