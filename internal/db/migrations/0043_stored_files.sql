-- +goose Up
-- Uploaded files. Their content is in the file store, under the id; see
-- docs/adr/0035-files-outside-of-the-database.md.
CREATE TABLE stored_files (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    kind         TEXT NOT NULL, -- resume
    candidate_id TEXT NOT NULL, -- to whom it belongs
    name         TEXT NOT NULL, -- as the uploader has named it, for display
    media_type   TEXT NOT NULL, -- by the content
    size         BIGINT NOT NULL, -- bytes
    sha256       TEXT NOT NULL, -- of the content, in hexadecimal
    created_by   TEXT NOT NULL, -- userid
    created_at   {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);
CREATE INDEX stored_files_candidate ON stored_files (candidate_id, created_at, id);
-- For the size of the files of a company.
CREATE INDEX stored_files_corp ON stored_files (corp_id, size);
