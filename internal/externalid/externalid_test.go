package externalid_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/externalid"
	"github.com/huimian/huimian/internal/validate"
)

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		value string
		want  []string
	}{
		"none":              {"", nil},
		"number":            {"4711", nil},
		"URN":               {"urn:ats:application/4711?round=1#2", nil},
		"spaces inside":     {"4711 一面", nil},
		"limit":             {strings.Repeat("面", externalid.MaxLength), nil},
		"too long":          {strings.Repeat("a", externalid.MaxLength+1), []string{"externalId: field.too_long"}},
		"line break":        {"47\n11", []string{"externalId: external_id.invalid"}},
		"tab at the end":    {"4711\t", []string{"externalId: external_id.invalid"}},
		"delete character":  {"47\x7f11", []string{"externalId: external_id.invalid"}},
		"C1 control":        {"47\u008511", []string{"externalId: external_id.invalid"}},
		"space before":      {" 4711", []string{"externalId: external_id.invalid"}},
		"only a space":      {" ", []string{"externalId: external_id.invalid"}},
		"zero-width space":  {"47\u200b11", []string{"externalId: external_id.invalid"}},
		"right-to-left":     {"\u202e4711", []string{"externalId: external_id.invalid"}},
		"invalid UTF-8":     {"47\xff11", []string{"externalId: external_id.invalid"}},
		"ideographic space": {"4711\u3000", []string{"externalId: external_id.invalid"}},
	} {
		t.Run(name, func(t *testing.T) {
			var e validate.Errors
			externalid.Check(&e, tc.value)
			apperrtest.CheckFields(t, e.Err(false), tc.want...)
		})
	}
}

// Of two transactions that claim an external id at the same time, the second sees the
// object of the first.
func TestClaimUnique(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if _, err := d.NewRaw("CREATE TABLE things (id TEXT PRIMARY KEY, corp_id TEXT NOT NULL, external_id TEXT)").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		create := func(corpID, externalID, id string) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if err := externalid.ClaimUnique(ctx, tx, "things", corpID, externalID, id); err != nil {
					return err
				}
				_, err := tx.NewRaw("INSERT INTO things (id, corp_id, external_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, corpID, externalID).Exec(ctx)
				return err
			})
		}
		results := make(chan error)
		ids := []string{"a", "b", "c", "d"}
		for _, id := range ids {
			go func() { results <- create("acme", "4711", id) }()
		}
		created := 0
		for range ids {
			err := <-results
			if err == nil {
				created++
				continue
			}
			apperrtest.Check(t, err, apperr.Conflict, externalid.Taken)
		}
		if created != 1 {
			t.Errorf("%d objects were created with one external id", created)
		}
		var stored string
		if err := d.NewRaw("SELECT id FROM things").Scan(t.Context(), &stored); err != nil {
			t.Fatal(err)
		}
		apperrtest.CheckConflictWith(t, create("acme", "4711", "e"), externalid.Taken, "externalId", stored)
		for name, err := range map[string]error{
			"the object itself":   create("acme", "4711", stored),
			"another company":     create("globex", "4711", "f"),
			"another spelling":    create("acme", "4711a", "g"),
			"without external id": errors.Join(create("acme", "", "h"), create("acme", "", "i")),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
