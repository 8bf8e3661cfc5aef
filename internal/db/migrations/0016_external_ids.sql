-- +goose Up
-- external_id: the id of the object in another system, which finds the object by it
-- after it has lost the response of its creation. NULL without one.
ALTER TABLE candidates ADD COLUMN external_id TEXT;
ALTER TABLE interviews ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX candidates_external_id ON candidates (corp_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX interviews_external_id ON interviews (corp_id, external_id) WHERE external_id IS NOT NULL;
