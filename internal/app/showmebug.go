package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/internal/showmebug"
	api "github.com/huimian/huimian/showmebug"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// ShowMeBug is the account of the company at showmebug.com, for those who set
// it here and not on the settings page.
type ShowMeBug struct {
	ClientID     string       `name:"client-id" env:"HUIMIAN_SHOWMEBUG_CLIENT_ID" help:"应用 Key of ShowMeBug (团队设置 → 第三方应用). Without it an administrator connects on the settings page."`
	ClientSecret wecom.Secret `kong:"-" env:"HUIMIAN_SHOWMEBUG_CLIENT_SECRET" help:"应用 Secret of ShowMeBug."`
	BaseURL      string       `name:"url" env:"HUIMIAN_SHOWMEBUG_URL" help:"Another address for ShowMeBug: the simulator."`
	Filters      string       `env:"HUIMIAN_SHOWMEBUG_FILTERS" default:"query" enum:"query,plain,body" help:"How lists are asked for: query, plain (lists without []) or body (JSON in the body of the GET)."`
	TokenForm    bool         `env:"HUIMIAN_SHOWMEBUG_TOKEN_FORM" help:"Ask for tokens with a form in place of JSON."`
}

// newShowMeBug connects the interviews to ShowMeBug.
func (a *App) newShowMeBug(client *wecom.Client) *showmebug.Service {
	tokens := account.NewTokenStore(a.DB, a.Config.WeCom.CorpID, a.boxes.tokens, a.Config.currentTime)
	c := a.Config.ShowMeBug
	return showmebug.New(showmebug.Config{
		DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Box: a.boxes.showMeBug, Signer: a.boxes.pages,
		PublicURL: a.Config.PublicURL, Logger: a.log.With("part", "showmebug"),
		CorpID: a.Config.WeCom.CorpID, ClientID: c.ClientID, ClientSecret: c.ClientSecret, BaseURL: c.BaseURL,
		Compat: c.Compat(), HTTPClient: a.Config.readingClient(readsShowMeBug), Now: a.Config.currentTime, Sleep: a.Config.Simulation.newSleep(),
		LookUpContact: contactLookup(client),
		TokenStore:    func(string) api.TokenStore { return showMeBugTokenStore{tokens} },
		DedupStore: func(corpID string) api.DedupStore {
			return showMeBugDedupStore{&account.CallbackStore{DB: a.DB, CorpID: corpID, Now: a.Config.currentTime}}
		},
	})
}

// readExamMail returns the mail of a message about a written test, nil if it is no longer needed.
func (a *App) readExamMail(ctx context.Context, m *message.Message) (*notify.ExamMail, error) {
	found, err := a.ShowMeBug.ReadExamMail(ctx, m)
	return (*notify.ExamMail)(found), err
}

// Compat maps the settings onto the assumptions of the client.
func (s ShowMeBug) Compat() api.Compat {
	return api.Compat{Filters: filterPlacements[s.Filters], TokenForm: s.TokenForm}
}

// filterPlacements are the values of HUIMIAN_SHOWMEBUG_FILTERS.
var filterPlacements = map[string]api.FilterPlacement{
	"query": api.FiltersInQuery, "plain": api.FiltersInPlainQuery, "body": api.FiltersInBody,
}

// roomProviders returns the registry of all kinds of rooms in the product.
func roomProviders(s *showmebug.Service) interview.RoomRegistry {
	return interview.NewRoomRegistry(showmebug.Rooms{Service: s})
}

// DefaultRoomKinds lists the kinds of rooms that need no further input.
func DefaultRoomKinds() []string {
	var kinds []string
	for _, kind := range roomProviders(nil).DefaultKinds() {
		kinds = append(kinds, string(kind))
	}
	return kinds
}

// contactLookup reads a member's contact from WeCom, which returns what the member has
// agreed to and the application may see, which may be nothing.
func contactLookup(client *wecom.Client) func(context.Context, string, string) (string, string, error) {
	return func(ctx context.Context, _, userID string) (email, mobile string, err error) {
		u, err := client.Users.Get(ctx, userID)
		switch wecom.ClassOf(err) {
		case wecom.ClassPermission, wecom.ClassState, wecom.ClassArgument:
			return "", "", nil // no contact available
		}
		if err != nil {
			return "", "", fmt.Errorf("fetching the member from WeCom: %w", err)
		}
		return cmp.Or(u.Email, u.BizMail), u.Mobile, nil
	}
}

// showMeBugTokenStore keeps ShowMeBug's tokens beside WeCom's: the two clients share
// the shape of a store, and neither imports the other.
type showMeBugTokenStore struct{ *account.TokenStore }

// Load returns the stored token, zero when there is none that we can read.
func (s showMeBugTokenStore) Load(ctx context.Context, key string) (api.StoredToken, error) {
	t, err := s.TokenStore.Load(ctx, key)
	return api.StoredToken{Value: t.Value, ExpiresAt: t.ExpiresAt, RefreshAt: t.RefreshAt}, err
}

// Save stores what the holder of the lease has fetched.
func (s showMeBugTokenStore) Save(ctx context.Context, key, holder string, t api.StoredToken) error {
	return s.TokenStore.Save(ctx, key, holder, wecom.StoredToken{
		Value: t.Value, ExpiresAt: t.ExpiresAt, RefreshAt: t.RefreshAt,
	})
}

// showMeBugDedupStore remembers ShowMeBug's events beside WeCom's callbacks.
type showMeBugDedupStore struct{ store *account.CallbackStore }

// Claim claims an event.
func (s showMeBugDedupStore) Claim(ctx context.Context, key string) (api.ClaimState, error) {
	state, err := s.store.Claim(ctx, key)
	switch state {
	case callback.StateNew:
		return api.StateNew, err
	case callback.StateDone:
		return api.StateDone, err
	default:
		return api.StateInProgress, err
	}
}

// Finish closes a claim.
func (s showMeBugDedupStore) Finish(ctx context.Context, key string, done bool) error {
	return s.store.Finish(ctx, key, done)
}

// checkShowMeBug validates the settings.
func (c *Config) checkShowMeBug() error {
	var errs []error
	s := c.ShowMeBug
	if (s.ClientID == "") != (s.ClientSecret == "") {
		errs = append(errs, errors.New("HUIMIAN_SHOWMEBUG_CLIENT_ID and HUIMIAN_SHOWMEBUG_CLIENT_SECRET belong together: set both or neither"))
	}
	if s.BaseURL != "" {
		if _, err := api.New(api.Config{ClientID: "-", ClientSecret: "-", BaseURL: s.BaseURL}); err != nil {
			errs = append(errs, fmt.Errorf("HUIMIAN_SHOWMEBUG_URL: %w", err))
		}
	}
	return errors.Join(errs...)
}
