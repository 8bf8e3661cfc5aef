-- +goose Up
-- The meeting of an interview: none, wecom, or link. The URLs and the code of a
-- WeCom meeting are stored when it has been created.
ALTER TABLE interviews ADD COLUMN meeting_kind TEXT NOT NULL DEFAULT 'none';
ALTER TABLE interviews ADD COLUMN meeting_url TEXT NOT NULL DEFAULT '';
ALTER TABLE interviews ADD COLUMN meeting_code TEXT NOT NULL DEFAULT '';
ALTER TABLE interviews ADD COLUMN meeting_guest_url TEXT NOT NULL DEFAULT '';

-- An appointment is the schedule or the meeting of an interview in WeCom. written is
-- a digest of its content there, empty when there is nothing. attempted is true while
-- a creation without a response may have succeeded, deleted after a member deleted it in
-- WeCom: it is not created again by itself.
CREATE TABLE appointments (
    id              TEXT PRIMARY KEY,
    corp_id         TEXT NOT NULL,
    interview_id    TEXT NOT NULL,
    kind            TEXT NOT NULL,
    external_id     TEXT NOT NULL,
    written         TEXT NOT NULL,
    attempted       {{.Bool}} NOT NULL,
    deleted         {{.Bool}} NOT NULL,
    failure_code    TEXT NOT NULL,
    failure_params  {{.JSON}} NOT NULL,
    attempts        BIGINT NOT NULL,
    claimed_at      {{.Time}},
    next_attempt_at {{.Time}},
    created_at      {{.Time}} NOT NULL,
    updated_at      {{.Time}} NOT NULL,
    UNIQUE (interview_id, kind),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX appointments_external ON appointments (corp_id, external_id);
CREATE INDEX appointments_due ON appointments (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX appointments_claimed ON appointments (claimed_at) WHERE claimed_at IS NOT NULL;

-- calendar_id is the calendar that the application has created in WeCom for the
-- company. The failure codes are those of the last attempt of each kind that the
-- company as a whole is refused.
CREATE TABLE appointment_settings (
    corp_id          TEXT PRIMARY KEY,
    calendar         {{.Bool}} NOT NULL,
    default_meeting  TEXT NOT NULL,
    calendar_id      TEXT NOT NULL,
    schedule_failure TEXT NOT NULL,
    meeting_failure  TEXT NOT NULL,
    updated_by       TEXT NOT NULL,
    updated_at       {{.Time}} NOT NULL
);
