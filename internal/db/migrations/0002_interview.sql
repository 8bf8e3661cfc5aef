-- +goose Up
-- Foreign keys carry corp_id, so that no row can point into another company.

-- title, criteria: in each language, as JSON.
CREATE TABLE scorecard_templates (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    template_key TEXT NOT NULL,
    title        {{.JSON}} NOT NULL,
    criteria     {{.JSON}} NOT NULL,
    created_at   {{.Time}} NOT NULL,
    UNIQUE (corp_id, id),
    UNIQUE (corp_id, template_key)
);

CREATE TABLE questions (
    id                TEXT PRIMARY KEY,
    corp_id           TEXT NOT NULL,
    title             TEXT NOT NULL,
    body              TEXT NOT NULL,
    difficulty        TEXT NOT NULL,
    tags              {{.JSON}} NOT NULL,
    starter_code      {{.JSON}} NOT NULL,
    interviewer_notes TEXT NOT NULL,
    created_by        TEXT NOT NULL,
    created_at        {{.Time}} NOT NULL,
    updated_at        {{.Time}} NOT NULL,
    UNIQUE (corp_id, id)
);

CREATE TABLE positions (
    id                    TEXT PRIMARY KEY,
    corp_id               TEXT NOT NULL,
    title                 TEXT NOT NULL,
    department            TEXT NOT NULL,
    level                 TEXT NOT NULL,
    headcount             BIGINT NOT NULL,
    description           TEXT NOT NULL,
    state                 TEXT NOT NULL,
    question_ids          {{.JSON}} NOT NULL,
    scorecard_template_id TEXT NOT NULL,
    created_by            TEXT NOT NULL,
    created_at            {{.Time}} NOT NULL,
    updated_at            {{.Time}} NOT NULL,
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, scorecard_template_id) REFERENCES scorecard_templates (corp_id, id)
);

CREATE TABLE candidates (
    id          TEXT PRIMARY KEY,
    corp_id     TEXT NOT NULL,
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    mobile      TEXT NOT NULL,
    position_id TEXT,
    resume_url  TEXT NOT NULL,
    source      TEXT NOT NULL,
    note        TEXT NOT NULL,
    language    TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  {{.Time}} NOT NULL,
    updated_at  {{.Time}} NOT NULL,
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, position_id) REFERENCES positions (corp_id, id)
);
CREATE INDEX candidates_position ON candidates (corp_id, position_id);

-- schedule_version grows when the time changes: a reminder or a card of an
-- older one is stale. version grows with every change.
CREATE TABLE interviews (
    id                TEXT PRIMARY KEY,
    corp_id           TEXT NOT NULL,
    title             TEXT NOT NULL,
    round             BIGINT NOT NULL,
    state             TEXT NOT NULL,
    position_id       TEXT NOT NULL,
    candidate_id      TEXT NOT NULL,
    starts_at         {{.Time}} NOT NULL,
    ends_at           {{.Time}} NOT NULL,
    time_zone         TEXT NOT NULL,
    room_kind         TEXT NOT NULL,
    room_url          TEXT NOT NULL,
    organizer_id      TEXT NOT NULL,
    question_ids      {{.JSON}} NOT NULL,
    template_id       TEXT NOT NULL,
    note              TEXT NOT NULL,
    cancel_reason     TEXT NOT NULL,
    started_at        {{.Time}},
    ended_at          {{.Time}},
    cancelled_at      {{.Time}},
    decision          TEXT NOT NULL,
    decision_comment  TEXT NOT NULL,
    decided_by        TEXT NOT NULL,
    decided_at        {{.Time}},
    version           BIGINT NOT NULL,
    schedule_version  BIGINT NOT NULL,
    created_at        {{.Time}} NOT NULL,
    updated_at        {{.Time}} NOT NULL,
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, position_id) REFERENCES positions (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id),
    FOREIGN KEY (corp_id, template_id) REFERENCES scorecard_templates (corp_id, id)
);
CREATE INDEX interviews_start ON interviews (corp_id, starts_at, id);
CREATE INDEX interviews_candidate ON interviews (corp_id, candidate_id, starts_at);

CREATE TABLE interview_members (
    corp_id         TEXT NOT NULL,
    interview_id    TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    seat            BIGINT NOT NULL,
    response        TEXT NOT NULL,
    response_reason TEXT NOT NULL,
    responded_at    {{.Time}},
    PRIMARY KEY (interview_id, user_id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX interview_members_user ON interview_members (corp_id, user_id);

-- token_hash: SHA-256 of the link's token, in hex. 'shown' links are given out
-- by a recruiter, and a new one revokes the old; 'mail' links are made for
-- each mail that is sent.
CREATE TABLE candidate_links (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    interview_id TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    purpose      TEXT NOT NULL,
    created_at   {{.Time}} NOT NULL,
    opened_at    {{.Time}},
    revoked_at   {{.Time}},
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX candidate_links_interview ON candidate_links (corp_id, interview_id);

-- A browser that has opened a link. It lives no longer than the link.
CREATE TABLE candidate_sessions (
    token_hash   TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    interview_id TEXT NOT NULL,
    link_id      TEXT NOT NULL,
    expires_at   {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, link_id) REFERENCES candidate_links (corp_id, id)
);
CREATE INDEX candidate_sessions_expires ON candidate_sessions (expires_at);

CREATE TABLE scorecards (
    corp_id        TEXT NOT NULL,
    interview_id   TEXT NOT NULL,
    user_id        TEXT NOT NULL,
    state          TEXT NOT NULL,
    version        BIGINT NOT NULL,
    scores         {{.JSON}} NOT NULL,
    recommendation TEXT NOT NULL,
    comment        TEXT NOT NULL,
    updated_at     {{.Time}} NOT NULL,
    submitted_at   {{.Time}},
    PRIMARY KEY (interview_id, user_id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);

-- The truth about every message: the jobs only carry its id. data: what the
-- text is made from. body: the exact bytes, stored before they are sent, so
-- that a repeated attempt sends the same. dedup: inserting twice is once.
CREATE TABLE messages (
    id               TEXT PRIMARY KEY,
    corp_id          TEXT NOT NULL,
    interview_id     TEXT NOT NULL,
    kind             TEXT NOT NULL,
    channel          TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    recipient_name   TEXT NOT NULL,
    schedule_version BIGINT NOT NULL,
    data             {{.JSON}} NOT NULL,
    state            TEXT NOT NULL,
    attempts         BIGINT NOT NULL,
    body             TEXT,
    msgid            TEXT NOT NULL,
    response_code    TEXT NOT NULL,
    card_state       TEXT NOT NULL,
    errcode          BIGINT NOT NULL,
    error_code       TEXT NOT NULL,
    error            TEXT NOT NULL,
    dedup            TEXT NOT NULL,
    created_at       {{.Time}} NOT NULL,
    attempted_at     {{.Time}},
    sent_at          {{.Time}},
    next_attempt_at  {{.Time}},
    UNIQUE (corp_id, dedup),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX messages_interview ON messages (corp_id, interview_id);
CREATE INDEX messages_log ON messages (corp_id, created_at, id);
CREATE INDEX messages_due ON messages (state, next_attempt_at);

-- Who did what. data says the rest, never a secret.
CREATE TABLE audit_log (
    id        TEXT PRIMARY KEY,
    corp_id   TEXT NOT NULL,
    at        {{.Time}} NOT NULL,
    user_id   TEXT NOT NULL,
    act       TEXT NOT NULL,
    object_id TEXT NOT NULL,
    data      {{.JSON}} NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (corp_id, at);
