package apitoken

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/db"
)

// audit writes down who made or revoked which token, in the transaction that
// does it.
func (s *Service) audit(ctx context.Context, tx *db.Tx, by account.Profile, act string, t *Token) error {
	scopes := make([]string, len(t.Scopes))
	for n, scope := range t.Scopes {
		scopes[n] = string(scope)
	}
	data, err := json.Marshal(map[string]string{
		"kind": string(t.Kind), "name": t.Name, "hint": t.Hint, "of": t.UserID, "scopes": strings.Join(scopes, " "),
	})
	if err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	_, err = tx.NewRaw("INSERT INTO audit_log (id, corp_id, at, user_id, act, object_id, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
		db.NewID(), by.CorpID, s.now(), by.UserID, act, t.ID, string(data)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}
