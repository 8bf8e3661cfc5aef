package db

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrMayNotCreateDatabase is the error of a role that may not create databases.
var ErrMayNotCreateDatabase = errors.New("the role may not create databases")

// insufficientPrivilege is PostgreSQL's SQLSTATE of a statement that the role may not run.
const insufficientPrivilege = "42501"

// CreateScratch creates an empty database on the server of a PostgreSQL URL. It returns
// the URL of the new database and a function that drops it.
func CreateScratch(ctx context.Context, server string) (scratch string, drop func(context.Context) error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, fmt.Errorf("reading the URL of the database: %w", err)
	}
	name := "huimian_scratch_" + strings.ReplaceAll(NewID(), "-", "")
	if err := execOnServer(ctx, server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == insufficientPrivilege {
			err = ErrMayNotCreateDatabase
		}
		return "", nil, fmt.Errorf("creating a temporary database: %w", err)
	}
	u.Path = "/" + name
	return u.String(), func(ctx context.Context) error {
		if err := execOnServer(ctx, server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			return fmt.Errorf("dropping the temporary database %s: %w", name, err)
		}
		return nil
	}, nil
}

func execOnServer(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}
