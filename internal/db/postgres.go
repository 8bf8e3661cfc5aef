package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// maxIdleTime closes connections that were not used for this time, so that idle
// replicas leave connections to others.
const maxIdleTime = 5 * time.Minute

// postgresDialect caches what it reads from the types of the models, for all databases of
// the process.
var postgresDialect = pgdialect.New()

// openPostgres opens two pools: one for bun, which writes values into the query
// text, so that prepared statements would fill the server's cache with texts
// used once; and a pgx pool for the job queue and LISTEN.
func openPostgres(ctx context.Context, url string, maxConnections int) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the address of the PostgreSQL database cannot be read: it must look like postgres://user:password@host:5432/name")
	}
	jobConnections := maxConnections / 3
	cfg.MaxConns = int32(jobConnections)
	cfg.MaxConnIdleTime = maxIdleTime
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("opening PostgreSQL: %w", err)
	}
	plain := cfg.ConnConfig.Copy()
	plain.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conns := stdlib.OpenDB(*plain)
	conns.SetMaxOpenConns(maxConnections - jobConnections)
	conns.SetMaxIdleConns(maxConnections - jobConnections)
	conns.SetConnMaxIdleTime(maxIdleTime)
	if err := checkPostgres(ctx, conns); err != nil {
		pool.Close()
		return nil, errors.Join(err, conns.Close())
	}
	b := bun.NewDB(conns, postgresDialect)
	return &DB{DB: b, kind: Postgres, write: b, pool: pool}, nil
}

func isUniquePostgres(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}

func isForeignKeyPostgres(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23503"
}

// Notify sends the payload to every Listen on the channel, in every process,
// when the transaction commits. The payload is at most 7,999 bytes. On SQLite,
// with its single process, Notify does nothing.
func (tx *Tx) Notify(ctx context.Context, channel, payload string) error {
	if tx.kind != Postgres {
		return nil
	}
	if _, err := tx.NewRaw("SELECT pg_notify(?, ?)", channel, payload).Exec(ctx); err != nil {
		return fmt.Errorf("notifying %s: %w", channel, err)
	}
	return nil
}

// Listen calls fn with the payload of each Notify on the channel until ctx ends
// or the connection is lost, and returns that error; the caller then reads what
// it may have missed and listens again. ready, when not nil, is called once the
// subscription is active. On SQLite, Listen only waits for ctx.
func (d *DB) Listen(ctx context.Context, channel string, ready func(), fn func(payload string)) error {
	if ready == nil {
		ready = func() {}
	}
	if d.kind != Postgres {
		ready()
		<-ctx.Done()
		return ctx.Err()
	}
	err := d.listenPostgres(ctx, channel, ready, fn)
	if ctx.Err() == nil {
		d.lost.recordLoss(channel, time.Now())
	}
	return err
}

func (d *DB) listenPostgres(ctx context.Context, channel string, ready func(), fn func(payload string)) error {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connecting to listen: %w", err)
	}
	// A connection that has listened must not go back to the pool.
	raw := conn.Hijack()
	defer func() { _ = raw.Close(context.WithoutCancel(ctx)) }()
	if _, err := raw.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return fmt.Errorf("listening on %s: %w", channel, err)
	}
	d.lost.removeLoss(channel)
	ready()
	for {
		n, err := raw.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("waiting on %s: %w", channel, err)
		}
		fn(n.Payload)
	}
}

// JobPool returns the PostgreSQL pool of the job queue, nil on SQLite.
func (d *DB) JobPool() *pgxpool.Pool { return d.pool }

// JobDB returns the SQLite connection of the job queue, nil on PostgreSQL.
func (d *DB) JobDB() *sql.DB { return d.jobs }

// WithPgx calls fn with the transaction as a pgx.Tx, in which the job queue
// inserts. PostgreSQL only.
func (tx *Tx) WithPgx(fn func(pgx.Tx) error) error {
	return tx.conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the transaction runs on a %T, not on pgx", driverConn)
		}
		return fn(pgxTx{c.Conn()})
	})
}

// pgxTx is a transaction that database/sql has begun on the connection, and
// will end. The connection sends query texts as they are; the queries of the
// job queue have parameters and therefore request prepared statements.
type pgxTx struct{ c *pgx.Conn }

var _ pgx.Tx = pgxTx{}

var errNotOurs = errors.New("a transaction begun by database/sql can't be ended, nested or used for this by pgx")

func prepared(args []any) []any { return append([]any{pgx.QueryExecModeCacheStatement}, args...) }

func (t pgxTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.c.Exec(ctx, sql, prepared(args)...)
}

func (t pgxTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.c.Query(ctx, sql, prepared(args)...)
}

func (t pgxTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.c.QueryRow(ctx, sql, prepared(args)...)
}

func (t pgxTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.c.CopyFrom(ctx, table, columns, rows)
}

func (t pgxTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.c.Prepare(ctx, name, sql)
}

func (t pgxTx) Conn() *pgx.Conn                       { return t.c }
func (t pgxTx) Begin(context.Context) (pgx.Tx, error) { return nil, errNotOurs }
func (t pgxTx) Commit(context.Context) error          { return errNotOurs }
func (t pgxTx) Rollback(context.Context) error        { return errNotOurs }
func (t pgxTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.c.SendBatch(ctx, b)
}
func (t pgxTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }
