DROP TRIGGER interval_closed ON sessions_app_interval;
DROP FUNCTION interval_closed();
DROP TRIGGER consultation_settled ON sessions_app_consultation;
DROP FUNCTION consultation_settled();
