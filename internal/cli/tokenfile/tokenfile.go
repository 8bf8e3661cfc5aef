// Package tokenfile stores access tokens of WeCom between runs of a program, for scripts
// that run it often: WeCom limits how often a token may be fetched.
package tokenfile

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

// File is a wecom.TokenStore. The file is readable by its owner only and replaced
// atomically. There is no lease: two concurrent runs may both fetch, and WeCom returns the
// same token to both.
type File struct {
	path  string
	owner string // digest of base URL and secret, part of every key
}

// New returns the store in the file at path, which need not exist, for the application of
// cfg. Other applications may use the same file.
func New(path string, cfg wecom.Config) *File {
	sum := sha256.Sum256([]byte(cfg.BaseURL + "\n" + string(cfg.Secret)))
	return &File{path: path, owner: hex.EncodeToString(sum[:8])}
}

// CheckReadable returns the error of a file that cannot be read or has another content.
func (f *File) CheckReadable() error {
	_, err := f.readTokens()
	return err
}

func (f *File) ownerKey(key string) string { return key + " " + f.owner }

type storedToken struct {
	Value     string    `json:"value"`
	ExpiresAt time.Time `json:"expiresAt"`
	RefreshAt time.Time `json:"refreshAt"`
}

// Load returns the token of the key, or the zero value.
func (f *File) Load(_ context.Context, key string) (wecom.StoredToken, error) {
	all, err := f.readTokens()
	if err != nil {
		return wecom.StoredToken{}, err
	}
	t := all[f.ownerKey(key)]
	return wecom.StoredToken{Value: wecom.Secret(t.Value), ExpiresAt: t.ExpiresAt, RefreshAt: t.RefreshAt}, nil
}

// AcquireLease always succeeds, since there is no lease.
func (f *File) AcquireLease(context.Context, string, string, time.Duration) (bool, error) {
	return true, nil
}

// ReleaseLease does nothing, since there is no lease.
func (f *File) ReleaseLease(context.Context, string, string) error { return nil }

// Save stores a token.
func (f *File) Save(_ context.Context, key, _ string, t wecom.StoredToken) error {
	return f.updateTokens(func(all map[string]storedToken) {
		all[f.ownerKey(key)] = storedToken{Value: string(t.Value), ExpiresAt: t.ExpiresAt, RefreshAt: t.RefreshAt}
	})
}

// Invalidate removes a token that WeCom has rejected, unless another run has
// replaced it already.
func (f *File) Invalidate(_ context.Context, key, value string) error {
	return f.updateTokens(func(all map[string]storedToken) {
		if all[f.ownerKey(key)].Value == value {
			delete(all, f.ownerKey(key))
		}
	})
}

func (f *File) readTokens() (map[string]storedToken, error) {
	all := map[string]storedToken{}
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(raw) == 0 {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the token file: %w", err)
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("decoding the token file %s: it has another content; choose another file or remove it", f.path)
	}
	return all, nil
}

func (f *File) updateTokens(do func(map[string]storedToken)) error {
	all, err := f.readTokens()
	if err != nil {
		return err
	}
	do(all)
	raw, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing the token file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.path), ".token-*") // mode 0600
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
