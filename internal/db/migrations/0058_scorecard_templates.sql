-- +goose Up
-- Companies edit scorecard templates. The row of scorecard_templates has the newest version,
-- scorecard_template_versions the earlier ones. An interview keeps the version of its scheduling.
ALTER TABLE scorecard_templates ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE scorecard_templates ADD COLUMN saved_by TEXT NOT NULL DEFAULT ''; -- userid; empty: the program
ALTER TABLE scorecard_templates ADD COLUMN saved_at {{.Time}}; -- NULL: when it was created
ALTER TABLE scorecard_templates ADD COLUMN archived_at {{.Time}}; -- NULL: positions can choose it

CREATE TABLE scorecard_template_versions (
    corp_id     TEXT NOT NULL,
    template_id TEXT NOT NULL,
    version     BIGINT NOT NULL,
    title       {{.JSON}} NOT NULL,
    criteria    {{.JSON}} NOT NULL,
    saved_by    TEXT NOT NULL,
    saved_at    {{.Time}} NOT NULL,
    PRIMARY KEY (template_id, version),
    FOREIGN KEY (corp_id, template_id) REFERENCES scorecard_templates (corp_id, id)
);

ALTER TABLE interviews ADD COLUMN template_version BIGINT NOT NULL DEFAULT 1;
-- Templates of rounds that differ from scorecard_template_id: ids by round.
ALTER TABLE positions ADD COLUMN round_template_ids {{.JSON}} NOT NULL DEFAULT '{}';
