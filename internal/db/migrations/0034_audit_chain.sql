-- +goose Up
-- The hash chain over the audit log of a company; see docs/adr/0026-audit-chain.md.
CREATE TABLE audit_chain (
    corp_id  TEXT NOT NULL,
    seq      BIGINT NOT NULL, -- from 1, without gaps
    entry_id TEXT NOT NULL UNIQUE, -- of audit_log
    salt     {{.Blob}} NOT NULL, -- of the digest of the entry's data; empty once the data was erased
    digest   {{.Blob}} NOT NULL, -- of the entry's data
    hash     {{.Blob}} NOT NULL, -- of the chain up to here
    PRIMARY KEY (corp_id, seq)
);

-- The signed ends of a chain: up to where entries are sealed, and up to where they were
-- deleted after their retention.
CREATE TABLE audit_seals (
    corp_id   TEXT NOT NULL,
    kind      TEXT NOT NULL, -- head, start
    seq       BIGINT NOT NULL,
    hash      {{.Blob}} NOT NULL,
    at        {{.Time}} NOT NULL, -- of the newest entry up to here
    sealed_at {{.Time}} NOT NULL,
    key_id    TEXT NOT NULL,
    signature {{.Blob}} NOT NULL,
    PRIMARY KEY (corp_id, kind)
);
