package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/web"
)

// newSigningKeys returns the keys that sign the logs of rooms.
func newSigningKeys(d *db.DB, cfg *Config) (*transcript.Keys, error) {
	box, err := secretbox.NewBox([]byte(cfg.WeCom.Secret), "signing keys")
	if err != nil {
		return nil, err
	}
	return &transcript.Keys{DB: d, Box: box}, nil
}

// ListSigningKeys returns the public keys of an installation, for a command beside
// the server.
func ListSigningKeys(ctx context.Context, cfg Config) (keys []transcript.Key, err error) {
	err = withSigningKeys(ctx, cfg, func(k *transcript.Keys) error {
		keys, err = k.List(ctx)
		return err
	})
	return keys, err
}

// RotateSigningKey creates another signing key. The server uses it with the next
// seal.
func RotateSigningKey(ctx context.Context, cfg Config) (key transcript.Key, err error) {
	err = withSigningKeys(ctx, cfg, func(k *transcript.Keys) error {
		key, err = k.Rotate(ctx)
		return err
	})
	return key, err
}

// withSigningKeys runs fn with the keys in the database of an installation, which
// must exist and be migrated.
func withSigningKeys(ctx context.Context, cfg Config, fn func(*transcript.Keys) error) (err error) {
	cfg.normalize()
	if err := errors.Join(cfg.checkDatabase(), cfg.requireDatabaseFile()); err != nil {
		return err
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
	keys, err := newSigningKeys(d, &cfg)
	if err != nil {
		return fmt.Errorf("HUIMIAN_WECOM_SECRET: %w", err)
	}
	return fn(keys)
}

// requireDatabaseFile returns an error for an SQLite database that does not exist,
// since opening it would create it.
func (c *Config) requireDatabaseFile() error {
	path := strings.TrimPrefix(c.DatabaseURL, "sqlite://")
	if strings.Contains(path, "://") {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("opening the database (set HUIMIAN_DATABASE_URL as for huimian serve): %w", err)
	}
	return nil
}

func (a *App) newTranscripts() (*transcript.Service, error) {
	keys, err := newSigningKeys(a.DB, &a.Config)
	if err != nil {
		return nil, err
	}
	page, err := fs.ReadFile(web.FS(), "offline/replay.html")
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // there is none before the front end is built
		return nil, fmt.Errorf("reading the page for exported interviews: %w", err)
	}
	return transcript.New(transcript.Config{DB: a.DB, Queue: a.Queue, Keys: keys, Page: page, Logger: a.log.With("part", "transcripts")}), nil
}
