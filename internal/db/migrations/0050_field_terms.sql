-- +goose Up
-- Columns, indexes and stored JSON are named by the terms of the field.
ALTER TABLE interview_members RENAME COLUMN seat TO position;
DROP INDEX substitutions_seat;
CREATE UNIQUE INDEX substitutions_open_user ON substitutions (corp_id, interview_id, user_id) WHERE state = 'open';
ALTER TABLE idempotency_keys RENAME COLUMN answer TO response;
ALTER TABLE appointments RENAME COLUMN written TO observed_digest;
ALTER TABLE interviewer_pools RENAME COLUMN answer_hours TO response_hours;

-- Results of imports name their issues.
UPDATE imports SET result = CAST(REPLACE(REPLACE(CAST(result AS TEXT), '"interview.position_made"', '"interview.new_position"'),
    '"interview.candidate_made"', '"interview.new_candidate"') AS {{.JSON}})
WHERE result IS NOT NULL;

-- The start of an interview before a change.
UPDATE messages SET data = CAST(REPLACE(CAST(data AS TEXT), '"was":', '"previousStart":') AS {{.JSON}})
WHERE CAST(data AS TEXT) LIKE '%"was":%';
