DO $$
DECLARE
    v_name text;
    v_function regprocedure;
BEGIN
    FOREACH v_name IN ARRAY ARRAY[
        'ledger_capture', 'ledger_release', 'ledger_extend', 'ledger_hold', 'ledger_top_up', 'ledger_balance',
        'ledger_lock', 'ledger_need_unsettled', 'ledger_need_escrow', 'ledger_need_amount', 'ledger_post',
        'ledger_legs', 'ledger_first', 'ledger_claim', 'ledger_need_same_request',
        'ledger_clearing', 'ledger_account'] LOOP
        FOR v_function IN SELECT oid FROM pg_proc
             WHERE proname = v_name AND pronamespace = 'public'::regnamespace LOOP
            EXECUTE format('DROP FUNCTION %s', v_function);
        END LOOP;
    END LOOP;
END $$;
