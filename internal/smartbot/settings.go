package smartbot

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
	"github.com/huimian/huimian/wecom"
)

// Limits of the input, in characters.
const (
	maxName  = 64
	maxBotID = 64
)

var (
	tokenPattern = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)
	keyPattern   = regexp.MustCompile(`^[A-Za-z0-9]{43}$`)
	botIDPattern = regexp.MustCompile(`^[A-Za-z0-9_@.-]*$`)
)

// Settings is a row of smart_bot_settings.
type Settings struct {
	bun.BaseModel `bun:"table:smart_bot_settings,alias:sbs"`

	CorpID           string     `bun:"corp_id,pk"`
	Enabled          bool       `bun:"enabled"`
	Name             string     `bun:"name"`
	BotID            string     `bun:"bot_id"`
	EncryptedSecrets []byte     `bun:"encrypted_secrets"`
	ReceivedAt       *time.Time `bun:"received_at"`
	Version          int        `bun:"version"` // 0 before the first change
	UpdatedBy        string     `bun:"updated_by"`
	UpdatedAt        time.Time  `bun:"updated_at"`
}

// HasSecrets reports whether Token and EncodingAESKey are stored.
func (c *Settings) HasSecrets() bool { return len(c.EncryptedSecrets) > 0 }

// secrets are the values of the bot's page in WeCom.
type secrets struct {
	Token          wecom.Secret
	EncodingAESKey wecom.Secret
}

// storedSecrets is the stored form of secrets: a Secret encodes as ***.
type storedSecrets struct {
	Token          string `json:"token"`
	EncodingAESKey string `json:"encodingAesKey"`
}

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
	err := q.NewSelect().Model(c).Where("sbs.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Settings{CorpID: corpID}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of the smart bot: %w", err)
	}
	return c, nil
}

// readEnabled returns the settings and secrets of a company's bot, nil for none or one that is turned off.
func (s *Service) readEnabled(ctx context.Context, corpID string) (*Settings, secrets, error) {
	c, err := s.readSettings(ctx, s.DB.DB, corpID)
	if err != nil || !c.Enabled {
		return nil, secrets{}, err
	}
	decrypted, err := s.decryptSecrets(c)
	return c, decrypted, err
}

func (s *Service) decryptSecrets(c *Settings) (secrets, error) {
	plain, err := s.Box.Decrypt(c.EncryptedSecrets, c.CorpID)
	if err != nil {
		return secrets{}, fmt.Errorf("decrypting Token and EncodingAESKey of the smart bot: %w: enter them again in the settings", err)
	}
	var stored storedSecrets
	if err := json.Unmarshal(plain, &stored); err != nil {
		return secrets{}, fmt.Errorf("decoding Token and EncodingAESKey of the smart bot: %w", err)
	}
	return secrets{wecom.Secret(stored.Token), wecom.Secret(stored.EncodingAESKey)}, nil
}

// Edit contains the settings to change. Empty secrets keep those that are stored.
type Edit struct {
	Enabled        bool
	Name           string
	BotID          string // empty: that of the next callback
	Token          wecom.Secret
	EncodingAESKey wecom.Secret
}

// UpdateSettings changes the settings. version is the one that the edit was made from, 0 for any. It
// requires an administrator.
func (s *Service) UpdateSettings(ctx context.Context, a actor.Actor, version int, edit Edit) (*Settings, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	edit.cleanFields()
	encrypted, err := s.encryptSecrets(a.CorpID, edit)
	if err != nil {
		return nil, err
	}
	return versioning.Settings[Settings]{
		Lock: "smart_bot/" + a.CorpID, Code: "smartbot.settings_changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Settings, error) { return s.readSettings(ctx, q, a.CorpID) },
		Version: func(c *Settings) int { return c.Version },
		Check:   func(c *Settings) error { return edit.checkFields(c) },
		Store:   func(ctx context.Context, tx *db.Tx, c, _ *Settings) error { return s.storeSettings(ctx, tx, a, c) },
	}.Update(ctx, s.DB, version, func(c *Settings) {
		c.Enabled, c.Name, c.BotID = edit.Enabled, edit.Name, edit.BotID
		if encrypted != nil {
			c.EncryptedSecrets, c.ReceivedAt = encrypted, nil
		}
	})
}

func (e *Edit) cleanFields() {
	e.BotID = validate.CleanIdentifier(e.BotID)
	e.Token, e.EncodingAESKey = wecom.Secret(validate.CleanIdentifier(string(e.Token))), wecom.Secret(validate.CleanIdentifier(string(e.EncodingAESKey)))
}

// checkFields checks an edit. c has the secrets of the edit, or those that were stored before.
func (e *Edit) checkFields(c *Settings) error {
	var errs validate.Errors
	given, incomplete := e.Token != "" || e.EncodingAESKey != "", e.Enabled && !c.HasSecrets()
	switch {
	case e.Token == "" && (given || incomplete):
		errs.Add("callbackToken", "smartbot.token_missing")
	case e.Token != "" && !tokenPattern.MatchString(string(e.Token)):
		errs.Add("callbackToken", "smartbot.token_invalid")
	}
	switch {
	case e.EncodingAESKey == "" && (given || incomplete):
		errs.Add("encodingAesKey", "smartbot.key_missing")
	case e.EncodingAESKey != "" && !keyPattern.MatchString(string(e.EncodingAESKey)):
		errs.Add("encodingAesKey", "smartbot.key_invalid")
	}
	errs.CheckLine("name", &c.Name, maxName)
	if len(e.BotID) > maxBotID || !botIDPattern.MatchString(e.BotID) {
		errs.Add("botId", "smartbot.bot_id_invalid")
	}
	return errs.Err(false)
}

// encryptSecrets returns nil for an edit without secrets.
func (s *Service) encryptSecrets(corpID string, e Edit) ([]byte, error) {
	if e.Token == "" || e.EncodingAESKey == "" {
		return nil, nil
	}
	plain, err := json.Marshal(storedSecrets{string(e.Token), string(e.EncodingAESKey)})
	if err != nil {
		return nil, fmt.Errorf("encoding Token and EncodingAESKey of the smart bot: %w", err)
	}
	return s.Box.Encrypt(plain, corpID), nil
}

func (s *Service) storeSettings(ctx context.Context, tx *db.Tx, a actor.Actor, c *Settings) error {
	c.Version, c.UpdatedBy, c.UpdatedAt = c.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (corp_id) DO UPDATE").
		Set("enabled = excluded.enabled, name = excluded.name, bot_id = excluded.bot_id, encrypted_secrets = excluded.encrypted_secrets, received_at = excluded.received_at").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the settings of the smart bot: %w", err)
	}
	state := map[bool]string{true: "on", false: "off"}
	return audit.Write(ctx, tx, s.now(), a, "smart_bot.settings", a.CorpID, audit.Data{"state": state[c.Enabled], "bot": c.BotID})
}

// recordCallback records that a callback of a bot was accepted. It reports false for another bot than
// that of the settings; the first callback names it. c is the settings by which it was decrypted.
func (s *Service) recordCallback(ctx context.Context, c *Settings, botID string) (accepted bool, err error) {
	if c.BotID != "" && c.BotID != botID {
		s.Logger.WarnContext(ctx, "callback of another smart bot ignored: correct the bot's id in the settings, or leave it empty", "bot", botID, "expected", c.BotID)
		return false, nil
	}
	now := s.now()
	if c.BotID != "" && c.ReceivedAt != nil && now.Sub(*c.ReceivedAt) < receivedInterval {
		return true, nil
	}
	if len(botID) > maxBotID || !botIDPattern.MatchString(botID) {
		botID = "" // unlike every id so far: bound to none
	}
	_, err = s.DB.NewUpdate().Model((*Settings)(nil)).Set("received_at = ?", now).Set("bot_id = CASE WHEN bot_id = '' THEN ? ELSE bot_id END", botID).
		Where("corp_id = ? AND version = ?", c.CorpID, c.Version).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("recording a callback of the smart bot: %w", err)
	}
	return true, nil
}

// ReencryptSecrets encrypts the stored secrets with the current key of the box.
func ReencryptSecrets(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "smart_bot_settings", Name: "encrypted_secrets", Key: "corp_id"}, box.Reencrypt)
}
