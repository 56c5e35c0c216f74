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
CREATE TRIGGER ledger_account_identity BEFORE UPDATE ON wallet_account
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
    v_journal bigint;
    v_id bigint;
    v_delta bigint;
    v_one text;
    v_currency text;
BEGIN
    FOR v_journal IN SELECT DISTINCT journal_id FROM added LOOP
        PERFORM FROM wallet_journal WHERE id = v_journal AND xid = pg_current_xact_id();
        IF NOT FOUND THEN
            PERFORM ledger_refuse('ledger_sealed', 'only the transaction that made a journal may add postings');
        END IF;
    END LOOP;
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
