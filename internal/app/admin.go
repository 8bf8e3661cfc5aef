package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// withDatabase runs fn with the database of an installation, for commands that
// administrators run on the server. A database that does not exist is not
// created, and one that is not migrated is refused.
func withDatabase(ctx context.Context, cfg Config, fn func(*db.DB) error) error {
	return withUnmigratedDatabase(ctx, cfg, func(d *db.DB) error {
		pending, err := d.Pending(ctx)
		if err != nil {
			return err
		}
		if pending > 0 {
			return fmt.Errorf("the database has %d pending migrations: run huimian migrate first", pending)
		}
		return fn(d)
	})
}

// withUnmigratedDatabase is like withDatabase, for a database of any version.
func withUnmigratedDatabase(ctx context.Context, cfg Config, fn func(*db.DB) error) (err error) {
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
	return fn(d)
}

// withAccounts runs fn with the accounts and the API tokens of an installation. No job
// runs.
func withAccounts(ctx context.Context, cfg Config, fn func(*account.Service, *apitoken.Service) error) error {
	return withParts(ctx, cfg, func(a *App) error { return fn(a.Accounts, a.APITokens) })
}

// withParts runs fn with the database, the queue, the accounts and the API tokens of an
// installation. No job runs.
func withParts(ctx context.Context, cfg Config, fn func(*App) error) error {
	cfg.normalize()
	boxes, err := newBoxes(&cfg)
	if err != nil {
		return err
	}
	store, err := cfg.newFileStore()
	if err != nil {
		return err
	}
	return withDatabase(ctx, cfg, func(d *db.DB) error {
		a := &App{Config: cfg, DB: d, boxes: boxes, fileStore: store, log: slog.New(slog.DiscardHandler), wecomMetrics: newWeComMetrics(nil)}
		if a.Queue, err = job.New(d, a.log); err != nil {
			return err
		}
		client, err := a.newClient()
		if err != nil {
			return err
		}
		a.Accounts = a.newAccounts(client)
		a.APITokens = apitoken.New(apitoken.Config{DB: d, Queue: a.Queue, Accounts: a.Accounts, Logger: a.log})
		return fn(a)
	})
}

// TokenRequest describes an API token for CreateAPIToken.
type TokenRequest struct {
	Name      string
	UserID    string     // owner of a personal token; "" for a company token
	Scopes    []string   // none for all
	ExpiresAt *time.Time // nil for never
}

// CreateAPIToken creates an API token and returns its text. The creator of a company
// token is the first member of HUIMIAN_ADMINISTRATORS, who need not have signed in.
func CreateAPIToken(ctx context.Context, cfg Config, r TokenRequest) (text string, err error) {
	err = withAccounts(ctx, cfg, func(accounts *account.Service, tokens *apitoken.Service) error {
		n := apitoken.NewToken{Kind: apitoken.Personal, Name: r.Name, ExpiresAt: r.ExpiresAt, Scopes: apitoken.Scopes}
		if len(r.Scopes) > 0 {
			n.Scopes = nil
		}
		for _, scope := range r.Scopes {
			if !slices.Contains(apitoken.Scopes, apitoken.Scope(scope)) {
				return fmt.Errorf("%q is not a scope: the scopes are %v", scope, apitoken.Scopes)
			}
			n.Scopes = append(n.Scopes, apitoken.Scope(scope))
		}
		owner, err := findTokenOwner(ctx, accounts, r.UserID)
		if err != nil {
			return err
		}
		if r.UserID == "" {
			n.Kind = apitoken.Company
		}
		_, text, err = tokens.Create(ctx, owner, n)
		return err
	})
	return text, err
}

// findTokenOwner returns the member with a userid, or the administrator who creates
// tokens of the company. A member who is not among the copied contacts is fetched from
// WeCom.
func findTokenOwner(ctx context.Context, accounts *account.Service, userID string) (actor.Actor, error) {
	if userID == "" {
		if len(accounts.Administrators) == 0 {
			return actor.Actor{}, errors.New("HUIMIAN_ADMINISTRATORS is not set: a token of the company needs an administrator as its creator")
		}
		userID = accounts.Administrators[0]
	}
	stored, err := accounts.AdmitMember(ctx, userID)
	if err != nil {
		return actor.Actor{}, fmt.Errorf("finding the member %s in the application's visible range: %w", userID, err)
	}
	found, err := accounts.MembersByID(ctx, accounts.Corp.ID, []string{stored})
	m := found[stored]
	return actor.ForMember(m.CorpID, m.UserID, m.Roles), err
}

// ListSessions returns the sessions of one member, or of all if userID is "".
func ListSessions(ctx context.Context, cfg Config, userID string) (list []account.SessionInfo, err error) {
	err = withAccounts(ctx, cfg, func(accounts *account.Service, _ *apitoken.Service) error {
		list, err = accounts.ListSessions(ctx, userID)
		return err
	})
	return list, err
}

// EndSessions ends all sessions of a member, or of all members if userID is "", and
// returns their number.
func EndSessions(ctx context.Context, cfg Config, userID string) (n int, err error) {
	err = withAccounts(ctx, cfg, func(accounts *account.Service, _ *apitoken.Service) error {
		n, err = accounts.EndSessions(ctx, userID)
		return err
	})
	return n, err
}
