package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/wecom"
)

// session is what the commands share: where they read and write, and the
// client of the application that was chosen.
type session struct {
	IO
	json      bool
	as        string
	tokenFile string
	api       *apiClient // of the commands that ask an installation
}

// settings reads those of the application that was chosen.
func (s *session) settings() (app.WeCom, error) {
	w, err := app.ReadWeCom(s.as)
	if err != nil {
		return w, usage{err}
	}
	return w, nil
}

// client is made when a command needs it, so that help and completion work
// without settings.
func (s *session) client() (*wecom.Client, error) {
	w, err := s.settings()
	if err != nil {
		return nil, err
	}
	prefix := app.CommandPrefix(s.as)
	if w.CorpID == "" || w.Secret == "" {
		return nil, usagef("%sCORP_ID and %sSECRET have to be set (or %sSECRET_FILE): see docs/operations.md", prefix, prefix, prefix)
	}
	cfg := wecom.Config{CorpID: w.CorpID, AgentID: w.AgentID, Secret: w.Secret, BaseURL: w.BaseURL, OAuthURL: w.OAuthURL, LoginURL: w.LoginURL}
	if s.tokenFile != "" {
		tokens := newTokenFile(s.tokenFile, cfg)
		if _, err := tokens.read(); err != nil {
			return nil, usage{err}
		}
		cfg.TokenStore = tokens
	}
	c, err := wecom.New(cfg)
	if err != nil {
		return nil, usage{err}
	}
	return c, nil
}

// appClient is the client for calls that are made by an application.
func (s *session) appClient() (*wecom.Client, error) {
	c, err := s.client()
	if err == nil && c.AgentID() == 0 {
		return nil, usagef("%sAGENT_ID has to be set: this is done by an application", app.CommandPrefix(s.as))
	}
	return c, err
}

// robotClient needs no application: the key of the webhook is all.
func (s *session) robotClient() (*wecom.Client, wecom.Secret, error) {
	w, err := s.settings()
	if err != nil {
		return nil, "", err
	}
	if w.RobotKey == "" {
		return nil, "", usagef("%sROBOT_KEY has to be set to the key of the robot's webhook", app.CommandPrefix(s.as))
	}
	c, err := wecom.New(wecom.Config{CorpID: orText(w.CorpID, "robot"), Secret: wecom.Secret(orText(string(w.Secret), "none")), BaseURL: w.BaseURL})
	return c, w.RobotKey, err
}

// run calls do with the client and shows what it returns.
func run[T any](s *session, do func(*wecom.Client) (T, error), view func(T) table) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	v, err := do(c)
	if err != nil {
		return err
	}
	return s.show(v, view(v))
}

// change calls do with the client and says what was done.
func change(s *session, do func(*wecom.Client) error, done string) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if err := do(c); err != nil {
		return err
	}
	return s.done(done)
}

// read gives what an argument means: the text itself, the file after "@", or
// all of the input for "-".
func (s *session) read(arg string) ([]byte, error) {
	switch {
	case arg == "-":
		raw, err := io.ReadAll(s.In)
		if err != nil {
			return nil, fmt.Errorf("reading the input: %w", err)
		}
		return raw, nil
	case strings.HasPrefix(arg, "@"):
		raw, err := os.ReadFile(arg[1:])
		if err != nil {
			return nil, usage{fmt.Errorf("reading what %q names: %w", arg, err)}
		}
		return raw, nil
	}
	return []byte(arg), nil
}

// readJSON reads an argument into v, and is strict: a misspelt field would be
// left out in silence.
func (s *session) readJSON(arg string, v any) error {
	raw, err := s.read(arg)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return usagef("the JSON can't be taken: %w", err)
	}
	return nil
}

// open opens a file for an upload, with progress on a terminal.
func (s *session) open(ctx context.Context, path, name string) (wecom.FileUpload, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return wecom.FileUpload{}, nil, usage{fmt.Errorf("opening the file to upload: %w", err)}
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		_ = f.Close()
		return wecom.FileUpload{}, nil, usagef("%s is no file that can be uploaded", path)
	}
	p := s.progress(ctx, info.Size())
	up := wecom.FileUpload{Name: orText(name, filepath.Base(path)), Content: &countedFile{File: f, progress: p}}
	return up, func() { p.end(); _ = f.Close() }, nil
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
