package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
)

// ValueKind is the kind of the values of a column, the same on both databases.
type ValueKind string

const (
	TextValue  ValueKind = "text"
	IntValue   ValueKind = "int"
	FloatValue ValueKind = "float"
	BoolValue  ValueKind = "bool"
	TimeValue  ValueKind = "time"
	BlobValue  ValueKind = "blob"
	JSONValue  ValueKind = "json"
)

// valueKinds are the kinds by the types in the migrations, rendered with schemaColumns.
var valueKinds = map[string]ValueKind{
	"TEXT": TextValue, "BIGINT": IntValue, "INTEGER": IntValue, "DOUBLE PRECISION": FloatValue,
	"BOOLEAN": BoolValue, "TIMESTAMP": TimeValue, "BLOB": BlobValue, "JSON": JSONValue,
}

// schemaColumns are the template values of migrations by which Tables distinguishes all
// kinds. SQLite itself stores JSON in columns of type TEXT.
var schemaColumns = columns{
	Time: "TIMESTAMP", JSON: "JSON", Blob: "BLOB", Bool: "BOOLEAN", Serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
}

// Table is a table of the migrations.
type Table struct {
	Name    string
	Columns []TableColumn
	Key     []string // columns of the primary key
}

// TableColumn is a column of a Table.
type TableColumn struct {
	Name string
	Kind ValueKind
}

// tablesCache holds the results of Tables by version.
var tablesCache sync.Map

// Tables returns the tables of a version of the schema, each after those that it refers
// to. It migrates an empty database in memory.
func Tables(ctx context.Context, version int64) ([]Table, error) {
	if tables, ok := tablesCache.Load(version); ok {
		return slices.Clone(tables.([]Table)), nil //nolint:forcetypeassert // the only type in the cache
	}
	tables, err := readTables(ctx, version)
	if err == nil {
		tablesCache.Store(version, tables)
	}
	return slices.Clone(tables), err
}

func readTables(ctx context.Context, version int64) (_ []Table, err error) {
	pool, err := sqlitePool(ctx, ":memory:", 1, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	files, err := renderMigrations(schemaColumns)
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, pool, files)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return nil, fmt.Errorf("reading the schema of version %d: %w", version, err)
	}
	return sortTables(ctx, pool)
}

// sortTables reads the tables in an order in which each is after those that it refers to.
func sortTables(ctx context.Context, pool *sql.DB) ([]Table, error) {
	names, err := queryTexts(ctx, pool, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version' ORDER BY name")
	if err != nil {
		return nil, err
	}
	var tables []Table
	for len(tables) < len(names) {
		before := len(tables)
		for _, name := range names {
			if slices.ContainsFunc(tables, func(t Table) bool { return t.Name == name }) {
				continue
			}
			references, err := queryTexts(ctx, pool, `SELECT DISTINCT "table" FROM pragma_foreign_key_list(?) WHERE "table" <> ?`, name, name)
			if err != nil {
				return nil, err
			}
			if !containsTables(tables, references) {
				continue
			}
			t, err := readSchema(ctx, pool, name)
			if err != nil {
				return nil, err
			}
			tables = append(tables, t)
		}
		if len(tables) == before {
			return nil, errors.New("the foreign keys of the schema form a circle")
		}
	}
	return tables, nil
}

func containsTables(tables []Table, names []string) bool {
	for _, name := range names {
		if !slices.ContainsFunc(tables, func(t Table) bool { return t.Name == name }) {
			return false
		}
	}
	return true
}

func queryTexts(ctx context.Context, pool *sql.DB, query string, args ...any) (texts []string, err error) {
	rows, err := pool.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		texts = append(texts, text)
	}
	return texts, rows.Err()
}

func readSchema(ctx context.Context, pool *sql.DB, name string) (_ Table, err error) {
	t := Table{Name: name}
	rows, err := pool.QueryContext(ctx, "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", name)
	if err != nil {
		return t, fmt.Errorf("reading the columns of %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	keys := map[int]string{}
	for rows.Next() {
		var column, declared string
		var key int
		if err := rows.Scan(&column, &declared, &key); err != nil {
			return t, fmt.Errorf("reading the columns of %s: %w", name, err)
		}
		kind, ok := valueKinds[strings.ToUpper(declared)]
		if !ok {
			return t, fmt.Errorf("the column %s of %s has the type %s, which is not known", column, name, declared)
		}
		t.Columns = append(t.Columns, TableColumn{column, kind})
		if key > 0 {
			keys[key] = column
		}
	}
	for n := 1; n <= len(keys); n++ {
		t.Key = append(t.Key, keys[n])
	}
	return t, rows.Err()
}

// SchemaVersion returns the version of the schema of the database, 0 for a database
// without one.
func (d *DB) SchemaVersion(ctx context.Context) (int64, error) {
	has, err := d.hasTable(ctx, "goose_db_version")
	if err != nil || !has {
		return 0, err
	}
	provider, err := d.migrations()
	if err != nil {
		return 0, err
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the version of the schema: %w", err)
	}
	return version, nil
}

// LatestVersion returns the version of the schema that Migrate leads to.
func LatestVersion() (latest int64, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, fmt.Errorf("listing the migrations: %w", err)
	}
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("reading the version of %s: %w", name, err)
		}
		latest = max(latest, version)
	}
	return latest, nil
}

func (d *DB) hasTable(ctx context.Context, name string) (bool, error) {
	query := "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
	if d.kind == Postgres {
		query = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = ?"
	}
	var n int
	if err := d.write.NewRaw(query, name).Scan(ctx, &n); err != nil {
		return false, fmt.Errorf("looking for the table %s: %w", name, err)
	}
	return n > 0, nil
}

// FirstTableWithRows returns the name of a table that has rows, "" if all are empty or
// absent.
func (d *DB) FirstTableWithRows(ctx context.Context, tables []Table) (string, error) {
	for _, t := range tables {
		has, err := d.hasTable(ctx, t.Name)
		if err != nil {
			return "", err
		}
		if !has {
			continue
		}
		var found []int
		if err := d.write.NewSelect().TableExpr("?", bun.Ident(t.Name)).ColumnExpr("1").Limit(1).Scan(ctx, &found); err != nil {
			return "", fmt.Errorf("reading the table %s: %w", t.Name, err)
		}
		if len(found) > 0 {
			return t.Name, nil
		}
	}
	return "", nil
}

// CountRows returns the number of rows of a table.
func CountRows(ctx context.Context, q bun.IDB, t Table) (int, error) {
	n, err := q.NewSelect().TableExpr("?", bun.Ident(t.Name)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("counting the rows of %s: %w", t.Name, err)
	}
	return int(n), nil
}

// DropTables drops the tables and the version of the schema, so that MigrateTo creates
// them in another version.
func (d *DB) DropTables(ctx context.Context, tables []Table) error {
	return d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
		names := []string{"goose_db_version"}
		for _, t := range tables {
			names = append(names, t.Name)
		}
		slices.Reverse(names) // those that refer to others first
		for _, name := range names {
			if _, err := tx.NewDropTable().TableExpr("?", bun.Ident(name)).IfExists().Exec(ctx); err != nil {
				return fmt.Errorf("dropping the table %s: %w", name, err)
			}
		}
		return nil
	})
}

// InSnapshot runs fn in a transaction that reads one state of the database, while others
// write.
func (d *DB) InSnapshot(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	options := &sql.TxOptions{}
	if d.kind == Postgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := d.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("beginning a snapshot: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return fn(ctx, tx)
}
