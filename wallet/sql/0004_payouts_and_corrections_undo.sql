DO $$
DECLARE
    v_name text;
    v_function regprocedure;
BEGIN
    FOREACH v_name IN ARRAY ARRAY[
        'ledger_forget_snapshots', 'ledger_take_snapshots', 'ledger_reverse', 'ledger_adjust', 'ledger_chargeback',
        'ledger_cash_refund_failed', 'ledger_cash_refund_done', 'ledger_payout_failed', 'ledger_payout_done',
        'ledger_leave_transit', 'ledger_cash_refund', 'ledger_left_of_payment', 'ledger_payout', 'ledger_refund',
        'ledger_mature', 'ledger_top_up_fee', 'ledger_escrow_of', 'ledger_need_capture'] LOOP
        FOR v_function IN SELECT oid FROM pg_proc
             WHERE proname = v_name AND pronamespace = 'public'::regnamespace LOOP
            EXECUTE format('DROP FUNCTION %s', v_function);
        END LOOP;
    END LOOP;
END $$;
