-- Creates the role of the runners, or gives it the password :password. psql runs this file.
SELECT 'CREATE ROLE huimian_runner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'huimian_runner') \gexec
ALTER ROLE huimian_runner PASSWORD :'password';
GRANT SELECT, INSERT, UPDATE, DELETE ON runners TO huimian_runner;
GRANT SELECT, UPDATE (state, runner_id, attempts, lease_expires_at, result) ON run_requests TO huimian_runner;
GRANT INSERT ON run_output TO huimian_runner;
GRANT SELECT ON run_input TO huimian_runner;
