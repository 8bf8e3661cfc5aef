package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/db"
)

// SyncErrorEmpty is SyncState.Error of a synchronization that was refused because
// WeCom's answer was empty.
const SyncErrorEmpty = "account.contacts_empty"

var errContactsEmpty = errors.New(SyncErrorEmpty)

// ContactsEmptyArgs is the job that notifies the administrators that a synchronization
// was refused because WeCom's answer was empty.
type ContactsEmptyArgs struct {
	CorpID string `json:"corp_id"`
}

// Kind implements job.Args.
func (ContactsEmptyArgs) Kind() string { return "account_contacts_empty" }

// minLostMembers is the number of members in departments from which the loss of all of
// them at once is refused. The last few may really have left.
const minLostMembers = 3

// checkNotEmpty refuses contacts that are empty although members are active. WeCom
// answers so after a mistake in the visible range or in the application's permissions,
// and to apply it would sign out the whole company. It checks three answers: no members
// at all; no departments although the visible range has some; and departments of which
// none has members any more. A range that consists of members and tags is not refused.
func (s *Service) checkNotEmpty(ctx context.Context, tx *db.Tx, c *contacts) error {
	var had struct{ Active, Departments, InDepartments int }
	err := tx.NewRaw(`SELECT (SELECT COUNT(*) FROM members WHERE corp_id = ?0 AND active) AS active,
		(SELECT COUNT(*) FROM departments WHERE corp_id = ?0) AS departments,
		(SELECT COUNT(*) FROM members AS m WHERE m.corp_id = ?0 AND m.active AND EXISTS (SELECT 1 FROM member_departments AS md
			WHERE md.corp_id = m.corp_id AND md.user_id = m.user_id
			AND md.department_id IN (SELECT department_id FROM departments WHERE corp_id = ?0))) AS in_departments`, s.Corp.ID).Scan(ctx, &had)
	if err != nil {
		return fmt.Errorf("counting the members: %w", err)
	}
	onlyMembers := len(c.agent.AllowParties) == 0 && len(c.agent.AllowUsers)+len(c.agent.AllowTags) > 0
	switch {
	case had.Active > 0 && len(c.users) == 0:
		return errContactsEmpty
	case onlyMembers:
		return nil
	case had.Departments > 0 && len(c.departments) == 0, had.InDepartments >= minLostMembers && c.inDepartments == 0:
		return errContactsEmpty
	}
	return nil
}

// notifyContactsEmpty queues the notification of the administrators, once until a
// synchronization has another result.
func (s *Service) notifyContactsEmpty(ctx context.Context, tx *db.Tx) error {
	if s.Queue == nil {
		return nil
	}
	var last string
	if err := tx.NewRaw("SELECT sync_error FROM corps WHERE corp_id = ?", s.Corp.ID).Scan(ctx, &last); err != nil {
		return fmt.Errorf("reading the synchronization state: %w", err)
	}
	if last == SyncErrorEmpty {
		return nil
	}
	return s.Queue.Insert(ctx, tx, ContactsEmptyArgs{CorpID: s.Corp.ID})
}
