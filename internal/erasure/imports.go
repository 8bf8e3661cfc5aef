package erasure

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/validate"
)

// importRow is an uploaded file, which is kept for a week.
type importRow struct {
	FileName string          `bun:"file_name"`
	Lines    json.RawMessage `bun:"lines"`
	Result   json.RawMessage `bun:"result"`
}

// findImports returns the ids of the imports that contain the person. They are read one
// at a time, because a file may have several megabytes. An import is found by the person's
// name, e-mail address, mobile number, external id and id.
func (s *Service) findImports(ctx context.Context, corpID, candidateID string) (found []string, err error) {
	c, err := candidate.Read(ctx, s.DB.DB, corpID, candidateID)
	if err != nil {
		return nil, err
	}
	var ids []string
	if err := s.DB.NewSelect().TableExpr("imports").Column("id").Where("corp_id = ?", corpID).Order("id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("listing the imports: %w", err)
	}
	for _, id := range ids {
		row := new(importRow)
		err := s.DB.NewSelect().TableExpr("imports").Column("file_name", "lines", "result").Where("corp_id = ? AND id = ?", corpID, id).Scan(ctx, row)
		if err != nil {
			return nil, fmt.Errorf("reading import %s: %w", id, err)
		}
		contains, err := row.containsPerson(c)
		if err != nil {
			return nil, fmt.Errorf("reading import %s: %w", id, err)
		}
		if contains {
			found = append(found, id)
		}
	}
	return found, nil
}

func (r *importRow) containsPerson(c *candidate.Candidate) (bool, error) {
	values := []any{r.FileName}
	for _, raw := range []json.RawMessage{r.Lines, r.Result} {
		if len(raw) == 0 {
			continue
		}
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			return false, apperr.New(apperr.Internal, "error.internal").WithCause(err)
		}
		values = append(values, value)
	}
	return containsAny(values, c), nil
}

// containsAny reports whether a text of a decoded JSON value names the candidate.
func containsAny(value any, c *candidate.Candidate) bool {
	switch v := value.(type) {
	case []any:
		return slices.ContainsFunc(v, func(one any) bool { return containsAny(one, c) })
	case map[string]any:
		for _, one := range v {
			if containsAny(one, c) {
				return true
			}
		}
	case string:
		text := validate.CleanLine(v)
		return strings.Contains(text, c.Name) || strings.Contains(text, c.ID) ||
			c.Email != "" && strings.Contains(strings.ToLower(text), strings.ToLower(c.Email)) ||
			c.Mobile != "" && validate.CleanMobile(text) == c.Mobile ||
			c.ExternalID != "" && text == c.ExternalID
	}
	return false
}
