-- What a bill rests on stays as it was, whoever asks: a settled consultation is frozen, its words can only be emptied,
-- and a closed interval is never moved. New rows are seen by `manage.py ledger_check` (I16, I17).

CREATE FUNCTION consultation_settled() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_words CONSTANT text[] := ARRAY['topic', 'link', 'snippet', 'ring_line'];
BEGIN
    -- Frozen is what is not named here, so that a column of tomorrow is frozen too.
    IF to_jsonb(NEW) - v_words IS DISTINCT FROM to_jsonb(OLD) - v_words
       OR NEW.topic NOT IN (OLD.topic, '') OR NEW.link NOT IN (OLD.link, '')
       OR NEW.snippet NOT IN (OLD.snippet, '') OR NEW.ring_line NOT IN (OLD.ring_line, '') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = TG_NAME,
            MESSAGE = format('consultation %s is settled: only its words change, and only to nothing', OLD.id);
    END IF;
    RETURN NEW;
END $$;
-- A short WHEN: it is read again for every statement that changes a consultation, those of the witness too.
CREATE TRIGGER consultation_settled BEFORE UPDATE ON sessions_app_consultation
    FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION consultation_settled();

CREATE FUNCTION interval_closed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = TG_NAME,
        MESSAGE = format('interval %s is closed and stays as it is', OLD.id);
END $$;
CREATE TRIGGER interval_closed BEFORE UPDATE OR DELETE ON sessions_app_interval
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION interval_closed();
