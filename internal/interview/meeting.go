package interview

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
)

// MeetingKind is where the participants of an interview talk to each other.
type MeetingKind string

const (
	NoMeeting    MeetingKind = "none"
	WeComMeeting MeetingKind = "wecom" // created by package appointment
	LinkMeeting  MeetingKind = "link"  // a URL that a recruiter enters
)

// MeetingKinds lists all kinds.
var MeetingKinds = []MeetingKind{NoMeeting, WeComMeeting, LinkMeeting}

// maxMeetingCode is the limit of Meeting.Code in characters.
const maxMeetingCode = 100

// Meeting is the audio and video meeting of an interview, beside its room. URL and
// Code of a WeCom meeting are empty until it has been created.
type Meeting struct {
	Kind     MeetingKind `bun:"meeting_kind"`
	URL      string      `bun:"meeting_url"`       // https
	Code     string      `bun:"meeting_code"`      // number and password, as the participants enter them
	GuestURL string      `bun:"meeting_guest_url"` // the candidate's own, empty for the common one
}

// CandidateURL returns the URL at which the candidate joins; empty without one.
func (m *Meeting) CandidateURL() string {
	if m.GuestURL != "" {
		return m.GuestURL
	}
	return m.URL
}

// Appointments create the calendar entries and the meetings of interviews in another
// system.
type Appointments interface {
	// Follow is called in the transaction of each change of an interview that its
	// calendar entry or its meeting contains.
	Follow(ctx context.Context, tx *db.Tx, i *Interview) error
	// DefaultMeeting returns the company's meeting of interviews that name none. It
	// reads the database and must be called outside a transaction.
	DefaultMeeting(ctx context.Context, corpID string) (MeetingKind, error)
}

// Follower follows each change of an interview, in its transaction.
type Follower func(ctx context.Context, tx *db.Tx, i *Interview) error

// followed are appointments with a further follower.
type followed struct {
	Appointments

	further Follower
}

// WithFollower returns appointments whose Follow also calls further.
func WithFollower(next Appointments, further Follower) Appointments { return followed{next, further} }

// Follow implements Appointments.
func (f followed) Follow(ctx context.Context, tx *db.Tx, i *Interview) error {
	if err := f.Appointments.Follow(ctx, tx, i); err != nil {
		return err
	}
	return f.further(ctx, tx, i)
}

// Meetings are the operations on meetings and calendar entries.
type Meetings struct{ interviews *Service }

// Meetings returns the operations on meetings and calendar entries.
func (s *Service) Meetings() Meetings { return Meetings{s} }

// setDefaultMeeting sets the company's default meeting in a plan that names none, and
// removes what the kind does not have. It must be called outside a transaction.
func (s Meetings) setDefaultMeeting(ctx context.Context, corpID string, p *Plan) error {
	if p.Meeting.Kind == "" {
		p.Meeting.Kind = NoMeeting
		if s.interviews.Appointments != nil {
			kind, err := s.interviews.Appointments.DefaultMeeting(ctx, corpID)
			if err != nil {
				return err
			}
			p.Meeting.Kind = kind
		}
	}
	p.Meeting.dropUnused()
	return nil
}

func (m *Meeting) dropUnused() {
	m.GuestURL = ""
	if m.Kind != LinkMeeting {
		m.URL, m.Code = "", ""
	}
	m.URL = validate.CleanIdentifier(m.URL)
}

func (s Meetings) checkMeeting(c *validate.Errors, m *Meeting) {
	validate.CheckOneOf(c, "meeting.kind", m.Kind, MeetingKinds...)
	switch m.Kind {
	case WeComMeeting:
		if s.interviews.Appointments == nil {
			c.Add("meeting.kind", "meeting.unavailable")
		}
	case LinkMeeting:
		if m.URL == "" {
			c.Add("meeting.url", "interview.link_missing")
		} else {
			checkLink(c, "meeting.url", m.URL)
		}
		c.CheckText("meeting.code", &m.Code, maxMeetingCode)
	}
}

// setMeeting copies the meeting of a plan. A WeCom meeting keeps its URL.
func (i *Interview) setMeeting(m Meeting) {
	if m.Kind == WeComMeeting && i.Meeting.Kind == WeComMeeting {
		return
	}
	i.Meeting = m
}

// syncAppointments makes the calendar entry and the meeting follow a change of the interview.
func (s Meetings) syncAppointments(ctx context.Context, tx *db.Tx, i *Interview) error {
	if s.interviews.Appointments == nil {
		return nil
	}
	return s.interviews.Appointments.Follow(ctx, tx, i)
}

// WithInterview runs fn in a transaction on an interview, under its lock. Members'
// names are not filled in.
func (s Meetings) WithInterview(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, i *Interview) error) error {
	return s.interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.interviews.Rooms().withInterviewInTx(ctx, tx, corpID, id, func(i *Interview) error { return fn(ctx, tx, i) })
	})
}

// Store stores how the WeCom meeting of an interview is joined, in the transaction of
// WithInterview. The version of the interview remains: it is no edit of the plan.
func (s Meetings) Store(ctx context.Context, tx *db.Tx, i *Interview, m Meeting) error {
	if i.Meeting.Kind != WeComMeeting {
		return nil
	}
	m.Kind = WeComMeeting
	if i.Meeting == m {
		return nil
	}
	i.Meeting = m
	_, err := tx.NewUpdate().Model(i).Column("meeting_url", "meeting_code", "meeting_guest_url").
		WherePK().Where("corp_id = ?", i.CorpID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the meeting of interview %s: %w", i.ID, err)
	}
	return nil
}

// meetingChanged reports whether an edit changes the meeting.
func meetingChanged(old, m Meeting) bool {
	if old.Kind != m.Kind {
		return true
	}
	return m.Kind == LinkMeeting && (old.URL != m.URL || old.Code != m.Code)
}
