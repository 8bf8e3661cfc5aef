-- +goose Up
-- The path of the source file and the further files of a program
-- (runner.programFiles), as bytes, because PostgreSQL's JSON cannot hold U+0000; NULL for
-- a program of one file without a name. Used on PostgreSQL only.
ALTER TABLE run_requests ADD COLUMN files {{.Blob}};
