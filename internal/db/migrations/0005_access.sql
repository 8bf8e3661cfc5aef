-- +goose Up
-- Tokens with which programs ask. token_hash: SHA-256 of the token, in hex. A
-- personal one is good for what user_id may do; a company's one was made by
-- that administrator and outlives them.
CREATE TABLE access_tokens (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    name         TEXT NOT NULL,
    scopes       {{.JSON}} NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    hint         TEXT NOT NULL, -- its first characters, to tell tokens apart
    created_at   {{.Time}} NOT NULL,
    expires_at   {{.Time}},
    last_used_at {{.Time}},
    revoked_at   {{.Time}},
    revoked_by   TEXT NOT NULL,
    FOREIGN KEY (corp_id, user_id) REFERENCES members (corp_id, user_id)
);
CREATE INDEX access_tokens_corp ON access_tokens (corp_id, created_at);

-- Requests that carried an Idempotency-Key, for a day. status is 0 until the
-- answer is known. answer is encrypted under the token that asked, which is
-- not kept: it may hold a candidate's link.
CREATE TABLE idempotency_keys (
    token_id     TEXT NOT NULL REFERENCES access_tokens (id),
    key          TEXT NOT NULL,
    corp_id      TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status       BIGINT NOT NULL,
    answer       {{.Blob}},
    created_at   {{.Time}} NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (created_at);
