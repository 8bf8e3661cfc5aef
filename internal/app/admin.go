package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/huimian/huimian/internal/db"
)

// withDatabase runs fn with the database of an installation, for commands that
// administrators run beside the server. A database that does not exist is not
// created, and one that is not migrated is refused.
func withDatabase(ctx context.Context, cfg Config, fn func(*db.DB) error) (err error) {
	cfg.normalize()
	if err := cfg.checkDatabase(); err != nil {
		return err
	}
	if path := strings.TrimPrefix(cfg.DatabaseURL, "sqlite://"); !strings.Contains(path, "://") {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database %s: set HUIMIAN_DATABASE_URL as for huimian serve, and run huimian migrate first", path)
		}
	}
	d, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	pending, err := d.Pending(ctx)
	if err != nil {
		return err
	}
	if pending > 0 {
		return fmt.Errorf("the database has %d pending migrations: run huimian migrate first", pending)
	}
	return fn(d)
}
