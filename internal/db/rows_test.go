package db_test

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// PostgreSQL stores JSON with an order, white space and numbers of its own.
func TestCanonicalJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"b": 1, "a":[ true , null]}`: `{"a":[true,null],"b":1}`, `1.50`: `1.50`, `-3e2`: `-300`, `1e-3`: `0.001`, `1.25E1`: `12.5`, `1e21`: `1000000000000000000000`,
		`12345678901234567890`: `12345678901234567890`, `"<&\u2028>"`: `"<&\u2028>"`, `1e9999`: `1e9999`, ` {} `: `{}`,
	} {
		if got, err := db.CanonicalJSON(text); err != nil || got != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	if _, err := db.CanonicalJSON("{"); err == nil {
		t.Error("no error")
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() != db.Postgres {
			return
		}
		for _, text := range []string{`{"b":1,"a":1e3,"aa":[1.50,-2e-3]}`, `"\u2028<é"`} {
			var stored string
			if err := d.NewRaw("SELECT CAST(? AS JSONB)", text).Scan(t.Context(), &stored); err != nil {
				t.Fatal(err)
			}
			want, _ := db.CanonicalJSON(text)
			if got, err := db.CanonicalJSON(stored); err != nil || got != want {
				t.Errorf("%s is stored as %s: %s, %v", text, stored, got, err)
			}
		}
	})
}

// Every table of the migrated databases is known, with the columns that it has there, and
// after those that it refers to.
func TestTables(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		version, err := db.LatestVersion()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := d.SchemaVersion(t.Context()); err != nil || got != version {
			t.Errorf("version %d, %v", got, err)
		}
		tables, err := db.Tables(t.Context(), version)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, table := range tables {
			names = append(names, table.Name)
			query := "SELECT name FROM pragma_table_info(?) ORDER BY cid"
			if d.Dialect() == db.Postgres {
				query = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"
			}
			var want, got []string
			if err := d.NewRaw(query, table.Name).Scan(t.Context(), &want); err != nil {
				t.Fatal(err)
			}
			for _, c := range table.Columns {
				got = append(got, c.Name)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s has %q, want %q", table.Name, got, want)
			}
		}
		if slices.Index(names, "corps") > slices.Index(names, "members") || slices.Index(names, "rooms") > slices.Index(names, "transcripts") {
			t.Errorf("the order is %q", names)
		}
		unmigrated := dbtest.Reopen(t, dbtest.NewUnmigratedDatabase(t, d.Dialect()))
		if got, err := unmigrated.SchemaVersion(t.Context()); err != nil || got != 0 {
			t.Errorf("version %d of an empty database, %v", got, err)
		}
	})
}
