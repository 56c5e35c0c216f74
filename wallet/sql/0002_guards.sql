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

-- What an account and a journal look like: asked once, when the row is born, because nothing of it
-- may change later (ledger_account_identity, ledger_journal_immutable).
-- Not as CHECKs: PostgreSQL parses the stored text of every CHECK again for every statement, a change of a balance
-- included, which cost a quarter of all CPU time.
CREATE FUNCTION ledger_account_born() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_house boolean := NEW.kind IN (
        'platform_revenue', 'stripe_clearing', 'cash_clearing', 'stripe_fees', 'dispute_loss', 'promo_expense');
BEGIN
    IF NEW.balance <> 0 THEN
        PERFORM ledger_refuse('ledger_born_empty', 'an account starts at 0');
    ELSIF NOT v_house AND NEW.kind NOT IN (
            'client_available', 'escrow', 'consultant_pending', 'consultant_available', 'payout_transit',
            'refund_transit') THEN
        PERFORM ledger_refuse('wallet_account_kind', format('there is no kind %s', NEW.kind));
    ELSIF NEW.balance_mode NOT IN ('row', 'fold') THEN
        PERFORM ledger_refuse('wallet_account_mode', format('there is no mode %s', NEW.balance_mode));
    ELSIF NEW.currency !~ '^[A-Z]{3}$' THEN
        PERFORM ledger_refuse('wallet_account_currency', 'a currency is three capital letters');
    ELSIF NEW.floor IS NOT NULL AND NEW.balance_mode = 'fold' THEN
        PERFORM ledger_refuse('wallet_account_floor_needs_row', 'a floor needs a balance in the row');
    ELSIF NOT v_house AND NEW.floor IS DISTINCT FROM 0 THEN
        PERFORM ledger_refuse('wallet_account_people_have_a_floor', 'only the house may be below 0');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_born BEFORE INSERT ON wallet_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_born();

CREATE FUNCTION ledger_journal_born() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.op NOT IN (
            'hold', 'capture', 'release', 'extend', 'mature', 'top_up', 'top_up_fee', 'refund', 'payout',
            'payout_done', 'payout_failed', 'cash_refund', 'cash_refund_done', 'cash_refund_failed', 'chargeback',
            'adjust', 'reverse') THEN
        PERFORM ledger_refuse('wallet_journal_op', format('there is no operation %s', NEW.op));
    ELSIF NEW.idem_key = '' THEN
        PERFORM ledger_refuse('wallet_journal_key_not_empty', 'a journal needs a key');
    ELSIF NEW.reference = '' THEN
        PERFORM ledger_refuse('wallet_journal_reference_not_empty', 'a journal needs a reference');
    ELSIF NEW.op = 'adjust' AND (NEW.actor_id IS NULL OR coalesce(NEW.reason, '') = '') THEN
        PERFORM ledger_refuse('wallet_journal_adjust_has_reason', 'an adjustment has an actor and a reason');
    ELSIF (NEW.op = 'reverse') <> (NEW.reverses_id IS NOT NULL) THEN
        PERFORM ledger_refuse('wallet_journal_only_reverse_reverses', 'a reversal names what it reverses');
    ELSIF NEW.approver_id = NEW.actor_id THEN
        PERFORM ledger_refuse('wallet_journal_two_people', 'nobody approves their own adjustment');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_journal_born BEFORE INSERT ON wallet_journal
    FOR EACH ROW EXECUTE FUNCTION ledger_journal_born();

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

-- A balance changes only from inside the posting trigger.
CREATE TRIGGER ledger_account_identity
    BEFORE UPDATE OF id, kind, owner, currency, floor, balance_mode ON wallet_account
    FOR EACH ROW WHEN (
        (NEW.id, NEW.kind, NEW.owner, NEW.currency, NEW.floor, NEW.balance_mode)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.owner, OLD.currency, OLD.floor, OLD.balance_mode))
    EXECUTE FUNCTION ledger_refuse_change('ledger_identity', 'only its balance changes');

CREATE TRIGGER ledger_account_derived BEFORE UPDATE OF balance ON wallet_account
    FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_refuse_change('ledger_derived', 'a balance follows from postings');

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

-- An account took no change: it does not exist, there is too little in it, or somebody put money in meanwhile. The
-- CHECK refuses an overdraft anyhow; this says how much was there and how much was needed.
CREATE FUNCTION ledger_moved_late(p_id bigint, p_delta bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_account wallet_account;
BEGIN
    SELECT * INTO v_account FROM wallet_account WHERE id = p_id FOR NO KEY UPDATE;
    IF v_account.id IS NULL THEN
        PERFORM ledger_refuse('ledger_known_account', 'a posting names an account that does not exist');
    ELSIF v_account.balance + p_delta < v_account.floor THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            CONSTRAINT = 'wallet_account_no_overdraft',
            MESSAGE = format('%s of %s would fall below its floor', v_account.kind, v_account.owner),
            DETAIL = jsonb_build_object('kind', v_account.kind, 'needed', -p_delta,
                                        'available', v_account.balance - v_account.floor)::text;
    END IF;
    UPDATE wallet_account SET balance = balance + p_delta WHERE id = p_id;
    RETURN v_account.currency;
END $$;

-- The one place where balances change. Ascending ids, one row at a time: no two operations can wait for each other
-- in a circle, and an UPDATE by id is cheaper than locking all rows first or joining a list. A few legs are added up
-- here, many by a query.
CREATE FUNCTION ledger_apply() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_debits bigint[];
    v_credits bigint[];
    v_amounts bigint[];
    v_open boolean;
    v_legs integer;
    v_many boolean;
    v_ids bigint[];
    v_deltas bigint[];
    v_delta bigint;
    v_one text;
    v_currency text;
BEGIN
    SELECT array_agg(a.debit_id), array_agg(a.credit_id), array_agg(a.amount), bool_and(coalesce((
               SELECT j.xid = pg_current_xact_id() FROM wallet_journal j WHERE j.id = a.journal_id), false))
      INTO v_debits, v_credits, v_amounts, v_open FROM added a;
    IF NOT v_open THEN
        PERFORM ledger_refuse('ledger_sealed', 'only the transaction that made a journal may add postings');
    END IF;
    v_legs := coalesce(cardinality(v_amounts), 0);
    v_many := v_legs > 8;
    IF v_legs = 1 THEN
        v_ids := ARRAY[least(v_debits[1], v_credits[1]), greatest(v_debits[1], v_credits[1])];
    ELSIF NOT v_many THEN
        v_ids := ARRAY(SELECT DISTINCT id FROM unnest(v_debits || v_credits) id ORDER BY id);
    ELSE
        SELECT array_agg(s.id ORDER BY s.id), array_agg(s.delta ORDER BY s.id) INTO v_ids, v_deltas FROM (
            SELECT t.id, sum(t.amount)::bigint AS delta
              FROM (SELECT debit_id AS id, -amount AS amount FROM added
                    UNION ALL SELECT credit_id, amount FROM added) t GROUP BY t.id) s;
    END IF;
    FOR i IN 1 .. coalesce(cardinality(v_ids), 0) LOOP
        IF v_many THEN
            v_delta := v_deltas[i];
        ELSE
            v_delta := 0;
            FOR leg IN 1 .. v_legs LOOP
                IF v_credits[leg] = v_ids[i] THEN
                    v_delta := v_delta + v_amounts[leg];
                ELSIF v_debits[leg] = v_ids[i] THEN
                    v_delta := v_delta - v_amounts[leg];
                END IF;
            END LOOP;
        END IF;
        UPDATE wallet_account SET balance = balance + v_delta
         WHERE id = v_ids[i] AND balance_mode = 'row' AND (floor IS NULL OR balance + v_delta >= floor)
        RETURNING currency INTO v_one;
        IF v_one IS NULL THEN
            SELECT currency INTO v_one FROM wallet_account WHERE id = v_ids[i] AND balance_mode = 'fold';
            IF v_one IS NULL THEN
                v_one := ledger_moved_late(v_ids[i], v_delta);
            END IF;
        END IF;
        IF v_currency <> v_one THEN
            PERFORM ledger_refuse('ledger_one_currency', 'a posting moves one currency');
        END IF;
        v_currency := v_one;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_apply AFTER INSERT ON wallet_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply();

REVOKE ALL ON FUNCTION ledger_apply() FROM PUBLIC;
