package interview

import (
	"context"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/scorecard"
)

// AnsweredArgs is the job that updates the WeCom cards after a response on a
// page, in package notify.
type AnsweredArgs struct {
	CorpID      string   `json:"corpId"`
	InterviewID string   `json:"interviewId"`
	UserID      string   `json:"userId"`
	Response    Response `json:"response"`
}

func (AnsweredArgs) Kind() string { return "interview_answered" }

// queueMessage queues a message about the interview.
func (s *Service) queueMessage(ctx context.Context, tx *db.Tx, i *Interview, m message.Message) error {
	m.CorpID, m.InterviewID, m.ScheduleVersion = i.CorpID, i.ID, i.ScheduleVersion
	return s.Messages.Insert(ctx, tx, m)
}

// queueWeComMessage queues a message to a member through WeCom.
func (s *Service) queueWeComMessage(ctx context.Context, tx *db.Tx, i *Interview, kind message.Kind, userID string, data message.Data) error {
	return s.queueMessage(ctx, tx, i, message.Message{Kind: kind, Channel: message.WeCom, Recipient: userID, Data: data})
}

// queueToInterviewers queues a message to each interviewer who has not
// declined.
func (s *Service) queueToInterviewers(ctx context.Context, tx *db.Tx, i *Interview, kind message.Kind, data message.Data) error {
	for _, m := range i.Interviewers {
		if m.Response == Declined {
			continue
		}
		if err := s.queueWeComMessage(ctx, tx, i, kind, m.UserID, data); err != nil {
			return err
		}
	}
	return nil
}

// queueMail queues a mail to the candidate, if there is an address.
func (s *Service) queueMail(ctx context.Context, tx *db.Tx, i *Interview, m message.Message) error {
	if i.Candidate.Email == "" {
		return nil
	}
	m.Channel, m.Recipient, m.RecipientName, m.Data.Candidate = message.Mail, i.Candidate.Email, i.Candidate.Name, i.CandidateID
	return s.queueMessage(ctx, tx, i, m)
}

// InterviewMessages returns the messages about an interview, newest first.
func (s *Service) InterviewMessages(ctx context.Context, a actor.Actor, id string) ([]message.Message, error) {
	if _, err := s.getVisible(ctx, s.DB.DB, a, id); err != nil {
		return nil, err
	}
	if err := a.Require(actor.ReadMessages); err != nil {
		return nil, err
	}
	list, _, err := s.Messages.List(ctx, a, message.Filter{InterviewID: id, Page: pagination.Page{Limit: 200}})
	return list, err
}

// Delivery is a message with the data of its text.
type Delivery struct {
	Message   *message.Message
	Interview *Interview // nil if the message is about none
}

// Superseded reports whether later events have made the message pointless.
func (d *Delivery) Superseded() bool {
	m, i := d.Message, d.Interview
	if !i.ConcernsCandidate(m) {
		return true
	}
	switch m.Kind {
	case message.KindInvite, message.KindChanged, message.KindReminder:
		if m.Channel == message.Mail && m.Kind == message.KindInvite && i.State == InProgress { // the link is still of use
			return false
		}
		if i.State != Scheduled || m.ScheduleVersion != i.ScheduleVersion {
			return true
		}
		return m.Channel == message.WeCom && i.interviewer(m.Recipient) == nil
	case message.KindCancelled: // to an interviewer or a candidate who was removed, and has been added again
		return m.Data.Earlier != nil && i.interviewer(m.Recipient) != nil
	case message.KindEvaluate, message.KindEvaluateReminder:
		interviewer := i.interviewer(m.Recipient)
		return i.State != Ended || interviewer == nil || interviewer.ExcusedAt != nil || interviewer.Scorecard == scorecard.Submitted
	case message.KindCandidateWaiting, message.KindRoomReady:
		return !i.Open()
	case message.KindDecided:
		return string(i.Decision) != m.Data.Decision || i.interviewer(m.Recipient) == nil
	case message.KindRoomFailed:
		return !i.Open() || i.room == nil || i.room.FailureCode == ""
	case message.KindRoomFollows:
		return !i.Open() || i.roomIsReady()
	default:
		return false
	}
}

// ConcernsCandidate reports whether the interview has the candidate who receives a mail, or
// another one if the mail withdraws the interview. Rows of earlier versions do not have the
// candidate.
func (i *Interview) ConcernsCandidate(m *message.Message) bool {
	return m.Data.Candidate == "" || (m.Data.Candidate == i.CandidateID) != m.IsWithdrawal()
}

// arrangement returns what a card about the interview displays now.
func (i *Interview) arrangement() message.Arrangement {
	return message.Arrangement{
		Title: i.Title, Candidate: i.Candidate.Name, Position: i.Position.Title, Round: i.Round,
		StartsAt: i.StartsAt, EndsAt: i.EndsAt, TimeZone: i.TimeZone, RoomKind: string(i.RoomKind),
	}
}

// WithArrangement returns a copy of the interview with an earlier arrangement.
func (i *Interview) WithArrangement(a message.Arrangement) *Interview {
	out := *i
	out.Title, out.Candidate.Name, out.Position.Title, out.Round = a.Title, a.Candidate, a.Position, a.Round
	out.StartsAt, out.EndsAt, out.TimeZone, out.RoomKind = a.StartsAt, a.EndsAt, a.TimeZone, RoomKind(a.RoomKind)
	if out.RoomKind != i.RoomKind {
		out.room = nil // of the other kind
	}
	return &out
}

// LoadMessage returns a message and its interview as they are now.
func (s *Service) LoadMessage(ctx context.Context, corpID, id string) (*Delivery, error) {
	m, err := s.Messages.Get(ctx, corpID, id)
	if err != nil {
		return nil, err
	}
	if m.InterviewID == "" {
		return &Delivery{Message: m}, nil
	}
	i, err := s.readInterview(ctx, s.DB.DB, corpID, m.InterviewID)
	if err != nil {
		return nil, err
	}
	if err := s.fillNames(ctx, corpID, []*Interview{i}); err != nil {
		return nil, err
	}
	return &Delivery{Message: m, Interview: i}, nil
}
