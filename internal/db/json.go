package db

import (
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"
)

// EachText returns a table of a query with the texts of a JSON array, in its column
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

// ArrayLength returns the number of elements of the array that a JSON object has under a
// key, 0 without an array. The first argument names the column with the object.
func ArrayLength(column, key string) schema.QueryAppender { return arrayLength{column, key} }

type arrayLength struct{ column, key string }

// AppendQuery implements schema.QueryAppender.
func (l arrayLength) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	column := bun.Ident(l.column)
	if gen.Dialect().Name() == dialect.PG {
		return gen.AppendQuery(b, "jsonb_array_length(CASE jsonb_typeof(?0 -> ?1) WHEN 'array' THEN ?0 -> ?1 ELSE '[]' END)", column, l.key), nil
	}
	return gen.AppendQuery(b, "COALESCE(json_array_length(?, ?), 0)", column, "$."+l.key), nil
}

// EachField returns a JSON array of the values that the objects of a JSON array have under a
// key. The first argument names the column with the array.
func EachField(column, key string) schema.QueryAppender { return eachField{column, key} }

type eachField struct{ column, key string }

// AppendQuery implements schema.QueryAppender.
func (f eachField) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	column := bun.Ident(f.column)
	if gen.Dialect().Name() == dialect.PG {
		return gen.AppendQuery(b, "jsonb_path_query_array(?, ?)", column, "$[*]."+f.key), nil
	}
	return gen.AppendQuery(b, "(SELECT json_group_array(json_extract(each_field.value, ?)) FROM json_each(?) AS each_field)", "$."+f.key, column), nil
}
