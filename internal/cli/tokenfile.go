package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/huimian/huimian/wecom"
)

// tokenFile keeps tokens between runs of the program, for scripts that call it
// often: WeCom bounds how often a token may be fetched. The file is readable
// by its owner only and replaced as a whole. It leases nothing: two runs at
// once may both fetch, and WeCom gives both the same token.
type tokenFile struct {
	path  string
	owner string // digest of address and secret: tokens of different ones are kept apart
}

func newTokenFile(path string, cfg wecom.Config) *tokenFile {
	sum := sha256.Sum256([]byte(cfg.BaseURL + "\n" + string(cfg.Secret)))
	return &tokenFile{path: path, owner: hex.EncodeToString(sum[:8])}
}

func (f *tokenFile) own(key string) string { return key + " " + f.owner }

type keptToken struct {
	Value     string    `json:"value"`
	ExpiresAt time.Time `json:"expiresAt"`
	RefreshAt time.Time `json:"refreshAt"`
}

// Load gives the token of the key, or none.
func (f *tokenFile) Load(_ context.Context, key string) (wecom.StoredToken, error) {
	all, err := f.read()
	if err != nil {
		return wecom.StoredToken{}, err
	}
	t := all[f.own(key)]
	return wecom.StoredToken{Value: wecom.Secret(t.Value), ExpiresAt: t.ExpiresAt, RefreshAt: t.RefreshAt}, nil
}

// AcquireLease always succeeds.
func (f *tokenFile) AcquireLease(context.Context, string, string, time.Duration) (bool, error) {
	return true, nil
}

// ReleaseLease has nothing to release.
func (f *tokenFile) ReleaseLease(context.Context, string, string) error { return nil }

// Save keeps a token.
func (f *tokenFile) Save(_ context.Context, key, _ string, t wecom.StoredToken) error {
	return f.change(func(all map[string]keptToken) {
		all[f.own(key)] = keptToken{Value: string(t.Value), ExpiresAt: t.ExpiresAt, RefreshAt: t.RefreshAt}
	})
}

// Invalidate removes a token that WeCom no longer takes, unless another has
// come in its place.
func (f *tokenFile) Invalidate(_ context.Context, key, value string) error {
	return f.change(func(all map[string]keptToken) {
		if all[f.own(key)].Value == value {
			delete(all, f.own(key))
		}
	})
}

func (f *tokenFile) read() (map[string]keptToken, error) {
	all := map[string]keptToken{}
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(raw) == 0 {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the token file: %w", err)
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("the token file %s holds something else: name another or remove it", f.path)
	}
	return all, nil
}

func (f *tokenFile) change(do func(map[string]keptToken)) error {
	all, err := f.read()
	if err != nil {
		return err
	}
	do(all)
	raw, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing the token file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.path), ".token-*") // readable by the owner only
	if err != nil {
		return fmt.Errorf("writing the token file: %w", err)
	}
	_, err = tmp.Write(raw)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("writing the token file: %w", err)
	}
	return nil
}
