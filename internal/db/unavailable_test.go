package db_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestIsUnavailable(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"disk full":           {&pgconn.PgError{Code: "53100"}, true},
		"too many clients":    {&pgconn.PgError{Code: "53300"}, true},
		"shutdown":            {&pgconn.PgError{Code: "57P01"}, true},
		"starting":            {&pgconn.PgError{Code: "57P03"}, true},
		"standby":             {&pgconn.PgError{Code: "25006"}, true},
		"lost connection":     {&net.OpError{Op: "read", Err: errors.New("reset")}, true},
		"end of stream":       {fmt.Errorf("receiving: %w", io.ErrUnexpectedEOF), true},
		"deadline":            {context.DeadlineExceeded, true},
		"unique violation":    {&pgconn.PgError{Code: "23505"}, false},
		"syntax error":        {&pgconn.PgError{Code: "42601"}, false},
		"cancelled statement": {&pgconn.PgError{Code: "57014"}, false},
		"cancelled request":   {context.Canceled, false},
		"another error":       {errors.New("no"), false},
		"none":                {nil, false},
	} {
		if got := db.IsUnavailable(fmt.Errorf("reading: %w", test.err)); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestUnreachablePostgresIsUnavailable(t *testing.T) {
	if _, err := db.Open(t.Context(), "postgres://u:p@127.0.0.1:1/x"); !db.IsUnavailable(err) {
		t.Errorf("error %v", err)
	}
}

func TestCheckWritable(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if err := d.CheckWritable(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.NewSelect().TableExpr("write_probe").Count(t.Context()); n != 0 || err != nil {
			t.Errorf("%d rows remain: %v", n, err)
		}
		if d.Dialect() == db.Postgres {
			return
		}
		dbtest.FillSQLite(t, d)
		if err := d.CheckWritable(t.Context()); !db.IsUnavailable(err) || !strings.Contains(err.Error(), "full") {
			t.Errorf("a full disk: %v", err)
		}
	})
}
