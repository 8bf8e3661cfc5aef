-- +goose Up
-- What a company has chosen about rooms.
CREATE TABLE room_settings (
    corp_id      TEXT PRIMARY KEY,
    default_kind TEXT NOT NULL,
    updated_by   TEXT NOT NULL,
    updated_at   {{.Time}} NOT NULL
);

-- A room that needs more than the interview's own row: one at a provider, or
-- interviewers' own addresses. An interview has at most one that lives; one
-- that was left stays until it is deleted where it is. ways: people's
-- addresses, encrypted. wanted grows with every change that the room must
-- follow, made is what it has followed. tried: a room may exist although
-- external_id is not known. rating and report: what came back.
CREATE TABLE interview_rooms (
    id              TEXT PRIMARY KEY,
    corp_id         TEXT NOT NULL,
    interview_id    TEXT NOT NULL,
    kind            TEXT NOT NULL,
    state           TEXT NOT NULL,
    external_id     TEXT NOT NULL,
    ways            {{.Blob}},
    wanted          BIGINT NOT NULL,
    made            BIGINT NOT NULL,
    tried           {{.Bool}} NOT NULL,
    told            {{.Bool}} NOT NULL,
    attempts        BIGINT NOT NULL,
    failure_code    TEXT NOT NULL,
    failure_params  {{.JSON}} NOT NULL,
    rating          DOUBLE PRECISION,
    report          {{.JSON}} NOT NULL,
    reported_at     {{.Time}},
    claimed_at      {{.Time}},
    next_attempt_at {{.Time}},
    ready_at        {{.Time}},
    created_at      {{.Time}} NOT NULL,
    updated_at      {{.Time}} NOT NULL,
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE UNIQUE INDEX interview_rooms_live ON interview_rooms (interview_id) WHERE state NOT IN ('leaving', 'gone');
CREATE INDEX interview_rooms_external ON interview_rooms (corp_id, kind, external_id);
CREATE INDEX interview_rooms_due ON interview_rooms (state, next_attempt_at);

-- A company's account at a provider. secret is encrypted; without one the
-- account is that of the environment. The rest is what the last check found.
CREATE TABLE provider_accounts (
    corp_id        TEXT NOT NULL,
    provider       TEXT NOT NULL,
    client_id      TEXT NOT NULL,
    secret         {{.Blob}},
    team_id        BIGINT NOT NULL,
    team_name      TEXT NOT NULL,
    left_quota     BIGINT,
    members        BIGINT,
    failure_code   TEXT NOT NULL,
    failure_params {{.JSON}} NOT NULL,
    checked_at     {{.Time}},
    updated_by     TEXT NOT NULL,
    updated_at     {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, provider)
);

-- Members of the company as a provider knows them. source: whether WeCom has
-- told e-mail and mobile number or somebody has entered them.
CREATE TABLE provider_members (
    corp_id        TEXT NOT NULL,
    provider       TEXT NOT NULL,
    user_id        TEXT NOT NULL,
    email          TEXT NOT NULL,
    mobile         TEXT NOT NULL,
    source         TEXT NOT NULL,
    state          TEXT NOT NULL,
    external_id    TEXT NOT NULL,
    failure_code   TEXT NOT NULL,
    failure_params {{.JSON}} NOT NULL,
    updated_at     {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, provider, user_id)
);

-- Written tests that were sent to candidates. url is encrypted: whoever has it
-- sits the test.
CREATE TABLE exam_sittings (
    id              TEXT PRIMARY KEY,
    corp_id         TEXT NOT NULL,
    candidate_id    TEXT NOT NULL,
    exam_id         BIGINT NOT NULL,
    exam_name       TEXT NOT NULL,
    external_id     TEXT NOT NULL,
    url             {{.Blob}},
    state           TEXT NOT NULL,
    mail            TEXT NOT NULL,
    tried           {{.Bool}} NOT NULL,
    attempts        BIGINT NOT NULL,
    failure_code    TEXT NOT NULL,
    failure_params  {{.JSON}} NOT NULL,
    score           DOUBLE PRECISION,
    total_score     DOUBLE PRECISION,
    sent_by         TEXT NOT NULL,
    created_at      {{.Time}} NOT NULL,
    sent_at         {{.Time}},
    finished_at     {{.Time}},
    checked_at      {{.Time}},
    claimed_at      {{.Time}},
    next_attempt_at {{.Time}},
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);
CREATE INDEX exam_sittings_candidate ON exam_sittings (corp_id, candidate_id);
CREATE INDEX exam_sittings_due ON exam_sittings (state, next_attempt_at);
