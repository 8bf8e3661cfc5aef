package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/searchtext"
)

// SearchColumns are the columns of a table whose rows are searched by text. The
// row's BeforeAppendModel sets them with IndexText when IsWrite, so that no
// statement writes a row without its search text.
type SearchColumns struct {
	SearchText    string `bun:"search_text"`
	SearchVersion int    `bun:"search_version"` // of searchtext
}

// IndexText sets the search text.
func (c *SearchColumns) IndexText(fields ...searchtext.Field) {
	c.SearchText, c.SearchVersion = searchtext.Build(fields...), searchtext.Version
}

// IsWrite reports whether a query inserts or updates the rows of its model.
func IsWrite(query bun.Query) bool {
	switch query.(type) {
	case *bun.InsertQuery, *bun.UpdateQuery:
		return true
	}
	return false
}

// Matches returns a condition of a query: the search text in the column matches what
// the user has entered. A blank text matches every row.
func Matches(column, text string) schema.QueryAppender {
	return containsAny{column, searchtext.Terms(text)}
}

// HasLine returns a condition of a query: one of the values that searchtext.Lines has
// written to the column is the text, without regard to case.
func HasLine(column, text string) schema.QueryAppender {
	return containsAny{column, []string{searchtext.Line(text)}}
}

// containsAny is true if the column contains one of the terms, compared byte by
// byte. It does not use LIKE, whose rules for case differ between the databases.
type containsAny struct {
	column string
	terms  []string
}

// AppendQuery implements schema.QueryAppender.
func (c containsAny) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	if len(c.terms) == 0 {
		return append(b, "1 = 1"...), nil
	}
	position := "instr"
	if gen.Dialect().Name() == dialect.PG {
		position = "strpos"
	}
	b = append(b, '(')
	for n, term := range c.terms {
		if n > 0 {
			b = append(b, " OR "...)
		}
		b = gen.AppendQuery(b, position+"(?, ?) > 0", bun.Ident(c.column), term)
	}
	return append(b, ')'), nil
}

// searchBatchSize limits the rows that RebuildSearch writes in one transaction:
// on SQLite, other writers wait for it.
const searchBatchSize = 200

// RebuildSearch writes the search text of the rows that have none, or one of an
// older version. T is the row's type, keys are the columns of its primary key.
func RebuildSearch[T any](ctx context.Context, d *DB, keys ...string) error {
	for {
		var n int
		err := d.InTx(ctx, func(ctx context.Context, tx *Tx) error {
			var rows []T
			q := tx.NewSelect().Model(&rows).Where("search_version <> ?", searchtext.Version).Order(keys...).Limit(searchBatchSize)
			if tx.kind == Postgres {
				q.For("UPDATE")
			}
			if err := q.Scan(ctx); err != nil {
				return err
			}
			n = len(rows)
			for i := range rows {
				if _, err := tx.NewUpdate().Model(&rows[i]).WherePK().Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("writing search texts: %w", err)
		}
		if n < searchBatchSize {
			return nil
		}
	}
}
