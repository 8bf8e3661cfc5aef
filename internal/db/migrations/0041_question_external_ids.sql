-- +goose Up
-- external_id: the id of the question in the file or the repository that it was imported
-- from, by which a later import finds it. NULL for a question that was written here.
ALTER TABLE questions ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX questions_external_id ON questions (corp_id, external_id) WHERE external_id IS NOT NULL;
