-- +goose Up
-- WeChat customer service (微信客服): the account of a company, the links by which candidates open it in
-- WeChat, and the conversations about interviews.
CREATE TABLE customer_service_settings (
    corp_id      TEXT NOT NULL PRIMARY KEY REFERENCES corps (corp_id),
    enabled      {{.Bool}} NOT NULL,
    open_kfid    TEXT NOT NULL, -- empty: none was chosen
    account_name TEXT NOT NULL,
    url          TEXT NOT NULL, -- of the account, with the scene; a link appends scene_param
    version      BIGINT NOT NULL,
    updated_by   TEXT NOT NULL, -- userid
    updated_at   {{.Time}} NOT NULL
);

-- The position in the messages of an account. It is a row of the outbox: one process reads at a time.
CREATE TABLE customer_service_accounts (
    id              TEXT NOT NULL PRIMARY KEY,
    corp_id         TEXT NOT NULL REFERENCES corps (corp_id),
    open_kfid       TEXT NOT NULL,
    cursor          TEXT NOT NULL, -- empty: the oldest message
    failure_code    TEXT NOT NULL, -- text id; empty: WeCom accepts the calls
    failure_errcode BIGINT NOT NULL,
    since           {{.Time}} NOT NULL, -- earlier messages are not read
    read_at         {{.Time}}, -- NULL: never
    attempts        BIGINT NOT NULL DEFAULT 0,
    claimed_at      {{.Time}},
    next_attempt_at {{.Time}},
    UNIQUE (corp_id, open_kfid)
);
CREATE INDEX customer_service_accounts_due ON customer_service_accounts (next_attempt_at);
CREATE INDEX customer_service_accounts_claimed ON customer_service_accounts (claimed_at);

-- A link of an interview for its candidate, bound to the first WeChat user who opens it.
CREATE TABLE customer_service_links (
    id              TEXT NOT NULL PRIMARY KEY,
    corp_id         TEXT NOT NULL REFERENCES corps (corp_id),
    interview_id    TEXT NOT NULL,
    candidate_id    TEXT NOT NULL,
    token_hash      TEXT NOT NULL UNIQUE, -- of scene_param
    encrypted_token {{.Blob}}, -- NULL when the link is revoked
    open_kfid       TEXT NOT NULL, -- empty until the link is opened
    external_userid TEXT NOT NULL, -- of the WeChat user; empty until the link is opened
    entered_at      {{.Time}}, -- when it was opened last
    last_written_at {{.Time}}, -- when the WeChat user wrote last
    replies         BIGINT NOT NULL, -- sent since then
    announced       TEXT NOT NULL, -- state and times of the interview that the candidate was informed of
    created_at      {{.Time}} NOT NULL,
    revoked_at      {{.Time}},
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);
CREATE INDEX customer_service_links_interview ON customer_service_links (corp_id, interview_id);
CREATE INDEX customer_service_links_candidate ON customer_service_links (corp_id, candidate_id);
CREATE INDEX customer_service_links_user ON customer_service_links (corp_id, open_kfid, external_userid);

-- What candidates and members have written to each other.
CREATE TABLE customer_service_messages (
    id           TEXT NOT NULL PRIMARY KEY,
    corp_id      TEXT NOT NULL REFERENCES corps (corp_id),
    link_id      TEXT NOT NULL REFERENCES customer_service_links (id),
    interview_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    msgid        TEXT NOT NULL, -- WeCom's, or that of the request of the member
    kind         TEXT NOT NULL, -- text, or the msgtype of what cannot be displayed
    text         TEXT NOT NULL,
    author       TEXT NOT NULL, -- userid; empty: the candidate
    message_id   TEXT NOT NULL, -- in the log of messages; empty for what was written in WeCom or WeChat
    recalled     {{.Bool}} NOT NULL,
    created_at   {{.Time}} NOT NULL,
    UNIQUE (corp_id, link_id, msgid),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);
CREATE INDEX customer_service_messages_interview ON customer_service_messages (corp_id, interview_id, created_at);
CREATE INDEX customer_service_messages_candidate ON customer_service_messages (corp_id, candidate_id);

-- WeCom reports by its msgid that a message in WeChat did not arrive.
CREATE INDEX messages_wechat ON messages (corp_id, msgid) WHERE channel = 'wechat';
