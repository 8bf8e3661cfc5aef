-- +goose Up
-- write_probe is empty: a readiness check inserts a row and deletes it.
CREATE TABLE write_probe (
    payload TEXT NOT NULL
);
