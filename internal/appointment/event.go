package appointment

import (
	"context"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// EventArgs is the job that handles what a member did to an appointment in WeCom.
type EventArgs struct {
	CorpID     string `json:"corpId"`
	UserID     string `json:"userId"`
	Of         Kind   `json:"of"`
	ExternalID string `json:"externalId"`
	Act        string `json:"act"` // respond, modify or delete
}

// Kind implements job.Args.
func (EventArgs) Kind() string { return "appointment_event" }

const (
	actRespond = "respond"
	actModify  = "modify"
	actDelete  = "delete"
)

// JobFor returns the job that handles a callback; nil for one that is about no
// appointment.
func JobFor(m callback.Message) job.Args {
	args := EventArgs{CorpID: m.ToUserName, UserID: m.FromUserName, Of: Schedule}
	switch body := m.Body.(type) {
	case *callback.RespondSchedule:
		args.ExternalID, args.Act = body.ScheduleID, actRespond
	case *callback.ModifySchedule:
		args.ExternalID, args.Act = body.ScheduleID, actModify
	case *callback.DeleteSchedule:
		args.ExternalID, args.Act = body.ScheduleID, actDelete
	case *callback.MeetingChange:
		args.Of, args.ExternalID = Meeting, body.MeetingID
		switch body.ChangeType {
		case "modify_meeting":
			args.Act = actModify
		case "cancel_meeting":
			args.Act = actDelete
		default:
			return nil
		}
	default:
		return nil
	}
	return args
}

func (s *Service) handleEvent(ctx context.Context, args EventArgs) error {
	r, err := readRow(ctx, s.DB.DB, "ap.corp_id = ? AND ap.external_id = ? AND ap.kind = ?", args.CorpID, args.ExternalID, args.Of)
	if apperr.IsNotFound(err) {
		return job.Cancel(err) // of another application, or replaced since
	}
	if err != nil {
		return err
	}
	switch args.Act {
	case actRespond:
		return s.handleResponse(ctx, r, args.UserID)
	case actModify:
		return s.handleModification(ctx, r, args.UserID)
	default:
		return s.handleDeletion(ctx, r, args.UserID)
	}
}

// handleResponse stores the answer of an interviewer in the calendar. An answer to a
// time that the interview no longer has is ignored, as is one of the organizer who is
// no interviewer.
func (s *Service) handleResponse(ctx context.Context, r *row, userID string) error {
	found, err := s.Client.Schedules.Get(ctx, r.ExternalID)
	if err != nil || len(found) == 0 {
		return err
	}
	i, err := s.Interviews.GetUnchecked(ctx, r.CorpID, r.InterviewID)
	if err != nil || !found[0].StartTime.Equal(i.StartsAt) {
		return err
	}
	response := responseOf(&found[0], userID)
	if response == "" {
		return nil
	}
	a, err := s.FindActor(ctx, r.CorpID, userID)
	if err != nil {
		return err
	}
	_, err = s.Interviews.Respond(ctx, a, r.InterviewID, interview.ResponseInput{Response: response})
	return ignoreRefusal(err)
}

// responseOf returns the response of an attendee; empty without one, or for a
// tentative one.
func responseOf(found *wecom.Schedule, userID string) interview.Response {
	for _, a := range found.Attendees {
		if !member.SameUserID(a.UserID, userID) {
			continue
		}
		switch a.ResponseStatus {
		case wecom.ResponseStatusAccepted, wecom.ResponseStatusAcceptedOnce:
			return interview.Accepted
		case wecom.ResponseStatusDeclined:
			return interview.Declined
		}
	}
	return ""
}

// ignoreRefusal returns nil for an error of the domain, such as for an interview that
// is over: WeCom has no way to show it to the member.
func ignoreRefusal(err error) error {
	switch apperr.KindOf(err) {
	case apperr.Forbidden, apperr.Conflict, apperr.Invalid, apperr.NotFound, apperr.Gone:
		return nil
	}
	return err
}

// handleModification applies a new time to the interview, with the rights of the
// member. Everything else, and a time that the domain refuses, is written over.
func (s *Service) handleModification(ctx context.Context, r *row, userID string) error {
	i, err := s.Interviews.GetUnchecked(ctx, r.CorpID, r.InterviewID)
	if err != nil {
		return err
	}
	start, end, err := s.newWriter(r.Kind, i).readTime(ctx, r.ExternalID)
	if err != nil {
		return err
	}
	if !start.Equal(i.StartsAt) || !end.Equal(i.EndsAt) {
		a, err := s.FindActor(ctx, r.CorpID, userID)
		if err != nil {
			return err
		}
		_, err = s.Interviews.Edit(ctx, a, r.InterviewID, 0, func(p *interview.Plan) {
			p.StartsAt, p.Duration, p.OverrideWarnings = start, end.Sub(start), true
		})
		if refused := ignoreRefusal(err); refused != nil {
			return refused
		} else if err != nil {
			s.Logger.InfoContext(ctx, "change in WeCom refused", "appointment", r.ID, "member", userID, "error", err)
		}
	}
	return s.withRow(ctx, r, func(ctx context.Context, tx *db.Tx, _ *interview.Interview, r *row) error {
		r.ObservedDigest = "changed in WeCom " + db.NewID()
		return s.requestSync(ctx, tx, r)
	})
}

// handleDeletion records that a member has deleted the appointment.
func (s *Service) handleDeletion(ctx context.Context, r *row, userID string) error {
	people, err := s.Interviews.Members.ByID(ctx, r.CorpID, []string{userID})
	if err != nil {
		return err
	}
	externalID := r.ExternalID
	return s.withRow(ctx, r, func(ctx context.Context, tx *db.Tx, i *interview.Interview, r *row) error {
		if r.ExternalID != externalID { // replaced since
			return nil
		}
		r.Finish()
		return s.markDeleted(ctx, tx, i, r, people(userID).Name)
	})
}

// markDeleted records that an appointment was deleted in WeCom, by a member of this
// name if it is known. The interview stays: a recruiter decides whether to cancel it or
// to create the appointment again.
func (s *Service) markDeleted(ctx context.Context, tx *db.Tx, i *interview.Interview, r *row, name string) error {
	r.Deleted, r.ObservedDigest, r.Attempted = true, "", false
	r.setFailure(apperr.New(apperr.Conflict, "appointment."+string(r.Kind)+"_deleted", "Name", name))
	if r.Kind == Meeting {
		return s.Interviews.Meetings().Store(ctx, tx, i, interview.Meeting{})
	}
	return nil
}
