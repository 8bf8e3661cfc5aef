package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// awkward are texts that an encoding could change.
var awkward = []string{"云杉科技 会面", `"quotes" \ back`, "line\nbreak\ttab", "<b>&amp;</b>", "\u2028\u2029", "emoji 😀", ""}

var awkwardJSON = []string{
	`{"b":1,"a":[true,null,1.50,-3e2,1e-3],"云":"<&>"}`, `[]`, `{}`, `"text\u0001"`, `{"n":12345678901234567890,"f":0.1}`, `null`, `[{"z":{"y":1,"x":2}}]`,
}

// longTables have all rows of fillTables. The foreign keys of room_events refer to rooms, the others have none.
var longTables = []string{"audit_log", "room_events", "rooms", "sessions"}

// fillTables inserts rows into longTables, and as many as there are texts at most into the other tables.
// Row n has the same texts and numbers in every table, so that foreign keys find their
// row; columns that may be NULL are NULL in the first row.
func fillTables(t *testing.T, d *db.DB, rows int) {
	t.Helper()
	version, err := db.LatestVersion()
	if err != nil {
		t.Fatal(err)
	}
	tables, err := db.Tables(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	nullable := nullableColumns(t)
	for _, table := range tables {
		length := rows
		if !slices.Contains(longTables, table.Name) {
			length = min(rows, len(awkward))
		}
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var batch [][]any
			for n := range length {
				row := make([]any, len(table.Columns))
				for i, c := range table.Columns {
					row[i] = sampleValue(n, c.Kind)
					if n == 0 && nullable[table.Name+"."+c.Name] {
						row[i] = nil
					}
				}
				batch = append(batch, row)
			}
			for piece := range slices.Chunk(batch, 100) {
				if err := db.InsertRows(ctx, tx, table, piece); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	queue, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for n := range rows {
			if err := queue.Insert(ctx, tx, sampleArgs{n}, job.RunAt(clocktest.Noon().Add(time.Duration(n)*time.Hour)), job.SlowQueue()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func addJob(t *testing.T, d *db.DB) {
	t.Helper()
	queue, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return queue.Insert(ctx, tx, sampleArgs{-1}) })
	if err != nil {
		t.Error(err)
	}
}

type sampleArgs struct {
	N int `json:"n"`
}

func (sampleArgs) Kind() string { return "test_sample" }

func sampleValue(n int, kind db.ValueKind) any {
	switch kind {
	case db.IntValue:
		return int64(n)
	case db.FloatValue:
		return float64(n) / 3
	case db.BoolValue:
		return n%2 == 0
	case db.TimeValue:
		return clocktest.Noon().Add(time.Duration(n) * 1001 * time.Microsecond)
	case db.BlobValue:
		return bytes.Repeat([]byte{0, 0xff, byte(n)}, n)
	case db.JSONValue:
		return awkwardJSON[n%len(awkwardJSON)]
	default:
		return fmt.Sprintf("%d %s", n, awkward[n%len(awkward)])
	}
}

// nullableColumns returns the columns that may be NULL and are not part of a foreign key.
func nullableColumns(t *testing.T) map[string]bool {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	var names []string
	err := d.NewRaw(`SELECT t.name || '.' || c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND c."notnull" = 0 AND c.pk = 0 AND c.name NOT IN (SELECT "from" FROM pragma_foreign_key_list(t.name))`).Scan(t.Context(), &names)
	if err != nil {
		t.Fatal(err)
	}
	nullable := map[string]bool{}
	for _, name := range names {
		nullable[name] = true
	}
	return nullable
}

func write(t *testing.T, d *db.DB, o Options) ([]byte, *Summary) {
	t.Helper()
	o.Now = clocktest.Noon()
	var file bytes.Buffer
	summary, err := Write(t.Context(), d, &file, o)
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), summary
}

// kinds returns the databases of this machine.
func kinds() []db.Dialect {
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		return []db.Dialect{db.SQLite}
	}
	return []db.Dialect{db.SQLite, db.Postgres}
}

func openEmpty(t *testing.T, kind db.Dialect) *db.DB {
	t.Helper()
	return dbtest.Reopen(t, dbtest.NewUnmigratedDatabase(t, kind))
}

// A backup of either database is restored into either, and a backup of the result is the
// same but for the header. The tables and rows of all kinds of values are there.
func TestRestoreIntoBothDatabases(t *testing.T) {
	hashes := map[string]bool{}
	for _, from := range kinds() {
		source := dbtest.Open(t, from)
		fillTables(t, source, batchRows+7)
		for _, to := range kinds() {
			sessions := from == to
			file, want := write(t, source, Options{Sessions: sessions})
			target := openEmpty(t, to)
			restored, err := Restore(t.Context(), target, bytes.NewReader(file), RestoreOptions{})
			if err != nil {
				t.Fatalf("%s to %s: %v", from, to, err)
			}
			_, got := write(t, target, Options{Sessions: sessions})
			if err := errors.Join(Compare(want, restored), Compare(want, got)); err != nil {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			names := map[string]int{}
			for _, table := range got.Tables {
				names[table.Table] = table.Rows
			}
			if (names["sessions"] > 0) != sessions || names["rooms"] != batchRows+7 || names["interviews"] != len(awkward) || names["jobs"] != batchRows+7 {
				t.Errorf("%s to %s: %v", from, to, names)
			}
			addJob(t, target) // its id follows those of the restored jobs
			if pending, err := target.Pending(t.Context()); err != nil || pending != 0 {
				t.Errorf("%d migrations are pending, %v", pending, err)
			}
			if sessions {
				hashes[fmt.Sprint(got.Tables)] = true
			}
		}
	}
	if len(hashes) != 1 {
		t.Errorf("equal rows have %d hashes", len(hashes))
	}
}

func newPassphrase(t *testing.T, text string) (*age.ScryptRecipient, *age.ScryptIdentity) {
	t.Helper()
	recipient, err := age.NewScryptRecipient(text)
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(10)
	identity, err := age.NewScryptIdentity(text)
	if err != nil {
		t.Fatal(err)
	}
	return recipient, identity
}

func TestEncryption(t *testing.T) {
	source := dbtest.Open(t, db.SQLite)
	fillTables(t, source, 3)
	recipient, identity := newPassphrase(t, "correct horse")
	_, other := newPassphrase(t, "wrong horse")
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		recipient age.Recipient
		identity  age.Identity
		want      error
	}{
		"passphrase":       {recipient, identity, nil},
		"wrong passphrase": {recipient, other, ErrWrongKey},
		"none":             {recipient, nil, ErrEncrypted},
		"key":              {key.Recipient(), key, nil},
		"passphrase, key":  {recipient, key, ErrWrongKey},
	} {
		file, want := write(t, source, Options{Recipients: []age.Recipient{tc.recipient}})
		var o RestoreOptions
		if tc.identity != nil {
			o.Identities = []age.Identity{tc.identity}
		}
		target := openEmpty(t, db.SQLite)
		got, err := Restore(t.Context(), target, bytes.NewReader(file), o)
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
		if tc.want == nil && (err != nil || Compare(want, got) != nil) {
			t.Errorf("%s: %v", name, err)
		}
		if bytes.Contains(file, []byte("corps")) {
			t.Errorf("%s: the file is readable", name)
		}
	}
}

// Every damaged file is refused, and the database stays without rows.
func TestDamagedFiles(t *testing.T) {
	source := dbtest.Open(t, db.SQLite)
	fillTables(t, source, 3)
	recipient, identity := newPassphrase(t, "correct horse")
	plain, _ := write(t, source, Options{})
	encrypted, _ := write(t, source, Options{Recipients: []age.Recipient{recipient}})
	for _, file := range [][]byte{plain, encrypted} {
		target := openEmpty(t, db.SQLite)
		refuse := func(name string, damaged []byte) {
			t.Helper()
			_, err := Restore(t.Context(), target, bytes.NewReader(damaged), RestoreOptions{Identities: []age.Identity{identity}})
			if err == nil {
				t.Fatalf("%s: accepted", name)
			}
			if err := CheckEmpty(t.Context(), target); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		// The header of gzip has bytes without a meaning: time, flags and system.
		for at := len(magic) + 10; at < len(file); at += max(1, len(file)/25) {
			damaged := bytes.Clone(file)
			damaged[at] ^= 0x10
			refuse(fmt.Sprintf("byte %d of %d", at, len(file)), damaged)
		}
		for _, length := range []int{0, 5, len(magic), len(magic) + 2, len(magic) + 20, len(file) / 2, len(file) - 9, len(file) - 1} {
			refuse(fmt.Sprintf("%d of %d bytes", length, len(file)), file[:length])
		}
		refuse("more text", append(bytes.Clone(file), "more"...))
	}
}

// rewrite changes the lines of a backup.
func rewrite(t *testing.T, file []byte, change func(lines []string) []string) []byte {
	t.Helper()
	in, err := gzip.NewReader(bytes.NewReader(file[len(magic):]))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBufferString(magic)
	w := gzip.NewWriter(out)
	if _, err := io.WriteString(w, strings.Join(change(strings.SplitAfter(string(raw), "\n")), "")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A file whose checksums of gzip are right is refused by the hashes and the form.
func TestChangedLines(t *testing.T) {
	source := dbtest.Open(t, db.SQLite)
	fillTables(t, source, 3)
	file, _ := write(t, source, Options{Program: "v9"})
	replace := func(from, to string) func([]string) []string {
		return func(lines []string) []string {
			for n := range lines {
				if strings.Contains(lines[n], from) {
					lines[n] = strings.Replace(lines[n], from, to, 1)
					break
				}
			}
			return lines
		}
	}
	for name, tc := range map[string]struct {
		change func([]string) []string
		want   string
	}{
		"a value":          {replace(`["1 \"quotes`, `["1 \"Quotes`), "hash"},
		"a count":          {replace(`"rows":3`, `"rows":4`), "hash"},
		"a newer schema":   {replace(`"schema":`, `"schema":9`), "v9"},
		"no schema":        {replace(`"schema":`, `"schema":-`), "form"},
		"another table":    {replace(`{"table":"corps"`, `{"table":"crops"`), "form"},
		"another column":   {replace(`"time_zone"`, `"zone"`), "form"},
		"no JSON":          {replace(`{"table"`, `{table`), "form"},
		"a shorter row":    {replace(`["0 `, `[["0 `), "columns"},
		"a missing row":    {func(lines []string) []string { return append(lines[:2:2], lines[3:]...) }, "hash"},
		"a missing end":    {func(lines []string) []string { return lines[:len(lines)-2] }, "too early"},
		"a line after all": {func(lines []string) []string { return append(lines, "{}\n") }, "follows"},
	} {
		target := openEmpty(t, db.SQLite)
		_, err := Restore(t.Context(), target, bytes.NewReader(rewrite(t, file, tc.change)), RestoreOptions{})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err := CheckEmpty(t.Context(), target); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var newer *NewerError
	_, err := Restore(t.Context(), openEmpty(t, db.SQLite), bytes.NewReader(rewrite(t, file, replace(`"schema":`, `"schema":9`))), RestoreOptions{})
	if !errors.As(err, &newer) || newer.Program != "v9" {
		t.Errorf("%v", err)
	}
}

func TestRestoreRefusesRows(t *testing.T) {
	for _, kind := range kinds() {
		source := dbtest.Open(t, kind)
		fillTables(t, source, 2)
		file, want := write(t, source, Options{})
		var notEmpty *NotEmptyError
		if _, err := Restore(t.Context(), source, bytes.NewReader(file), RestoreOptions{}); !errors.As(err, &notEmpty) {
			t.Errorf("%v", err)
		}
		if _, got := write(t, source, Options{}); Compare(want, got) != nil {
			t.Error("the database was changed")
		}
		// A database that was only migrated is empty.
		if _, err := Restore(t.Context(), dbtest.Open(t, kind), bytes.NewReader(file), RestoreOptions{}); err != nil {
			t.Error(err)
		}
	}
}

// A backup of an earlier schema is restored, also into the empty tables of the present
// one, and migrated.
func TestRestoreEarlierSchema(t *testing.T) {
	for _, kind := range kinds() {
		source := openEmpty(t, kind)
		if err := errors.Join(source.MigrateTo(t.Context(), 6), job.MigrateQueue(t.Context(), source)); err != nil {
			t.Fatal(err)
		}
		err := source.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('ww1', '云杉', 'Asia/Shanghai', ?)", clocktest.Noon()).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		file, summary := write(t, source, Options{})
		if summary.Schema != 6 {
			t.Errorf("schema %d", summary.Schema)
		}
		for _, target := range []*db.DB{openEmpty(t, kind), dbtest.Open(t, kind)} {
			if _, err := Restore(t.Context(), target, bytes.NewReader(file), RestoreOptions{}); err != nil {
				t.Fatal(err)
			}
			pending, err := target.Pending(t.Context())
			n, countErr := target.NewSelect().TableExpr("corps").Count(t.Context())
			if err != nil || countErr != nil || pending != 0 || n != 1 {
				t.Errorf("%d pending, %d corps, %v, %v", pending, n, err, countErr)
			}
		}
	}
}

// An error of Finish, as any error before the commit, leaves no row.
func TestRestoreIsAtomic(t *testing.T) {
	for _, kind := range kinds() {
		source := dbtest.Open(t, kind)
		fillTables(t, source, 3)
		file, _ := write(t, source, Options{})
		target := openEmpty(t, kind)
		failure := errors.New("interrupted")
		o := RestoreOptions{Finish: func(context.Context, *db.Tx) error { return failure }}
		if _, err := Restore(t.Context(), target, bytes.NewReader(file), o); !errors.Is(err, failure) {
			t.Errorf("%v", err)
		}
		if err := CheckEmpty(t.Context(), target); err != nil {
			t.Error(err)
		}
		if n, err := target.NewSelect().TableExpr("river_job").Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d jobs, %v", n, err)
		}
		if _, err := Restore(t.Context(), target, bytes.NewReader(file), RestoreOptions{}); err != nil {
			t.Errorf("the second attempt: %v", err)
		}
	}
}

// A backup contains the state of one moment: what is written while it runs is not in it.
// The first 64 KB leave the writer when most tables have not been read.
func TestSnapshot(t *testing.T) {
	for _, kind := range kinds() {
		d := dbtest.Open(t, kind)
		fillTables(t, d, 200)
		_, before := write(t, d, Options{})
		added := false
		during := writerFunc(func(p []byte) (int, error) {
			if string(p) == magic || added {
				return len(p), nil
			}
			added = true
			return len(p), d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("UPDATE webhook_deliveries SET error = 'changed'").Exec(ctx)
				return err
			})
		})
		got, err := Write(t.Context(), d, during, Options{Now: clocktest.Noon()})
		if err != nil || !added {
			t.Fatal(err, added)
		}
		if err := Compare(before, got); err != nil {
			t.Error(err)
		}
		if _, after := write(t, d, Options{}); Compare(before, after) == nil {
			t.Error("nothing was written meanwhile")
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestSummaryJSON(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	_, summary := write(t, d, Options{Program: "v1"})
	raw, err := json.Marshal(summary)
	if err != nil || !strings.Contains(string(raw), `"program":"v1"`) || !strings.Contains(string(raw), `"table":"corps"`) {
		t.Errorf("%s, %v", raw, err)
	}
}
