-- +goose Up
-- search_text: all forms of a row by which it is found, written by package
-- searchtext; search_version: the version of that form, 0 for rows that the
-- application has yet to fill in. search_name: the candidate's name alone.
-- search_tags: the tags, one a line.
ALTER TABLE members ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN search_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE candidates ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE candidates ADD COLUMN search_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE candidates ADD COLUMN search_name TEXT NOT NULL DEFAULT '';
ALTER TABLE positions ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE positions ADD COLUMN search_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE questions ADD COLUMN search_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN search_tags TEXT NOT NULL DEFAULT '';
ALTER TABLE interviews ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE interviews ADD COLUMN search_version BIGINT NOT NULL DEFAULT 0;
