-- +goose Up
-- version counts the changes of a row: an edit names the version that it was
-- made from and is refused when another has been stored since.
ALTER TABLE positions ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE candidates ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE questions ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE webhook_endpoints ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
