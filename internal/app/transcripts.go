package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/signing"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/web"
)

// newSigningKeys returns the keys that sign the logs of rooms and the audit log.
func newSigningKeys(d *db.DB, b boxes) *signing.Keys {
	return &signing.Keys{DB: d, Box: b.signingKeys}
}

// ListSigningKeys returns the public keys of an installation, for a command beside
// the server.
func ListSigningKeys(ctx context.Context, cfg Config) (keys []signing.Key, err error) {
	err = withSigningKeys(ctx, cfg, func(k *signing.Keys) error {
		keys, err = k.List(ctx)
		return err
	})
	return keys, err
}

// RotateSigningKey creates another signing key. The server uses it with the next
// seal.
func RotateSigningKey(ctx context.Context, cfg Config) (key signing.Key, err error) {
	err = withSigningKeys(ctx, cfg, func(k *signing.Keys) error {
		key, err = k.Rotate(ctx)
		return err
	})
	return key, err
}

// withSigningKeys runs fn with the keys in the database of an installation.
func withSigningKeys(ctx context.Context, cfg Config, fn func(*signing.Keys) error) error {
	b, err := newBoxes(&cfg)
	if err != nil {
		return err
	}
	return withDatabase(ctx, cfg, func(d *db.DB) error { return fn(newSigningKeys(d, b)) })
}

func (a *App) newTranscripts() (*transcript.Service, error) {
	page, err := fs.ReadFile(web.FS(), "offline/replay.html")
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // there is none before the front end is built
		return nil, fmt.Errorf("reading the page for exported interviews: %w", err)
	}
	return transcript.New(transcript.Config{DB: a.DB, Queue: a.Queue, Keys: newSigningKeys(a.DB, a.boxes), Page: page, Logger: a.log.With("part", "transcripts"), Now: a.Config.currentTime}), nil
}

func newAuditChain(d *db.DB, b boxes, log *slog.Logger) *audit.Chain {
	return &audit.Chain{DB: d, Keys: newSigningKeys(d, b), Logger: log}
}
