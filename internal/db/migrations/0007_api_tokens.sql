-- +goose Up
-- The table of API tokens is named for what it holds; access tokens are WeCom's.
ALTER TABLE access_tokens RENAME TO api_tokens;
DROP INDEX access_tokens_corp;
CREATE INDEX api_tokens_corp ON api_tokens (corp_id, created_at);
