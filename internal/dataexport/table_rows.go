package dataexport

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/db"
)

// record is a row with its columns in their order.
type record []field

type field struct {
	name  string // of the column
	value any
}

// jsonColumns contain JSON, which one database returns as text and the other as bytes.
var jsonColumns = []string{"slots", "bodies"}

// MarshalJSON returns an object.
func (r record) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	for n, f := range r {
		separator := byte(',')
		if n == 0 {
			separator = '{'
		}
		out.WriteByte(separator)
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, fmt.Errorf("encoding %s: %w", f.name, err)
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func scanRecords(rows *sql.Rows) ([]record, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("reading the columns of an export: %w", err)
	}
	list := []record{}
	for rows.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for n := range values {
			targets[n] = &values[n]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("reading a row of an export: %w", err)
		}
		r := make(record, len(names))
		for n, name := range names {
			r[n] = field{name, normalizeValue(name, values[n])}
		}
		list = append(list, r.withAcceptedText())
	}
	return list, rows.Err()
}

// normalizeValue returns the same value for both databases.
func normalizeValue(name string, v any) any {
	if raw, ok := v.([]byte); ok {
		v = string(raw)
	}
	switch v := v.(type) {
	case time.Time:
		return db.Time(v)
	case string:
		if slices.Contains(jsonColumns, name) {
			return json.RawMessage(v)
		}
	}
	return v
}

// withAcceptedText replaces the texts in all languages by that of the record's language.
func (r record) withAcceptedText() record {
	n := slices.IndexFunc(r, func(f field) bool { return f.name == "bodies" })
	if n < 0 {
		return r
	}
	var bodies map[string]string
	raw, _ := r[n].value.(json.RawMessage)
	if err := json.Unmarshal(raw, &bodies); err == nil {
		language, _ := r.findValue("language").(string)
		r[n] = field{"text", bodies[language]}
	}
	return r
}

func (r record) findValue(name string) any {
	for _, f := range r {
		if f.name == name {
			return f.value
		}
	}
	return nil
}
