package db

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// ReadRows calls fn with the rows of a table in the order of their key, which is the same
// on both databases. Values are nil, string, int64, float64, bool, time.Time and []byte;
// those of JSON columns are canonical texts. fn must not keep the row.
func ReadRows(ctx context.Context, tx bun.Tx, t Table, fn func(row []any) error) (err error) {
	q := tx.NewSelect().TableExpr("?", bun.Ident(t.Name))
	kinds := map[string]ValueKind{}
	for _, c := range t.Columns {
		q = q.ColumnExpr("?", bun.Ident(c.Name))
		kinds[c.Name] = c.Kind
	}
	for _, name := range t.sortColumns() {
		collation := bun.Safe("")
		if kinds[name] == TextValue && tx.Dialect().Name().String() == "pg" {
			collation = ` COLLATE "C"`
		}
		q = q.OrderExpr("??", bun.Ident(name), collation)
	}
	rows, err := q.Rows(ctx)
	if err != nil {
		return fmt.Errorf("reading the table %s: %w", t.Name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row, targets := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for n := range row {
		targets[n] = &row[n]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("reading a row of %s: %w", t.Name, err)
		}
		for n, c := range t.Columns {
			if row[n], err = c.Kind.normalize(row[n]); err != nil {
				return fmt.Errorf("reading the column %s of %s: %w", c.Name, t.Name, err)
			}
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sortColumns returns the columns by which rows are ordered: the key, or all columns of a
// table without one.
func (t *Table) sortColumns() []string {
	if len(t.Key) > 0 {
		return t.Key
	}
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// InsertRows inserts rows of a table, with values as ReadRows returns them.
func InsertRows(ctx context.Context, tx *Tx, t Table, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	var query strings.Builder
	args := []any{bun.Ident(t.Name)}
	query.WriteString("INSERT INTO ? (")
	for n, c := range t.Columns {
		query.WriteString(strings.Repeat(", ", min(n, 1)) + "?")
		args = append(args, bun.Ident(c.Name))
	}
	query.WriteString(") VALUES ")
	placeholders := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.Columns)), ", ") + ")"
	for n, row := range rows {
		query.WriteString(strings.Repeat(", ", min(n, 1)) + placeholders)
		args = append(args, row...)
	}
	if _, err := tx.NewRaw(query.String(), args...).Exec(ctx); err != nil {
		return fmt.Errorf("inserting rows of %s: %w", t.Name, err)
	}
	return nil
}

var errValueType = errors.New("the database returned a value of an unexpected type")

// normalize returns a value of a driver in the form of ReadRows.
func (k ValueKind) normalize(v any) (any, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // NULL
	}
	switch k {
	case TextValue:
		return textOf(v)
	case JSONValue:
		text, err := textOf(v)
		if err != nil {
			return nil, err
		}
		return CanonicalJSON(text)
	case BlobValue:
		if text, ok := v.(string); ok {
			return []byte(text), nil
		}
		if raw, ok := v.([]byte); ok {
			return append([]byte{}, raw...), nil // an empty one may be nil, which is NULL
		}
	case TimeValue:
		if at, ok := v.(time.Time); ok {
			return Time(at), nil
		}
	case BoolValue:
		if n, ok := v.(int64); ok {
			return n != 0, nil
		}
		if on, ok := v.(bool); ok {
			return on, nil
		}
	case IntValue, FloatValue:
		return k.normalizeNumber(v)
	}
	return nil, fmt.Errorf("%w: %T", errValueType, v)
}

func (k ValueKind) normalizeNumber(v any) (any, error) {
	switch n := v.(type) {
	case int64:
		if k == FloatValue {
			return float64(n), nil
		}
		return n, nil
	case float64:
		if k == FloatValue {
			return n, nil
		}
	}
	return nil, fmt.Errorf("%w: %T", errValueType, v)
}

func textOf(v any) (string, error) {
	switch text := v.(type) {
	case string:
		return text, nil
	case []byte:
		return string(text), nil
	}
	return "", fmt.Errorf("%w: %T", errValueType, v)
}

// CanonicalJSON returns the JSON text with sorted names, without white space and with
// numbers in decimal notation. PostgreSQL stores JSON in an order of its own.
func CanonicalJSON(text string) (string, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return "", fmt.Errorf("the value is not JSON: %w", err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(canonicalNumbers(value)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

func canonicalNumbers(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = canonicalNumbers(v[name])
		}
	case []any:
		for n := range v {
			v[n] = canonicalNumbers(v[n])
		}
	case json.Number:
		return canonicalNumber(v)
	}
	return value
}

// maxExponent limits the exponent of a number that is written out.
const maxExponent = 400

// canonicalNumber writes out an exponent, as PostgreSQL does.
func canonicalNumber(n json.Number) json.Number {
	mantissa, exponentText, ok := strings.Cut(strings.ToLower(string(n)), "e")
	exponent, err := strconv.Atoi(exponentText)
	number, valid := new(big.Rat).SetString(string(n))
	if !ok || err != nil || !valid || max(exponent, -exponent) > maxExponent {
		return n
	}
	_, fraction, _ := strings.Cut(mantissa, ".")
	return json.Number(number.FloatString(max(0, len(fraction)-exponent)))
}
