-- +goose Up
-- Times that are offered to a candidate. The interview is created when the candidate books
-- one of the slots; until then the row holds what its creation requires. Tokens are
-- encrypted: that of the candidate's page until the offer is booked or withdrawn, that of
-- the interview's link afterwards.
CREATE TABLE booking_offers (
    id                TEXT PRIMARY KEY,
    corp_id           TEXT NOT NULL,
    position_id       TEXT NOT NULL,
    candidate_id      TEXT NOT NULL,
    organizer_id      TEXT NOT NULL,
    title             TEXT NOT NULL,
    round             BIGINT NOT NULL,
    duration_minutes  BIGINT NOT NULL,
    time_zone         TEXT NOT NULL,
    interviewers      {{.JSON}} NOT NULL,
    room_kind         TEXT NOT NULL,
    room_url          TEXT NOT NULL,
    meeting_kind      TEXT NOT NULL,
    meeting_url       TEXT NOT NULL,
    meeting_code      TEXT NOT NULL,
    question_ids      {{.JSON}} NOT NULL,
    note              TEXT NOT NULL,
    slots             {{.JSON}} NOT NULL,
    state             TEXT NOT NULL,
    expires_at        {{.Time}} NOT NULL,
    interview_id      TEXT,
    request_reason    TEXT NOT NULL DEFAULT '',
    requested_at      {{.Time}},
    opened_at         {{.Time}},
    token_hash        TEXT NOT NULL,
    sealed_token      {{.Blob}},
    sealed_join_token {{.Blob}},
    version           BIGINT NOT NULL,
    created_by        TEXT NOT NULL,
    created_at        {{.Time}} NOT NULL,
    updated_at        {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, position_id) REFERENCES positions (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE UNIQUE INDEX booking_offers_token ON booking_offers (token_hash);
CREATE INDEX booking_offers_created ON booking_offers (corp_id, created_at, id);
CREATE INDEX booking_offers_candidate ON booking_offers (corp_id, candidate_id);
CREATE INDEX booking_offers_position ON booking_offers (corp_id, position_id);
CREATE INDEX booking_offers_open ON booking_offers (expires_at) WHERE state = 'open';
