package customerservice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
	"github.com/huimian/huimian/wecom"
)

// scene names the links of this program in WeCom's statistics. With a scene, WeCom returns the token
// of a link in the event of its opening.
const scene = "huimian"

// maxAccounts limits the accounts of a company that are listed; pageSize is WeCom's limit of a page.
const (
	maxAccounts  = 500
	pageSize     = 100
	maxAccountID = 64
)

// Settings is a row of customer_service_settings.
type Settings struct {
	bun.BaseModel `bun:"table:customer_service_settings,alias:css"`

	CorpID      string    `bun:"corp_id,pk"`
	Enabled     bool      `bun:"enabled"`
	OpenKFID    string    `bun:"open_kfid"`
	AccountName string    `bun:"account_name"`
	URL         string    `bun:"url"`
	Version     int       `bun:"version"` // 0 before the first change
	UpdatedBy   string    `bun:"updated_by"`
	UpdatedAt   time.Time `bun:"updated_at"`

	// ReadAt is when messages were read last, nil for never. Failure is why WeCom refuses the calls, nil if it does not. They are
	// read beside the row.
	ReadAt  *time.Time     `bun:"-"`
	Failure *apperr.Reason `bun:"-"`
}

// IsActive reports whether candidates get links.
func (c *Settings) IsActive() bool { return c.Enabled && c.URL != "" }

// Settings returns the company's settings.
func (s *Service) Settings(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := a.Require(actor.ReadSettings); err != nil {
		return nil, err
	}
	return s.readSettings(ctx, s.DB.DB, a.CorpID)
}

// State returns the settings without a check of permissions, for the state of the installation.
func (s *Service) State(ctx context.Context, corpID string) (*Settings, error) {
	return s.readSettings(ctx, s.DB.DB, corpID)
}

func (s *Service) readSettings(ctx context.Context, q bun.IDB, corpID string) (*Settings, error) {
	c := new(Settings)
	err := q.NewSelect().Model(c).Where("css.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Settings{CorpID: corpID}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of customer service: %w", err)
	}
	a, err := readAccountRow(ctx, q, corpID, c.OpenKFID)
	if err != nil {
		return nil, err
	}
	if a != nil {
		c.ReadAt = a.ReadAt
	}
	if a != nil && a.FailureCode != "" {
		c.Failure = &apperr.Reason{Code: a.FailureCode, Params: map[string]any{"Errcode": a.FailureErrcode}}
	}
	return c, nil
}

// Account is an account of the company in WeCom.
type Account struct {
	OpenKFID string
	Name     string
	Granted  bool // the application may receive and send its messages
}

// ListAccounts returns the company's accounts from WeCom. It requires an administrator.
func (s *Service) ListAccounts(ctx context.Context, a actor.Actor) ([]Account, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	list := []Account{}
	for len(list) < maxAccounts {
		page, err := s.Client.KF.ListAccounts(ctx, len(list), pageSize)
		if err != nil {
			return nil, newCallError(err)
		}
		for _, k := range page {
			list = append(list, Account{OpenKFID: k.OpenKFID, Name: k.Name, Granted: k.ManagePrivilege})
		}
		if len(page) < pageSize {
			break
		}
	}
	return list, nil
}

// Edit contains the settings to change.
type Edit struct {
	Enabled  bool
	OpenKFID string
}

// UpdateSettings changes the settings after WeCom has confirmed that the application may use the
// account. version is the one that the edit was made from, 0 for any. It requires an administrator.
func (s *Service) UpdateSettings(ctx context.Context, a actor.Actor, version int, edit Edit) (*Settings, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	edit.OpenKFID = validate.CleanIdentifier(edit.OpenKFID)
	if err := edit.checkFields(); err != nil {
		return nil, err
	}
	next := Settings{Enabled: edit.Enabled, OpenKFID: edit.OpenKFID}
	if edit.Enabled {
		var err error
		if next.AccountName, next.URL, err = s.findAccount(ctx, a, edit.OpenKFID); err != nil {
			return nil, err
		}
	}
	return versioning.Settings[Settings]{
		Lock: "customer_service/" + a.CorpID, Code: "customer_service.settings_changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Settings, error) { return s.readSettings(ctx, q, a.CorpID) },
		Version: func(c *Settings) int { return c.Version },
		Check:   func(*Settings) error { return nil },
		Store:   func(ctx context.Context, tx *db.Tx, c, _ *Settings) error { return s.storeSettings(ctx, tx, a, c) },
		Commit:  func(ctx context.Context, tx *db.Tx, c *Settings) error { return s.startReading(ctx, tx, c) },
	}.Update(ctx, s.DB, version, func(c *Settings) {
		if c.OpenKFID == next.OpenKFID && !next.Enabled {
			next.AccountName, next.URL = c.AccountName, c.URL
		}
		c.Enabled, c.OpenKFID, c.AccountName, c.URL = next.Enabled, next.OpenKFID, next.AccountName, next.URL
	})
}

func (e Edit) checkFields() error {
	var c validate.Errors
	switch {
	case e.OpenKFID == "" && e.Enabled:
		c.Add("openKfId", "customer_service.account_missing")
	case e.OpenKFID != "" && (!strings.HasPrefix(e.OpenKFID, "wk") || len(e.OpenKFID) > maxAccountID):
		c.Add("openKfId", "customer_service.account_invalid")
	}
	return c.Err(false)
}

// findAccount returns the name of an account and its URL for links, or why the application cannot use it.
func (s *Service) findAccount(ctx context.Context, a actor.Actor, openKFID string) (name, url string, err error) {
	list, err := s.ListAccounts(ctx, a)
	if err != nil {
		return "", "", err
	}
	for _, k := range list {
		if k.OpenKFID != openKFID {
			continue
		}
		if !k.Granted {
			return "", "", apperr.New(apperr.Conflict, "customer_service.not_granted")
		}
		url, err := s.Client.KF.GetAccountLink(ctx, openKFID, scene)
		if err != nil {
			return "", "", newCallError(err)
		}
		return k.Name, url, nil
	}
	var c validate.Errors
	c.Add("openKfId", "customer_service.account_unknown")
	return "", "", c.Err(false)
}

func (s *Service) storeSettings(ctx context.Context, tx *db.Tx, a actor.Actor, c *Settings) error {
	c.Version, c.UpdatedBy, c.UpdatedAt = c.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (corp_id) DO UPDATE").
		Set("enabled = excluded.enabled, open_kfid = excluded.open_kfid, account_name = excluded.account_name, url = excluded.url").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the settings of customer service: %w", err)
	}
	state := map[bool]string{true: "on", false: "off"}
	return audit.Write(ctx, tx, s.now(), a, "customer_service.settings", a.CorpID, audit.Data{"state": state[c.Enabled], "account": c.OpenKFID})
}

// startReading creates the row of the account, and reads it at once: a former failure ends if WeCom
// accepts the call.
func (s *Service) startReading(ctx context.Context, tx *db.Tx, c *Settings) error {
	if !c.IsActive() {
		return nil
	}
	first := &account{ID: db.NewID(), CorpID: c.CorpID, OpenKFID: c.OpenKFID, Since: s.now()}
	if _, err := tx.NewInsert().Model(first).On("CONFLICT (corp_id, open_kfid) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("storing a customer service account: %w", err)
	}
	return s.Queue.Insert(ctx, tx, ReadArgs{CorpID: c.CorpID, OpenKFID: c.OpenKFID})
}

// Errcodes by which WeCom refuses all calls of the application, or those about the account.
var (
	notPermitted   = []int{48001, 48002, 48007, 95011, 95012, 95017}
	untrustedIP    = []int{60020}
	unknownAccount = []int{95000, 95004}
)

// failureOf returns the text id of a failure that an administrator must end, "" for another one, and
// the errcode.
func failureOf(err error) (code string, errcode int) {
	if e, ok := errors.AsType[*wecom.Error](err); ok {
		errcode = e.Code
	}
	switch class := wecom.ClassOf(err); {
	case wecom.IsCode(err, notPermitted...):
		return "customer_service.not_permitted", errcode
	case wecom.IsCode(err, untrustedIP...):
		return "customer_service.untrusted_ip", errcode
	case wecom.IsCode(err, unknownAccount...):
		return "customer_service.account_deleted", errcode
	case class == wecom.ClassConfig, class == wecom.ClassPermission:
		return "customer_service.refused", errcode
	default:
		return "", errcode
	}
}

// newCallError returns the error of an operation that had to call WeCom.
func newCallError(err error) error {
	code, errcode := failureOf(err)
	kind := apperr.Conflict
	if code == "" {
		kind = apperr.Unavailable
	}
	return apperr.New(kind, cmp.Or(code, "customer_service.unavailable"), "Errcode", errcode).WithCause(err)
}
