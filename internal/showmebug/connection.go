package showmebug

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	api "github.com/huimian/huimian/showmebug"
)

// Where a company's account is from.
const (
	sourceEnvironment = "environment"
	sourceStored      = "stored"
)

// accountRow is a row of showmebug_accounts.
type accountRow struct {
	bun.BaseModel `bun:"table:showmebug_accounts,alias:pa"`

	CorpID        string         `bun:"corp_id,pk"`
	Provider      string         `bun:"provider,pk"`
	ClientID      string         `bun:"client_id"`
	Secret        []byte         `bun:"secret"` // encrypted
	TeamID        int64          `bun:"team_id"`
	TeamName      string         `bun:"team_name"`
	LeftQuota     *int64         `bun:"left_quota"`
	Members       *int64         `bun:"members"`
	FailureCode   string         `bun:"failure_code"`
	FailureParams map[string]any `bun:"failure_params,type:jsonb"`
	CheckedAt     *time.Time     `bun:"checked_at"`
	UpdatedBy     string         `bun:"updated_by"`
	UpdatedAt     time.Time      `bun:"updated_at"`
}

// connection is a client for a company's team.
type connection struct {
	*api.Client

	corpID, clientID string
	source           string
	secret           api.Secret
	teamID           int64
	webhook          *api.Webhook
}

// Settings is a company's connection as administrators see it.
type Settings struct {
	Source     string // "" when there is none
	ClientID   string // its end
	BaseURL    string // when it is not the true service
	WebhookURL string
	Team       *Team
	CheckedAt  *time.Time
	Failure    *apperr.Reason // of the last check
}

// Team is a team at ShowMeBug.
type Team struct {
	ID        int64
	Name      string
	LeftQuota *int64
	Members   *int64
}

// loadAccount reads a company's row; the zero value when there is none.
func (s *Service) loadAccount(ctx context.Context, corpID string) (*accountRow, error) {
	r := new(accountRow)
	err := s.DB.NewSelect().Model(r).Where("pa.corp_id = ? AND pa.provider = ?", corpID, providerName).Scan(ctx)
	if db.IsNotFound(err) {
		return &accountRow{CorpID: corpID, Provider: providerName, FailureParams: map[string]any{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the account at ShowMeBug: %w", err)
	}
	return r, nil
}

// resolveCredentials returns the credentials of a company and their source; "" when there are none.
func (s *Service) resolveCredentials(r *accountRow) (source, clientID string, secret api.Secret, err error) {
	if s.ClientID != "" && r.CorpID == s.CorpID {
		return sourceEnvironment, s.ClientID, s.ClientSecret, nil
	}
	if len(r.Secret) == 0 {
		return "", "", "", nil
	}
	plain, err := s.Box.Decrypt(r.Secret, secretContext(r.CorpID, r.ClientID))
	if err != nil {
		return sourceStored, r.ClientID, "", apperr.New(apperr.Conflict, "provider.key_changed").WithCause(err)
	}
	return sourceStored, r.ClientID, api.Secret(plain), nil
}

// secretContext ties a encrypted secret to its row.
func secretContext(corpID, clientID string) string {
	return providerName + "/" + corpID + "/" + clientID
}

// connectionFor returns the client for a company's team, or an apperr.Conflict when
// there is none.
func (s *Service) connectionFor(ctx context.Context, corpID string) (*connection, error) {
	r, err := s.loadAccount(ctx, corpID)
	if err != nil {
		return nil, err
	}
	source, clientID, secret, err := s.resolveCredentials(r)
	if err != nil {
		return nil, err
	}
	if source == "" {
		return nil, apperr.New(apperr.Conflict, "provider.not_connected")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.connections[corpID]; c != nil && c.clientID == clientID && c.secret == secret && c.teamID == r.TeamID {
		return c, nil
	}
	c, err := s.newConnection(corpID, clientID, secret, r.TeamID)
	if err != nil {
		return nil, err
	}
	c.source = source
	s.connections[corpID] = c
	return c, nil
}

// newConnection returns a client without calling ShowMeBug.
func (s *Service) newConnection(corpID, clientID string, secret api.Secret, teamID int64) (*connection, error) {
	cfg := api.Config{
		ClientID: clientID, ClientSecret: secret, BaseURL: s.BaseURL, HTTPClient: s.HTTPClient,
		CallbackURI: s.callbackURL(corpID), Compat: s.Compat, Logger: s.Logger, Now: s.Now, Sleep: s.Sleep,
	}
	if s.TokenStore != nil {
		cfg.TokenStore = s.TokenStore(corpID)
	}
	client, err := api.New(cfg)
	if err != nil {
		return nil, apperr.New(apperr.Conflict, "provider.configuration").WithCause(err)
	}
	c := &connection{Client: client, corpID: corpID, clientID: clientID, secret: secret, teamID: teamID}
	c.webhook = &api.Webhook{
		Secret: secret, TeamID: teamID, Logger: s.Logger, Now: s.Now,
		Handle: func(ctx context.Context, e api.Event) error { return s.enqueueEvent(ctx, corpID, e) },
	}
	if s.DedupStore != nil {
		c.webhook.DedupStore = s.DedupStore(corpID)
	}
	return c, nil
}

func (s *Service) callbackURL(corpID string) string {
	return s.PublicURL + "/showmebug/callback/" + url.PathEscape(corpID)
}

// Settings returns the company's connection.
func (s *Service) Settings(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	r, err := s.loadAccount(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	source, clientID, _, err := s.resolveCredentials(r)
	out := &Settings{
		Source: source, ClientID: maskClientID(clientID), BaseURL: s.BaseURL, WebhookURL: s.callbackURL(a.CorpID),
		CheckedAt: r.CheckedAt, Failure: roomFailure(r.FailureCode, r.FailureParams),
	}
	if err != nil {
		out.Failure = roomFailure(failureDetails(err))
	}
	if r.TeamID != 0 || r.TeamName != "" {
		out.Team = &Team{ID: r.TeamID, Name: r.TeamName, LeftQuota: r.LeftQuota, Members: r.Members}
	}
	return out, nil
}

// maskClientID returns the end of a key, which distinguishes keys.
func maskClientID(clientID string) string {
	switch {
	case clientID == "":
		return ""
	case len(clientID) <= 8:
		return "…"
	default:
		return "…" + clientID[len(clientID)-4:]
	}
}

// Connect tests credentials by reading the team, and stores them when they
// are good. Only an administrator may.
func (s *Service) Connect(ctx context.Context, a actor.Actor, clientID, clientSecret string) (*Settings, error) {
	if err := s.authorizeConnectionChange(a); err != nil {
		return nil, err
	}
	c, err := s.newConnection(a.CorpID, clientID, api.Secret(clientSecret), 0)
	if err != nil {
		return nil, err
	}
	team, err := c.Team.Me(ctx, api.MemberSearch{})
	if err != nil {
		return nil, credentialsError(err)
	}
	now := s.now()
	r := &accountRow{
		CorpID: a.CorpID, Provider: providerName, ClientID: clientID, FailureParams: map[string]any{}, CheckedAt: &now, UpdatedBy: a.UserID, UpdatedAt: now,
		Secret: s.Box.Encrypt([]byte(clientSecret), secretContext(a.CorpID, clientID)),
	}
	r.setTeam(team)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.resetMemberMappings(ctx, tx, a.CorpID, team.ID); err != nil {
			return err
		}
		if err := storeAccount(ctx, tx, r); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, s.now(), a, "showmebug.connect", a.CorpID, nil); err != nil {
			return err
		}
		return s.Interviews.Rooms().RetryFailed(ctx, tx, a.CorpID, RoomKind)
	})
	if err != nil {
		return nil, err
	}
	return s.Settings(ctx, a)
}

// resetMemberMappings marks members for another sync when the company connects to
// another team than the one that its row names.
func (s *Service) resetMemberMappings(ctx context.Context, tx *db.Tx, corpID string, teamID int64) error {
	same, err := tx.NewSelect().Model((*accountRow)(nil)).
		Where("pa.corp_id = ? AND pa.provider = ? AND pa.team_id = ?", corpID, providerName, teamID).Exists(ctx)
	if err != nil || same {
		return err
	}
	_, err = tx.NewUpdate().Model((*Member)(nil)).Set("state = ?", MemberPending).Set("external_id = ''").
		Where("corp_id = ? AND provider = ? AND state IN (?)", corpID, providerName, bun.List([]MemberState{MemberMapped, MemberFailed})).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forgetting the members of another team: %w", err)
	}
	return nil
}

// authorizeConnectionChange allows administrators, unless the environment sets the account.
func (s *Service) authorizeConnectionChange(a actor.Actor) error {
	if err := a.Require(actor.EditSettings); err != nil {
		return err
	}
	if s.ClientID != "" && a.CorpID == s.CorpID {
		return apperr.New(apperr.Conflict, "provider.environment")
	}
	return nil
}

// credentialsError points at the field when ShowMeBug does not take them.
func credentialsError(err error) error {
	err = toAppError(err)
	if code, params := failureDetails(err); code == "provider.configuration" {
		return apperr.InvalidFields([]apperr.FieldError{{Path: "clientSecret", Code: code, Params: params}})
	}
	return err
}

// Disconnect deletes the company's credentials. Interviews keep their rooms;
// new ones get built-in rooms. Only an administrator may.
func (s *Service) Disconnect(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := s.authorizeConnectionChange(a); err != nil {
		return nil, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewDelete().Model((*accountRow)(nil)).Where("corp_id = ? AND provider = ?", a.CorpID, providerName).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forgetting the account at ShowMeBug: %w", err)
		}
		return audit.Write(ctx, tx, s.now(), a, "showmebug.disconnect", a.CorpID, nil)
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	delete(s.connections, a.CorpID)
	s.mu.Unlock()
	return s.Settings(ctx, a)
}

// CheckConnection reads the team with the stored credentials.
func (s *Service) CheckConnection(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	c, err := s.connectionFor(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	if _, err := s.refreshTeam(ctx, c); err != nil {
		s.Logger.WarnContext(ctx, "ShowMeBug does not answer for the team", "corp", a.CorpID, "error", err)
	}
	return s.Settings(ctx, a)
}

// refreshTeam reads the team and stores the result or the failure.
func (s *Service) refreshTeam(ctx context.Context, c *connection) (*api.Team, error) {
	team, asked := c.Team.Me(ctx, api.MemberSearch{})
	now := s.now()
	r := &accountRow{CorpID: c.corpID, Provider: providerName, CheckedAt: &now, UpdatedAt: now}
	r.FailureCode, r.FailureParams = failureDetails(asked)
	if asked == nil {
		r.setTeam(team)
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.storeTeam(ctx, tx, c, r, asked == nil) })
	if err != nil {
		return nil, err
	}
	return team, asked
}

// storeTeam stores the result of reading the team. Credentials are not
// written: they may have been changed or deleted meanwhile.
func (s *Service) storeTeam(ctx context.Context, tx *db.Tx, c *connection, r *accountRow, known bool) error {
	if c.source == sourceEnvironment { // it has no row yet
		_, err := tx.NewInsert().Model(r).On("CONFLICT (corp_id, provider) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the team at ShowMeBug: %w", err)
		}
	}
	columns := []string{"failure_code", "failure_params", "checked_at", "updated_at"}
	if known {
		columns = append(columns, "team_id", "team_name", "left_quota", "members")
	}
	q := tx.NewUpdate().Model(r).Column(columns...).Where("corp_id = ? AND provider = ?", c.corpID, providerName)
	if c.source == sourceStored {
		q.Where("client_id = ?", c.clientID)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("storing the team at ShowMeBug: %w", err)
	}
	return nil
}

func (r *accountRow) setTeam(team *api.Team) {
	r.TeamID, r.TeamName = team.ID, team.Name
	members := int64(team.MembersCount)
	r.Members, r.LeftQuota = &members, nil
	if team.LeftQuota != nil {
		left := int64(*team.LeftQuota)
		r.LeftQuota = &left
	}
}

func storeAccount(ctx context.Context, tx *db.Tx, r *accountRow) error {
	_, err := tx.NewInsert().Model(r).On("CONFLICT (corp_id, provider) DO UPDATE").
		Set("client_id = EXCLUDED.client_id").Set("secret = EXCLUDED.secret").Set("team_id = EXCLUDED.team_id").
		Set("team_name = EXCLUDED.team_name").Set("left_quota = EXCLUDED.left_quota").Set("members = EXCLUDED.members").
		Set("failure_code = EXCLUDED.failure_code").Set("failure_params = EXCLUDED.failure_params").
		Set("checked_at = EXCLUDED.checked_at").Set("updated_by = EXCLUDED.updated_by").Set("updated_at = EXCLUDED.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the account at ShowMeBug: %w", err)
	}
	return nil
}
