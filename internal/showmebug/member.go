package showmebug

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
	api "github.com/huimian/huimian/showmebug"
)

// MemberState is the state of a member at ShowMeBug.
type MemberState string

const (
	MemberPending        MemberState = "pending"         // not sent to ShowMeBug yet
	MemberMapped         MemberState = "mapped"          // a member of the team
	MemberMissingContact MemberState = "missing_contact" // without e-mail address and mobile number
	MemberFailed         MemberState = "failed"          // rejected by ShowMeBug
)

// Where a member's e-mail and mobile number are from.
const (
	contactFromWeCom = "wecom"
	contactEntered   = "entered"
)

// Member is a row of showmebug_members. WeCom's userid is the uid at ShowMeBug.
type Member struct {
	bun.BaseModel `bun:"table:showmebug_members,alias:pm"`

	CorpID        string         `bun:"corp_id,pk"`
	Provider      string         `bun:"provider,pk"`
	UserID        string         `bun:"user_id,pk"`
	Email         string         `bun:"email"`
	Mobile        string         `bun:"mobile"`
	Source        string         `bun:"source"`
	State         MemberState    `bun:"state"`
	ExternalID    string         `bun:"external_id"`
	FailureCode   string         `bun:"failure_code"`
	FailureParams map[string]any `bun:"failure_params,type:jsonb"`
	Version       int            `bun:"version"` // of Email and Mobile; 0: not stored
	UpdatedAt     time.Time      `bun:"updated_at"`

	// Read beside the row.
	Person member.Member `bun:"-"`
}

// Failure returns the reason why the member is not mapped; nil without one.
func (m *Member) Failure() *apperr.Reason { return roomFailure(m.FailureCode, m.FailureParams) }

func (m *Member) hasContact() bool { return m.Email != "" || m.Mobile != "" }

// MemberFilter chooses members.
type MemberFilter struct {
	pagination.Page

	State MemberState // "" is all
}

// Members lists the interviewers of interviews at ShowMeBug and those whose
// address was entered, by userid.
func (s *Service) Members(ctx context.Context, a actor.Actor, f MemberFilter) ([]Member, string, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, "", err
	}
	var list []Member
	q := s.DB.NewSelect().Model(&list).Where("pm.corp_id = ? AND pm.provider = ?", a.CorpID, providerName)
	if f.State != "" {
		q.Where("pm.state = ?", f.State)
	}
	if err := f.ApplyTextCursor(q, "pm.user_id"); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing the members at ShowMeBug: %w", err)
	}
	list, next := pagination.CutText(f.Page, list, func(m Member) string { return m.UserID })
	return list, next, s.loadMemberNames(ctx, a.CorpID, list)
}

// loadMemberNames fills in the members' names.
func (s *Service) loadMemberNames(ctx context.Context, corpID string, list []Member) error {
	ids := make([]string, len(list))
	for n, m := range list {
		ids[n] = m.UserID
	}
	people, err := s.Interviews.Members(ctx, corpID, ids)
	if err != nil {
		return fmt.Errorf("reading members: %w", err)
	}
	for n := range list {
		list[n].Person = member.Member{UserID: list[n].UserID, Name: list[n].UserID}
		if p, ok := people[list[n].UserID]; ok {
			list[n].Person = p
		}
	}
	return nil
}

// SetMemberContact stores the contact of a member and sends it to ShowMeBug. version is that of
// the contact which was edited, 0 for any; when another is stored, SetMemberContact returns a
// Conflict and the stored member. Rooms that were waiting for the contact are tried again. Only an
// administrator may.
func (s *Service) SetMemberContact(ctx context.Context, a actor.Actor, userID string, version int, email, mobile string) (*Member, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	email, mobile = validate.CleanEmail(email), validate.CleanMobile(mobile)
	if err := validateContact(email, mobile); err != nil {
		return nil, err
	}
	m, err := s.loadMember(ctx, a.CorpID, userID)
	if err != nil {
		return nil, err
	}
	if err := m.checkVersion(version); err != nil {
		return m, err
	}
	m.Email, m.Mobile, m.Source = email, mobile, contactEntered
	m.State, m.ExternalID, m.FailureCode, m.FailureParams = MemberPending, "", "", map[string]any{}
	s.mapMember(ctx, m)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"showmebug_member/" + a.CorpID + "/" + m.UserID}); err != nil {
			return err
		}
		stored, err := readMember(ctx, tx, a.CorpID, m.UserID)
		if err != nil {
			return err
		}
		if err := stored.checkVersion(version); err != nil {
			return err
		}
		m.UpdatedAt = s.now()
		if _, err := upsertMember(tx, m).Exec(ctx); err != nil {
			return fmt.Errorf("storing a member at ShowMeBug: %w", err)
		}
		if err := m.readVersion(ctx, tx); err != nil {
			return err
		}
		return s.recordChange(ctx, tx, a, m, "showmebug.contact")
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Member, error) { return s.loadMember(ctx, a.CorpID, userID) })
	}
	return m, nil
}

func (m *Member) checkVersion(edited int) error {
	return versioning.Check("provider.contact_changed_meanwhile", edited, m.Version)
}

// SyncMember fetches a member's contact from WeCom, unless one was entered, and
// sends it to ShowMeBug. A contact that is entered meanwhile stays. Only an administrator may.
func (s *Service) SyncMember(ctx context.Context, a actor.Actor, userID string) (*Member, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	m, err := s.loadMember(ctx, a.CorpID, userID)
	if err != nil {
		return nil, err
	}
	if m.Source != contactEntered {
		m.Email, m.Mobile = "", "" // as WeCom has them now
	}
	if err := s.fetchContact(ctx, m); err != nil {
		return nil, err
	}
	s.mapMember(ctx, m)
	return m, s.storeMemberIfUnchanged(ctx, m, func(ctx context.Context, tx *db.Tx) error {
		return s.recordChange(ctx, tx, a, m, "showmebug.sync")
	})
}

// mapMember adds a member with a contact to the ShowMeBug team. An error is logged: a job tries
// again.
func (s *Service) mapMember(ctx context.Context, m *Member) {
	if !m.hasContact() {
		m.State = MemberMissingContact
		return
	}
	m.State = MemberPending
	c, err := s.connectionFor(ctx, m.CorpID)
	if err == nil {
		err = addToTeam(ctx, c, m)
	}
	if err != nil {
		s.Logger.WarnContext(ctx, "adding a member to the ShowMeBug team failed", "corp", m.CorpID, "user", m.UserID, "error", err)
	}
}

// recordChange writes the audit entry of a stored member, and retries the rooms that may have
// failed for lack of the contact.
func (s *Service) recordChange(ctx context.Context, tx *db.Tx, a actor.Actor, m *Member, act string) error {
	if err := audit.Write(ctx, tx, s.now(), a, act, m.UserID, nil); err != nil {
		return err
	}
	return s.Interviews.Rooms().RetryFailed(ctx, tx, a.CorpID, RoomKind)
}

var phonePattern = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{4,30}$`)

func validateContact(email, mobile string) error {
	var c validate.Errors
	if email == "" && mobile == "" {
		c.Add("email", "provider.contact_missing")
	}
	if email != "" {
		c.CheckEmail("email", email)
	}
	if mobile != "" && !phonePattern.MatchString(mobile) {
		c.Add("mobile", "field.not_mobile")
	}
	return c.Err(false)
}

// loadMember reads a member of the company, with an empty row when ShowMeBug has
// nothing to do with them yet.
func (s *Service) loadMember(ctx context.Context, corpID, userID string) (*Member, error) {
	people, err := s.Interviews.Members(ctx, corpID, []string{userID})
	if err != nil {
		return nil, fmt.Errorf("reading members: %w", err)
	}
	p, ok := people[userID]
	if !ok {
		return nil, apperr.NewNotFound()
	}
	m, err := readMember(ctx, s.DB.DB, corpID, p.UserID)
	if err != nil {
		return nil, err
	}
	m.Person = p
	return m, nil
}

// readMember reads the row of a member, an empty one if there is none.
func readMember(ctx context.Context, q bun.IDB, corpID, userID string) (*Member, error) {
	m := new(Member)
	err := q.NewSelect().Model(m).Where("pm.corp_id = ? AND pm.provider = ? AND pm.user_id = ?", corpID, providerName, userID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Member{CorpID: corpID, Provider: providerName, UserID: userID, State: MemberPending, FailureParams: map[string]any{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a member at ShowMeBug: %w", err)
	}
	return m, nil
}

func (m *Member) readVersion(ctx context.Context, tx *db.Tx) error {
	if err := tx.NewSelect().Model(m).Column("version").WherePK().Scan(ctx); err != nil {
		return fmt.Errorf("reading the version of a member at ShowMeBug: %w", err)
	}
	return nil
}

// storeMemberIfUnchanged stores the row of a member and runs fn, unless the row has changed since
// it was read: the contact that an administrator enters during a request to WeCom or
// ShowMeBug stays, and m becomes the stored row.
func (s *Service) storeMemberIfUnchanged(ctx context.Context, m *Member, fn func(context.Context, *db.Tx) error) error {
	readAt := m.UpdatedAt
	m.UpdatedAt = s.now()
	changed := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		res, err := upsertMember(tx, m).Where("pm.updated_at = ?", db.Time(readAt)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing a member at ShowMeBug: %w", err)
		}
		n, err := res.RowsAffected()
		if changed = n == 0; changed || err != nil {
			return err
		}
		if err := m.readVersion(ctx, tx); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
	if err != nil || !changed {
		return err
	}
	stored, err := s.loadMember(ctx, m.CorpID, m.UserID)
	if err != nil {
		return err
	}
	*m = *stored
	return nil
}

// upsertMember stores a member. The version grows if the contact differs from the stored one.
func upsertMember(tx *db.Tx, m *Member) *bun.InsertQuery {
	m.Version = max(m.Version, 1)
	return tx.NewInsert().Model(m).On("CONFLICT (corp_id, provider, user_id) DO UPDATE").
		Set("email = EXCLUDED.email").Set("mobile = EXCLUDED.mobile").Set("source = EXCLUDED.source").Set("state = EXCLUDED.state").
		Set("external_id = EXCLUDED.external_id").Set("failure_code = EXCLUDED.failure_code").
		Set("failure_params = EXCLUDED.failure_params").Set("updated_at = EXCLUDED.updated_at").
		Set("version = pm.version + CASE WHEN pm.email <> EXCLUDED.email OR pm.mobile <> EXCLUDED.mobile THEN 1 ELSE 0 END")
}

// fetchContact fetches a missing contact from WeCom. WeCom returns e-mail and mobile
// number only where the member has agreed: nothing is an answer, too.
func (s *Service) fetchContact(ctx context.Context, m *Member) error {
	if m.hasContact() || s.LookUpContact == nil {
		return nil
	}
	email, mobile, err := s.LookUpContact(ctx, m.CorpID, m.UserID)
	if err != nil {
		return apperr.New(apperr.Unavailable, "provider.contact_unknown", "Name", m.Person.Name).WithCause(err)
	}
	if email != "" || mobile != "" {
		m.Email, m.Mobile, m.Source, m.State = email, mobile, contactFromWeCom, MemberPending
	}
	return nil
}

// addToTeam makes a member of the team; one who is one already is found by their
// address. Interviews need no membership, so that a refusal is noted and stops
// nothing. The error is that ShowMeBug was unavailable.
func addToTeam(ctx context.Context, c *connection, m *Member) error {
	if m.State == MemberMapped {
		return nil
	}
	added, err := c.Team.AddMember(ctx, api.NewMember{UID: m.UserID, Name: m.Person.Name, Email: m.Email, Phone: m.Mobile})
	if apperr.KindOf(toAppError(err)) == apperr.Unavailable {
		m.FailureCode, m.FailureParams = failureDetails(err)
		return toAppError(err)
	}
	m.State, m.FailureCode, m.FailureParams = MemberMapped, "", map[string]any{}
	if err == nil {
		if added.ID != 0 {
			m.ExternalID = strconv.FormatInt(added.ID, 10)
		}
		return nil
	}
	if known := findTeamMember(ctx, c, m); known != "" {
		m.ExternalID = known
		return nil
	}
	m.State = MemberFailed
	m.FailureCode, m.FailureParams = failureDetails(err)
	return nil
}

// findTeamMember returns the id of the only team member with the e-mail address or
// the mobile number; "" when there is none.
func findTeamMember(ctx context.Context, c *connection, m *Member) string {
	for _, search := range []api.MemberSearch{{Email: m.Email}, {Phone: m.Mobile}} {
		if search == (api.MemberSearch{}) {
			continue
		}
		team, err := c.Team.Me(ctx, search)
		if err == nil && len(team.Members) == 1 {
			return strconv.FormatInt(team.Members[0].ID, 10)
		}
	}
	return ""
}

// resolveInterviewers returns the interviewers for a request to ShowMeBug, each
// with a contact.
func (s *Service) resolveInterviewers(ctx context.Context, c *connection, interviewers []interview.Interviewer) ([]api.Interviewer, error) {
	var people []api.Interviewer
	var missing []string
	for _, interviewer := range interviewers {
		m, err := s.loadMember(ctx, c.corpID, interviewer.UserID)
		if apperr.KindOf(err) == apperr.NotFound {
			missing = append(missing, interviewer.UserID)
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := s.prepareMember(ctx, c, m); err != nil {
			return nil, err
		}
		if !m.hasContact() {
			missing = append(missing, m.Person.Name)
			continue
		}
		people = append(people, api.Interviewer{UID: m.UserID, Name: m.Person.Name, Email: m.Email, Phone: m.Mobile})
	}
	if len(missing) > 0 {
		return nil, apperr.New(apperr.Conflict, "provider.member_contact", "Names", strings.Join(missing, ", "))
	}
	return people, nil
}

// prepareMember updates a member's row.
func (s *Service) prepareMember(ctx context.Context, c *connection, m *Member) error {
	if m.State == MemberMapped {
		return nil
	}
	if err := s.fetchContact(ctx, m); err != nil {
		return err
	}
	var asked error
	if m.hasContact() {
		asked = addToTeam(ctx, c, m)
	} else {
		m.State = MemberMissingContact
	}
	if err := s.storeMemberIfUnchanged(ctx, m, func(context.Context, *db.Tx) error { return nil }); err != nil {
		return err
	}
	return asked
}
