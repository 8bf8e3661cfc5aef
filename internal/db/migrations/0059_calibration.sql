-- +goose Up
-- Finished interviews whose replay members rate without names, to compare how they score.
CREATE TABLE calibration_exercises (
    id               TEXT PRIMARY KEY,
    corp_id          TEXT NOT NULL,
    interview_id     TEXT NOT NULL,
    template_id      TEXT NOT NULL, -- of scorecards
    template_version BIGINT NOT NULL,
    title            TEXT NOT NULL,
    note             TEXT NOT NULL, -- to the raters
    due_at           {{.Time}} NOT NULL,
    with_originals   {{.Bool}} NOT NULL, -- the scorecards of the interview are ratings too
    closed_at        {{.Time}}, -- NULL: ratings can be submitted
    version          BIGINT NOT NULL,
    created_by       TEXT NOT NULL, -- userid
    created_at       {{.Time}} NOT NULL,
    updated_at       {{.Time}} NOT NULL,
    UNIQUE (corp_id, id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (corp_id, template_id) REFERENCES scorecard_templates (corp_id, id)
);
CREATE INDEX calibration_exercises_interview ON calibration_exercises (corp_id, interview_id);
CREATE INDEX calibration_exercises_template ON calibration_exercises (corp_id, template_id, template_version);

-- The rating of an invited member; without content until the first draft.
CREATE TABLE calibration_ratings (
    exercise_id    TEXT NOT NULL,
    user_id        TEXT NOT NULL,
    corp_id        TEXT NOT NULL,
    state          TEXT NOT NULL, -- none, draft, submitted
    version        BIGINT NOT NULL,
    scores         {{.JSON}} NOT NULL,
    recommendation TEXT NOT NULL,
    comment        TEXT NOT NULL,
    invited_at     {{.Time}} NOT NULL,
    updated_at     {{.Time}} NOT NULL,
    submitted_at   {{.Time}},
    PRIMARY KEY (exercise_id, user_id),
    FOREIGN KEY (corp_id, exercise_id) REFERENCES calibration_exercises (corp_id, id)
);
CREATE INDEX calibration_ratings_user ON calibration_ratings (corp_id, user_id);
