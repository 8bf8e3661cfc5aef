-- +goose Up
-- tests: the test cases of the question (testcase.Suite). Candidates see no more of
-- hidden cases than how many passed.
ALTER TABLE questions ADD COLUMN tests {{.JSON}} NOT NULL DEFAULT '{"mode":"stdin","comparison":"trimmed","cases":[]}';
