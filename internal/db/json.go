package db

import (
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"
)

// EachText is a table of a query with the texts of a JSON array, in its column
// "value". The argument names the column with the array.
func EachText(column string) schema.QueryAppender { return eachText(column) }

type eachText string

// AppendQuery implements schema.QueryAppender.
func (c eachText) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	function := "json_each"
	if gen.Dialect().Name() == dialect.PG {
		function = "jsonb_array_elements_text"
	}
	return gen.AppendQuery(b, function+"(?)", bun.Ident(string(c))), nil
}
