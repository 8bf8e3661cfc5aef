package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// EndpointState is the state of an endpoint. disabled: switched off by an
// administrator; events skip it. paused: no success for days; its deliveries
// are held until it is enabled.
type EndpointState string

const (
	Enabled  EndpointState = "enabled"
	Disabled EndpointState = "disabled"
	Paused   EndpointState = "paused"
)

// Limits of the input.
const (
	maxEndpoints   = 20 // per company
	maxURL         = 2000
	maxDescription = 200
	secretBytes    = 32 // the specification requires 24 to 64
	secretPrefix   = "whsec_"
)

// Endpoint is a URL that receives events.
type Endpoint struct {
	bun.BaseModel `bun:"table:webhook_endpoints,alias:w"`

	ID             string        `bun:",pk"`
	CorpID         string        `bun:"corp_id"`
	URL            string        `bun:"url"`
	EventTypes     []string      `bun:"event_types"` // empty: all
	Description    string        `bun:"description"`
	State          EndpointState `bun:"state"`
	Secret         []byte        `bun:"secret"` // encrypted
	OldSecret      []byte        `bun:"old_secret"`
	OldSecretUntil *time.Time    `bun:"old_secret_until"`
	FailingSince   *time.Time    `bun:"failing_since"`
	PausedAt       *time.Time    `bun:"paused_at"`
	CreatedBy      string        `bun:"created_by"`
	CreatedAt      time.Time     `bun:"created_at"`
	UpdatedAt      time.Time     `bun:"updated_at"`
	Version        int           `bun:"version"` // 1 when created, grows with each change by an administrator
}

// acceptsEvent reports whether the endpoint receives events of the type.
func (e *Endpoint) acceptsEvent(eventType string) bool {
	return len(e.EventTypes) == 0 || slices.Contains(e.EventTypes, eventType)
}

// Input is the editable part of an endpoint.
type Input struct {
	URL         string
	EventTypes  []string
	Description string
	State       EndpointState // Enabled or Disabled; a paused endpoint may stay Paused
}

// List returns the company's endpoints, oldest first. It requires an
// administrator, as does every operation on endpoints.
func (s *Service) List(ctx context.Context, a actor.Actor) ([]Endpoint, error) {
	if err := requireEdit(a); err != nil {
		return nil, err
	}
	list := []Endpoint{}
	if err := s.DB.NewSelect().Model(&list).Where("w.corp_id = ?", a.CorpID).Order("w.created_at", "w.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing webhooks: %w", err)
	}
	return list, nil
}

// Get returns an endpoint of the company, or NotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Endpoint, error) {
	if err := requireEdit(a); err != nil {
		return nil, err
	}
	return readEndpoint(ctx, s.DB.DB, a.CorpID, id)
}

func readEndpoint(ctx context.Context, q bun.IDB, corpID, id string) (*Endpoint, error) {
	e := new(Endpoint)
	err := q.NewSelect().Model(e).Where("w.corp_id = ? AND w.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading webhook %s: %w", id, err)
	}
	return e, nil
}

// Create creates an endpoint and returns its secret, which cannot be read
// again.
func (s *Service) Create(ctx context.Context, a actor.Actor, in Input) (*Endpoint, string, error) {
	if err := requireEdit(a); err != nil {
		return nil, "", err
	}
	now := s.now()
	e := &Endpoint{ID: db.NewID(), CorpID: a.CorpID, CreatedBy: a.UserID, CreatedAt: now, UpdatedAt: now, Version: 1}
	if err := s.applyInput(e, in); err != nil {
		return nil, "", err
	}
	secret := newSecret()
	e.Secret = s.Box.Encrypt([]byte(secret), e.ID)
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"webhook_endpoints/" + a.CorpID}); err != nil {
			return err // the count would not see an endpoint that is created at the same time
		}
		n, err := tx.NewSelect().Model((*Endpoint)(nil)).Where("w.corp_id = ?", a.CorpID).Count(ctx)
		if err != nil {
			return fmt.Errorf("counting webhooks: %w", err)
		}
		if n >= maxEndpoints {
			return apperr.New(apperr.Conflict, "webhook.too_many", "Limit", maxEndpoints)
		}
		if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
			return fmt.Errorf("storing a webhook: %w", err)
		}
		return audit.Write(ctx, tx, s.now(), a, "webhook.create", e.ID, e.auditData())
	})
	if err != nil {
		return nil, "", err
	}
	return e, secret, nil
}

// Update changes an endpoint by edit. version is the one that the edit was made
// from, 0 for any; when another is stored, Update returns a Conflict and the
// stored endpoint. Enabling a paused endpoint sends the deliveries that wait.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Input)) (*Endpoint, error) {
	e, err := s.withLockedEndpoint(ctx, a, id, "webhook.update", func(ctx context.Context, tx *db.Tx, e *Endpoint) error {
		if err := versioning.Check("webhook.changed_meanwhile", version, e.Version); err != nil {
			return err
		}
		was := e.State
		before := e.editableInput()
		in := before
		edit(&in)
		if err := s.applyInput(e, in); err != nil {
			return err
		}
		if reflect.DeepEqual(e.editableInput(), before) {
			return errUnchanged
		}
		if was == e.State {
			return nil
		}
		e.PausedAt = nil
		switch {
		case e.State == Disabled:
			return s.failWaitingDeliveries(ctx, tx, e)
		case was == Paused:
			return s.resumeDeliveries(ctx, tx, e)
		}
		return nil
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Endpoint, error) { return s.Get(ctx, a, id) })
	}
	return e, nil
}

// editableInput returns the editable part of the row.
func (e *Endpoint) editableInput() Input {
	return Input{URL: e.URL, EventTypes: e.EventTypes, Description: e.Description, State: e.State}
}

// errUnchanged ends a change that leaves an endpoint as it is.
var errUnchanged = errors.New("the endpoint is unchanged")

// Delete deletes an endpoint and its deliveries.
func (s *Service) Delete(ctx context.Context, a actor.Actor, id string) error {
	if err := requireEdit(a); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockToDelete(ctx, (*Endpoint)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
			return err
		}
		e, err := readEndpoint(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		_, err = tx.NewDelete().Model((*Endpoint)(nil)).Where("corp_id = ? AND id = ?", a.CorpID, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("deleting webhook %s: %w", id, err)
		}
		return audit.Write(ctx, tx, s.now(), a, "webhook.delete", id, e.auditData())
	})
}

// Rotate replaces the secret of an endpoint and returns the new one, which
// cannot be read again. For a day, requests are signed with the old secret too.
func (s *Service) Rotate(ctx context.Context, a actor.Actor, id string) (*Endpoint, string, error) {
	secret := newSecret()
	e, err := s.withLockedEndpoint(ctx, a, id, "webhook.rotate", func(_ context.Context, _ *db.Tx, e *Endpoint) error {
		until := s.now().Add(rotationFor)
		e.OldSecret, e.OldSecretUntil = e.Secret, &until
		e.Secret = s.Box.Encrypt([]byte(secret), e.ID)
		return nil
	})
	return e, secret, err
}

// withLockedEndpoint runs fn on an endpoint under its lock and stores the
// endpoint.
func (s *Service) withLockedEndpoint(ctx context.Context, a actor.Actor, id, act string, fn func(ctx context.Context, tx *db.Tx, e *Endpoint) error) (*Endpoint, error) {
	if err := requireEdit(a); err != nil {
		return nil, err
	}
	var e *Endpoint
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if e, err = lockEndpoint(ctx, tx, a.CorpID, id); err != nil {
			return err
		}
		if err := fn(ctx, tx, e); errors.Is(err, errUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		e.UpdatedAt = s.now()
		e.Version++
		if err := storeEndpoint(ctx, tx, e); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, act, id, e.auditData())
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// lockEndpoint reads an endpoint under its lock. A transaction that also locks
// a delivery locks the endpoint first, as a deletion does.
func lockEndpoint(ctx context.Context, tx *db.Tx, corpID, id string) (*Endpoint, error) {
	if err := tx.Lock(ctx, (*Endpoint)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
		return nil, err
	}
	return readEndpoint(ctx, tx, corpID, id)
}

func storeEndpoint(ctx context.Context, tx *db.Tx, e *Endpoint) error {
	if _, err := tx.NewUpdate().Model(e).WherePK().Where("corp_id = ?", e.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing webhook %s: %w", e.ID, err)
	}
	return nil
}

// auditData returns what the audit log records: of the URL the host only, since
// paths are often secrets.
func (e *Endpoint) auditData() audit.Data {
	return audit.Data{"host": e.hostName(), "state": string(e.State), "types": strings.Join(e.EventTypes, " ")}
}

func (e *Endpoint) hostName() string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return "?" // unreachable: the URL was checked
	}
	return u.Host
}

// applyInput copies the input to the endpoint, or returns all its errors.
func (s *Service) applyInput(e *Endpoint, in Input) error {
	var fields []apperr.FieldError
	in.URL = validate.CleanIdentifier(in.URL)
	if code := s.checkURL(in.URL); code != "" {
		fields = append(fields, apperr.NewFieldError("url", code, "Limit", maxURL))
	}
	types := []string{}
	for n, t := range in.EventTypes {
		if !event.IsType(t) {
			fields = append(fields, apperr.NewFieldError(fmt.Sprintf("eventTypes[%d]", n), "field.not_one_of"))
		} else if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	if in.State != Enabled && in.State != Disabled && in.State != e.State {
		fields = append(fields, apperr.NewFieldError("state", "field.not_one_of"))
	}
	in.Description = validate.CleanLine(in.Description)
	if utf8.RuneCountInString(in.Description) > maxDescription {
		fields = append(fields, apperr.NewFieldError("description", "field.too_long", "Limit", maxDescription))
	}
	if len(fields) > 0 {
		return apperr.InvalidFields(fields)
	}
	e.URL, e.EventTypes, e.Description, e.State = in.URL, types, in.Description, in.State
	return nil
}

// checkURL returns the text id of what is wrong with a URL, "" for nothing. The
// resolved address is checked at each request.
func (s *Service) checkURL(value string) string {
	u, err := url.Parse(value)
	switch {
	case value == "":
		return "field.required"
	case len(value) > maxURL:
		return "field.too_long"
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return "webhook.bad_url"
	case u.Scheme != "https" && (!s.AllowPrivate || u.Scheme != "http"):
		return "field.not_https"
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !s.AllowPrivate && !isPublicAddress(ip) {
		return "webhook.not_public"
	}
	return ""
}

func newSecret() string {
	raw := make([]byte, secretBytes)
	_, _ = rand.Read(raw) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(raw)
}
