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
	"github.com/huimian/huimian/internal/validate"
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
	UpdatedAt     time.Time      `bun:"updated_at"`

	// Read beside the row.
	Person member.Member `bun:"-"`
}

// Failure returns the reason why the member is not mapped; nil without one.
func (m *Member) Failure() *apperr.Reason { return roomFailure(m.FailureCode, m.FailureParams) }

func (m *Member) hasContact() bool { return m.Email != "" || m.Mobile != "" }

// MemberFilter chooses members.
type MemberFilter struct {
	State MemberState // "" is all
	After string      // userid that the last page ended with
	Limit int
}

// Members lists the interviewers of interviews at ShowMeBug and those whose
// address was entered, by userid.
func (s *Service) Members(ctx context.Context, a actor.Actor, f MemberFilter) ([]Member, string, error) {
	if err := requireAdministrator(a); err != nil {
		return nil, "", err
	}
	var list []Member
	q := s.DB.NewSelect().Model(&list).Where("pm.corp_id = ? AND pm.provider = ?", a.CorpID, providerName).OrderExpr("pm.user_id").Limit(int64(f.Limit) + 1)
	if f.State != "" {
		q.Where("pm.state = ?", f.State)
	}
	if f.After != "" {
		q.Where("pm.user_id > ?", f.After)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing the members at ShowMeBug: %w", err)
	}
	next := ""
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].UserID
	}
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

// SetMemberContact stores the contact of a member and sends it to ShowMeBug. Rooms that
// were waiting for it are tried again. Only an administrator may.
func (s *Service) SetMemberContact(ctx context.Context, a actor.Actor, userID, email, mobile string) (*Member, error) {
	if err := requireAdministrator(a); err != nil {
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
	m.Email, m.Mobile, m.Source = email, mobile, contactEntered
	m.State, m.ExternalID, m.FailureCode, m.FailureParams = MemberPending, "", "", map[string]any{}
	return s.saveMember(ctx, a, m, "showmebug.contact")
}

// SyncMember fetches a member's contact from WeCom, unless one was entered, and
// sends it to ShowMeBug. Only an administrator may.
func (s *Service) SyncMember(ctx context.Context, a actor.Actor, userID string) (*Member, error) {
	if err := requireAdministrator(a); err != nil {
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
	return s.saveMember(ctx, a, m, "showmebug.sync")
}

// saveMember stores a member, adds it to the ShowMeBug team, and retries the
// rooms that may have failed for lack of it.
func (s *Service) saveMember(ctx context.Context, a actor.Actor, m *Member, act string) (*Member, error) {
	m.State = MemberMissingContact
	if m.hasContact() {
		m.State = MemberPending
		c, err := s.connectionFor(ctx, a.CorpID)
		if err == nil {
			err = addToTeam(ctx, c, m)
		}
		if err != nil {
			s.Logger.WarnContext(ctx, "adding a member to the ShowMeBug team failed", "corp", a.CorpID, "user", m.UserID, "error", err)
		}
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.storeMember(ctx, tx, m); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, s.now(), a, act, m.UserID, nil); err != nil {
			return err
		}
		return s.Interviews.Rooms().RetryFailed(ctx, tx, a.CorpID, RoomKind)
	})
	return m, err
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
	m := new(Member)
	err = s.DB.NewSelect().Model(m).Where("pm.corp_id = ? AND pm.provider = ? AND pm.user_id = ?", corpID, providerName, p.UserID).Scan(ctx)
	if db.IsNotFound(err) {
		m, err = &Member{CorpID: corpID, Provider: providerName, UserID: p.UserID, State: MemberPending, FailureParams: map[string]any{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a member at ShowMeBug: %w", err)
	}
	m.Person = p
	return m, nil
}

func (s *Service) storeMember(ctx context.Context, tx *db.Tx, m *Member) error {
	m.UpdatedAt = s.now()
	if _, err := upsertMember(tx, m).Exec(ctx); err != nil {
		return fmt.Errorf("storing a member at ShowMeBug: %w", err)
	}
	return nil
}

// storeMemberIfUnchanged calls storeMember unless the row has changed since it was
// read: the contact that an administrator enters during a request to WeCom or
// ShowMeBug stays, and m becomes the stored row.
func (s *Service) storeMemberIfUnchanged(ctx context.Context, m *Member) error {
	readAt := m.UpdatedAt
	m.UpdatedAt = s.now()
	changed := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		res, err := upsertMember(tx, m).Where("pm.updated_at = ?", db.Time(readAt)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing a member at ShowMeBug: %w", err)
		}
		n, err := res.RowsAffected()
		changed = n == 0
		return err
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

func upsertMember(tx *db.Tx, m *Member) *bun.InsertQuery {
	return tx.NewInsert().Model(m).On("CONFLICT (corp_id, provider, user_id) DO UPDATE").
		Set("email = EXCLUDED.email").Set("mobile = EXCLUDED.mobile").Set("source = EXCLUDED.source").Set("state = EXCLUDED.state").
		Set("external_id = EXCLUDED.external_id").Set("failure_code = EXCLUDED.failure_code").
		Set("failure_params = EXCLUDED.failure_params").Set("updated_at = EXCLUDED.updated_at")
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
	if err := s.storeMemberIfUnchanged(ctx, m); err != nil {
		return err
	}
	return asked
}
