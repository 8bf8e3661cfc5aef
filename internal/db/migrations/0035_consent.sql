-- +goose Up
-- What a candidate accepts before entering a built-in room. Each saved text is a version.
CREATE TABLE consent_texts (
    corp_id    TEXT NOT NULL,
    version    BIGINT NOT NULL, -- from 1
    bodies     {{.JSON}} NOT NULL, -- by language
    created_by TEXT NOT NULL, -- userid; empty for the text of the program
    created_at {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, version)
);

-- The candidate is a column of its own: that of a scheduled interview can be replaced.
CREATE TABLE interview_consents (
    interview_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    text_version BIGINT NOT NULL,
    corp_id      TEXT NOT NULL,
    language     TEXT NOT NULL,
    accepted_at  {{.Time}} NOT NULL,
    PRIMARY KEY (interview_id, candidate_id, text_version),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id),
    FOREIGN KEY (corp_id, text_version) REFERENCES consent_texts (corp_id, version)
);
CREATE INDEX interview_consents_candidate ON interview_consents (corp_id, candidate_id);
