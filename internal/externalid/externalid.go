// Package externalid checks the ids that other systems give to candidates and
// interviews. A client that has lost the response of a creation finds the object by
// its external id.
package externalid

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
)

// MaxLength is the limit of an external id in characters.
const MaxLength = 128

// Taken is the text id of the Conflict that ClaimUnique returns.
const Taken = "external_id.taken"

const path = "externalId"

// Check adds the error of an external id that is too long, or contains a character
// that a log or a form changes or does not show. An external id is never cleaned: a
// client looks for exactly what it sent. The empty string is valid.
func Check(e *validate.Errors, value string) {
	switch {
	case utf8.RuneCountInString(value) > MaxLength:
		e.Add(path, "field.too_long", "Limit", MaxLength)
	case strings.TrimSpace(value) != value || strings.ContainsFunc(value, isUnsafe):
		e.Add(path, "external_id.invalid")
	}
}

func isUnsafe(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError || validate.IsInvisible(r)
}

// ClaimUnique returns a Conflict if an object of the company's table other than id
// has the external id; the ID of its field is that of the other object. Until the
// transaction ends, transactions that claim the same external id wait. The table has
// the columns id, corp_id and external_id.
func ClaimUnique(ctx context.Context, tx *db.Tx, table, corpID, externalID, id string) error {
	if externalID == "" {
		return nil
	}
	if err := tx.LockNames(ctx, []string{"external-id/" + table + "/" + corpID + "/" + externalID}); err != nil {
		return err
	}
	var other string
	err := tx.NewSelect().TableExpr("?", bun.Ident(table)).Column("id").
		Where("corp_id = ? AND external_id = ? AND id <> ?", corpID, externalID, id).Scan(ctx, &other)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking up an external id in %s: %w", table, err)
	}
	conflict := apperr.New(apperr.Conflict, Taken, "ID", other)
	conflict.Fields = []apperr.FieldError{apperr.NewFieldError(path, Taken, "ID", other)}
	return conflict
}
