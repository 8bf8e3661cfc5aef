-- +goose Up
-- A search by a text reads these indexes in place of all rows of the company. Titles and names
-- have at most 100 characters, so that their search texts fit into an index of PostgreSQL.
CREATE INDEX interviews_text ON interviews (corp_id, starts_at, id, ends_at, state, candidate_id, search_text);
CREATE INDEX candidates_name ON candidates (corp_id, id, search_name);

-- Each index of a list goes on with its order to the end: SQLite chose another for a page. That of a
-- candidate has the columns for the next round too: SQLite would read interviews_text, which has them.
DROP INDEX interviews_candidate;
CREATE INDEX interviews_candidate ON interviews (corp_id, candidate_id, starts_at, id, ends_at, state);
DROP INDEX interviews_organizer;
CREATE INDEX interviews_organizer ON interviews (corp_id, organizer_id, starts_at, id);
DROP INDEX candidates_position;
CREATE INDEX candidates_position ON candidates (corp_id, position_id, created_at, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (endpoint_id, state, created_at, id);
