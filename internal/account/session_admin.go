package account

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
)

// SessionInfo is a session of a member in a browser.
type SessionInfo struct {
	UserID     string    `json:"userId"`
	SignedInAt time.Time `json:"signedInAt"`
	ExpiresAt  time.Time `json:"expiresAt"`

	tokenHash string
}

// ListSessions returns the sessions that have not expired, of one member or of all if
// userID is "", newest first. Sessions without a sign-in are left out.
func (s *Service) ListSessions(ctx context.Context, userID string) ([]SessionInfo, error) {
	var rows []struct {
		TokenHash string
		Data      []byte
		ExpiresAt time.Time
	}
	err := s.DB.NewRaw("SELECT token_hash, data, expires_at FROM sessions WHERE expires_at > ? ORDER BY expires_at DESC, token_hash", db.Time(s.Now())).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing the sessions: %w", err)
	}
	list := []SessionInfo{}
	for _, row := range rows {
		_, values, err := s.Sessions.Codec.Decode(row.Data)
		if err != nil {
			return nil, fmt.Errorf("decoding a session: %w", err)
		}
		user, _ := values[keyUser].(string)
		if user == "" || userID != "" && !member.SameUserID(user, userID) {
			continue
		}
		expiresAt := row.ExpiresAt.UTC()
		list = append(list, SessionInfo{user, expiresAt.Add(-sessionLifetime), expiresAt, row.TokenHash})
	}
	return list, nil
}

// EndSessions ends all sessions of a member, or of all members if userID is "", and
// returns their number. Sockets of these sessions close at the next access check.
func (s *Service) EndSessions(ctx context.Context, userID string) (int, error) {
	list, err := s.ListSessions(ctx, userID)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		ended := map[string]int{} // by userid
		for _, session := range list {
			ended[session.UserID]++
			if _, err := tx.NewRaw("DELETE FROM sessions WHERE token_hash = ?", session.tokenHash).Exec(ctx); err != nil {
				return fmt.Errorf("ending a session: %w", err)
			}
		}
		for _, user := range slices.Sorted(maps.Keys(ended)) {
			if err := audit.Write(ctx, tx, s.Now(), actor.System(s.Corp.ID), "sessions.end", user, audit.Data{"sessions": strconv.Itoa(ended[user])}); err != nil {
				return err
			}
		}
		return nil
	})
	return len(list), err
}
