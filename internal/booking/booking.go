// Package booking offers a candidate several times for an interview. An offer holds what the
// interview requires; when the candidate books one of the slots, the interview is created
// in the transaction that closes the offer, with the checks of any other interview. Package
// interview contains no offers: see ADR 0021.
package booking

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/secretbox"
)

// Limits of offers.
const (
	MaxSlots = 10
	// MaxOpen and MaxOpenOfCandidate limit the open offers of a company and of a candidate.
	MaxOpen            = 2000
	MaxOpenOfCandidate = 5
	maxReason          = 500
	latestSlot         = 60 * 24 * time.Hour // from now
	longestOffer       = 30 * 24 * time.Hour // from now to the deadline
	defaultLifetime    = 7 * 24 * time.Hour
	tokenBytes         = 24 // 192 bits, as in candidates' links
)

// Config configures a Service. All fields but Now must be set.
type Config struct {
	DB           *db.DB
	Queue        *job.Queue
	Interviews   *interview.Service
	Availability *availability.Service
	// Box encrypts the tokens of candidates' pages.
	Box *secretbox.Box
	Now func() time.Time // the clock; nil is time.Now
}

// Service implements the operations on offers.
type Service struct{ Config }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	s := &Service{cfg}
	s.Interviews.Candidates.FollowChanges(s.followCandidate)
	job.AddWorker(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.ExpireOffers(ctx) })
	s.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// State is the state of an offer: open → booked, withdrawn or expired; an expired offer is
// opened again by new slots.
type State string

const (
	Open      State = "open"
	Booked    State = "booked"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// Slot is an offered time.
type Slot struct {
	StartsAt time.Time `json:"startsAt"`
	// Accepted is true if the recruiter has offered the time although it did not fit: only
	// other interviews then make it unavailable.
	Accepted bool `json:"accepted,omitempty"`
}

// Offer is a row of booking_offers. All but its slots, its deadline and its state is
// constant.
type Offer struct {
	bun.BaseModel `bun:"table:booking_offers,alias:bo"`

	ID                 string                `bun:",pk"`
	CorpID             string                `bun:"corp_id"`
	PositionID         string                `bun:"position_id"`
	CandidateID        string                `bun:"candidate_id"`
	OrganizerID        string                `bun:"organizer_id"`
	Title              string                `bun:"title"`
	Round              int                   `bun:"round"`
	DurationMinutes    int                   `bun:"duration_minutes"`
	TimeZone           string                `bun:"time_zone"`
	Interviewers       []string              `bun:"interviewers,type:jsonb"`
	RoomKind           interview.RoomKind    `bun:"room_kind"`
	RoomURL            string                `bun:"room_url"`
	MeetingKind        interview.MeetingKind `bun:"meeting_kind"`
	MeetingURL         string                `bun:"meeting_url"`
	MeetingCode        string                `bun:"meeting_code"`
	QuestionIDs        []string              `bun:"question_ids,type:jsonb"`
	Note               string                `bun:"note"`
	Slots              []Slot                `bun:"slots,type:jsonb"` // by start
	State              State                 `bun:"state"`
	ExpiresAt          time.Time             `bun:"expires_at"`
	InterviewID        string                `bun:"interview_id,nullzero"`
	RequestReason      string                `bun:"request_reason"` // the candidate has requested another time
	RequestedAt        *time.Time            `bun:"requested_at"`
	OpenedAt           *time.Time            `bun:"opened_at"` // the candidate's page, for the first time
	TokenHash          string                `bun:"token_hash"`
	EncryptedToken     []byte                `bun:"encrypted_token"`
	EncryptedJoinToken []byte                `bun:"encrypted_join_token"`
	MailID             string                `bun:"mail_id"`        // of the message with the page, "" for none
	ReaddressedAt      *time.Time            `bun:"readdressed_at"` // a change of the candidate's address has replaced the token
	Version            int                   `bun:"version"`
	CreatedBy          string                `bun:"created_by"`
	CreatedAt          time.Time             `bun:"created_at"`
	UpdatedAt          time.Time             `bun:"updated_at"`

	// Read beside the row.
	CandidateName string           `bun:"candidate_name,scanonly"`
	PositionTitle string           `bun:"position_title,scanonly"`
	Organizer     member.Member    `bun:"-"`
	People        []member.Member  `bun:"-"` // the interviewers
	Mail          *message.Message `bun:"-"` // nil for none
}

// Duration returns the duration of the interview.
func (o *Offer) Duration() time.Duration { return time.Duration(o.DurationMinutes) * time.Minute }

// StateAt returns the state at a time: the sweep stores the end of an offer later.
func (o *Offer) StateAt(now time.Time) State {
	if o.State == Open && !now.Before(o.ExpiresAt) {
		return Expired
	}
	return o.State
}

// toPlan returns the interview at a time.
func (o *Offer) toPlan(start time.Time) interview.Plan {
	return interview.Plan{
		Title: o.Title, PositionID: o.PositionID, CandidateID: o.CandidateID, Round: o.Round, StartsAt: start, Duration: o.Duration(), TimeZone: o.TimeZone,
		Interviewers: o.Interviewers, RoomKind: o.RoomKind, RoomURL: o.RoomURL, QuestionIDs: o.QuestionIDs, Note: o.Note, OrganizerID: o.OrganizerID,
		Meeting: interview.Meeting{Kind: o.MeetingKind, URL: o.MeetingURL, Code: o.MeetingCode},
	}
}

// findSlot returns the slot that starts at a time, nil for none.
func (o *Offer) findSlot(start time.Time) *Slot {
	for n := range o.Slots {
		if o.Slots[n].StartsAt.Equal(start) {
			return &o.Slots[n]
		}
	}
	return nil
}

func (o *Offer) intervalAt(start time.Time) availability.Interval {
	return availability.Interval{Start: start, End: start.Add(o.Duration())}
}

// PagePath returns the path of the candidate's page with the token in the fragment, which
// browsers send neither to proxies nor as a referrer.
func PagePath(token string) string { return "/book#" + token }
