package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/cli/tokenfile"
	"github.com/huimian/huimian/wecom"
)

// session holds what the commands share: streams, global flags and the API client.
type session struct {
	IO
	json        bool
	application string
	tokenFile   string
	api         *apiClient // set for commands that call an installation
}

// wecomSettings reads the settings of the application selected with --as.
func (s *session) wecomSettings() (app.WeCom, error) {
	w, err := app.ReadWeComSettings(s.application)
	if err != nil {
		return w, usageError{err}
	}
	return w, nil
}

// newWeComClient returns a client for the selected application. Commands call it
// lazily, so that help and completion work without settings.
func (s *session) newWeComClient() (*wecom.Client, error) {
	w, err := s.wecomSettings()
	if err != nil {
		return nil, err
	}
	prefix := app.EnvPrefix(s.application)
	if w.CorpID == "" || w.Secret == "" {
		return nil, usageErrorf("%sCORP_ID and %sSECRET (or %sSECRET_FILE) must be set: see docs/operations.md", prefix, prefix, prefix)
	}
	cfg := wecom.Config{CorpID: w.CorpID, AgentID: w.AgentID, Secret: w.Secret, BaseURL: w.BaseURL, OAuthURL: w.OAuthURL, LoginURL: w.LoginURL}
	if s.tokenFile != "" {
		tokens := tokenfile.New(s.tokenFile, cfg)
		if err := tokens.CheckReadable(); err != nil {
			return nil, usageError{err}
		}
		cfg.TokenStore = tokens
	}
	c, err := wecom.New(cfg)
	if err != nil {
		return nil, usageError{err}
	}
	return c, nil
}

// newAppClient returns a client for calls that need an AgentId.
func (s *session) newAppClient() (*wecom.Client, error) {
	c, err := s.newWeComClient()
	if err == nil && c.AgentID() == 0 {
		return nil, usageErrorf("%sAGENT_ID must be set: the call needs an application", app.EnvPrefix(s.application))
	}
	return c, err
}

// newRobotClient returns a client and the webhook key of the group robot. The
// robot API needs no application, so corp id and secret may be placeholders.
func (s *session) newRobotClient() (*wecom.Client, wecom.Secret, error) {
	w, err := s.wecomSettings()
	if err != nil {
		return nil, "", err
	}
	if w.RobotKey == "" {
		return nil, "", usageErrorf("%sROBOT_KEY must be set to the key of the robot's webhook", app.EnvPrefix(s.application))
	}
	c, err := wecom.New(wecom.Config{CorpID: cmp.Or(w.CorpID, "robot"), Secret: wecom.Secret(cmp.Or(string(w.Secret), "none")), BaseURL: w.BaseURL})
	return c, w.RobotKey, err
}

// callAndPrint calls do with the client and prints the result.
func callAndPrint[T any](s *session, do func(*wecom.Client) (T, error), view func(T) table) error {
	c, err := s.newWeComClient()
	if err != nil {
		return err
	}
	v, err := do(c)
	if err != nil {
		return err
	}
	return s.printResult(v, view(v))
}

// callAndConfirm calls do with the client and prints the confirmation.
func callAndConfirm(s *session, do func(*wecom.Client) error, done string) error {
	c, err := s.newWeComClient()
	if err != nil {
		return err
	}
	if err := do(c); err != nil {
		return err
	}
	return s.printDone(done)
}

// readArgument returns the content of an argument: the text itself, the file named
// after "@", or the standard input for "-".
func (s *session) readArgument(arg string) ([]byte, error) {
	switch {
	case arg == "-":
		raw, err := io.ReadAll(s.In)
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return raw, nil
	case strings.HasPrefix(arg, "@"):
		raw, err := os.ReadFile(arg[1:])
		if err != nil {
			return nil, usageError{fmt.Errorf("reading the file of the argument %q: %w", arg, err)}
		}
		return raw, nil
	}
	return []byte(arg), nil
}

// readJSONArgument decodes an argument into v. Unknown fields are errors, because
// a misspelt field would be dropped silently.
func (s *session) readJSONArgument(arg string, v any) error {
	raw, err := s.readArgument(arg)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return usageErrorf("decoding the JSON argument: %w", err)
	}
	return nil
}

// openUpload opens a file for an upload with a progress bar. The returned function
// closes both.
func (s *session) openUpload(ctx context.Context, path, name string) (wecom.FileUpload, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return wecom.FileUpload{}, nil, usageError{fmt.Errorf("opening the file to upload: %w", err)}
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		_ = f.Close()
		return wecom.FileUpload{}, nil, usageErrorf("%s is not a regular file", path)
	}
	p := s.newProgressBar(ctx, info.Size())
	up := wecom.FileUpload{Name: cmp.Or(name, filepath.Base(path)), Content: &countedFile{File: f, progress: p}}
	return up, func() { p.finish(); _ = f.Close() }, nil
}
