-- +goose Up
-- Each list has an index that begins with what it filters by and goes on with its
-- order, so that a page reads about as many rows as it has.
CREATE INDEX interviews_state ON interviews (corp_id, state, starts_at, id);
CREATE INDEX interviews_organizer ON interviews (corp_id, organizer_id, starts_at);
CREATE INDEX interviews_position ON interviews (corp_id, position_id, starts_at, id);
CREATE INDEX candidates_created ON candidates (corp_id, created_at, id);
CREATE INDEX messages_recipient ON messages (corp_id, recipient, created_at, id);
CREATE INDEX messages_kind ON messages (corp_id, kind, created_at, id);
CREATE INDEX messages_state ON messages (corp_id, state, created_at, id);
-- WeCom ignores the case of userids.
CREATE INDEX members_folded ON members (corp_id, LOWER(user_id));
