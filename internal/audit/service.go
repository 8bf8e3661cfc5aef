package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/validate"
)

// Service is the audit log as administrators read it. All fields but Now are required.
type Service struct {
	DB      *db.DB
	Members member.Lookup // returns the names of the members in the entries
	Chain   *Chain
	Now     func() time.Time
}

// NamedEntry is an entry with its member.
type NamedEntry struct {
	Entry

	By member.Member // the zero Member for the system
}

// Token returns the id of the API token with which the operation was made, or "".
func (e Entry) Token() string { return e.Data[tokenField] }

// Details returns the data without the token.
func (e Entry) Details() Data {
	out := Data{}
	for name, value := range e.Data {
		if name != tokenField {
			out[name] = value
		}
	}
	return out
}

// mayRead allows administrators to read the log.
func mayRead(a actor.Actor) error {
	return a.Require(actor.ReadAudit)
}

// List returns a page of the entries that a filter selects, newest first, and the cursor
// of the next page. It requires an administrator. Limit of the filter is ignored.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter, page pagination.Page) ([]NamedEntry, string, error) {
	if err := mayRead(a); err != nil {
		return nil, "", err
	}
	f, err := s.cleanFields(ctx, a.CorpID, f)
	if err != nil {
		return nil, "", err
	}
	return s.readPage(ctx, a.CorpID, f, page)
}

func (s *Service) readPage(ctx context.Context, corpID string, f Filter, page pagination.Page) ([]NamedEntry, string, error) {
	list := []Entry{}
	query := f.addTo(s.DB.NewSelect().Model(&list), corpID)
	if err := page.ApplyCursor(query, "al", "at", true); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("reading the audit log: %w", err)
	}
	list, next := pagination.Cut(page, list, func(e Entry) (time.Time, string) { return e.At, e.ID })
	ids := make([]string, 0, len(list))
	for n := range list {
		if list[n].UserID != "" {
			ids = append(ids, list[n].UserID)
		}
	}
	byID, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return nil, "", err
	}
	named := make([]NamedEntry, len(list))
	for n := range list {
		named[n] = NamedEntry{list[n], byID(list[n].UserID)}
	}
	return named, next, nil
}

// cleanFields removes characters that the database does not store, and spells the userid as the
// entries do.
func (s *Service) cleanFields(ctx context.Context, corpID string, f Filter) (Filter, error) {
	for _, field := range []*string{&f.UserID, &f.Action, &f.ObjectID, &f.TokenID} {
		*field = validate.CleanIdentifier(*field)
	}
	var err error
	f.UserID, err = s.Members.StoredUserID(ctx, corpID, f.UserID)
	return f, err
}
