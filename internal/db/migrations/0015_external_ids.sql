-- +goose Up
-- external_id is the id of the object in the system that created it over the
-- API, unique in the company.
ALTER TABLE candidates ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX candidates_external ON candidates (corp_id, external_id);
ALTER TABLE interviews ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX interviews_external ON interviews (corp_id, external_id);

-- write_probe is empty: a readiness check inserts a row and deletes it.
CREATE TABLE write_probe (
    payload TEXT NOT NULL
);
