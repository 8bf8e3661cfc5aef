package appointment

import (
	"context"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom"
)

// searchMeetings bounds the search for a meeting whose creation had no response.
const searchMeetings = 200

// meetingWriter writes a meeting. access is how it is joined, after writeContent.
type meetingWriter struct {
	*Service

	access interview.Meeting
}

func (w *meetingWriter) writeContent(ctx context.Context, r *row, c *content) error {
	if r.Attempted && r.ExternalID == "" {
		id, err := w.findMeeting(ctx, r)
		if err != nil {
			return err
		}
		r.ExternalID = id
	}
	switch {
	case c == nil && r.ExternalID == "":
		return nil
	case c == nil:
		err := w.Client.Meetings.Cancel(ctx, r.ExternalID)
		if wecom.IsCode(err, 90602, 400041, 400224, 730008) { // unknown, cancelled, begun or deleted
			err = nil
		}
		if err == nil {
			r.ExternalID = ""
		}
		return err
	case r.ExternalID == "":
		return w.createMeeting(ctx, r, c)
	}
	_, err := w.Client.Meetings.Update(ctx, r.ExternalID, c.toMeeting())
	switch {
	case wecom.IsCode(err, 400041, 730008):
		return errDeleted
	case wecom.IsCode(err, 90602): // unknown, as after a change of the application
		r.ExternalID = ""
		return w.createMeeting(ctx, r, c)
	case err != nil:
		return err
	}
	return w.keepAccess(ctx, r)
}

func (w *meetingWriter) createMeeting(ctx context.Context, r *row, c *content) error {
	made, err := w.Client.Meetings.Create(ctx, c.toMeeting())
	if wecom.IsCode(err, 400301, 400302) { // an earlier attempt created it
		id, findErr := w.findMeeting(ctx, r)
		if findErr != nil || id == "" {
			return err
		}
		r.ExternalID = id
		return w.readAccess(ctx, r)
	}
	if err != nil {
		return err
	}
	r.ExternalID = made.MeetingID
	return w.readAccess(ctx, r)
}

// keepAccess keeps how the meeting is joined, which an update does not change, or
// reads it if an earlier attempt has not.
func (w *meetingWriter) keepAccess(ctx context.Context, r *row) error {
	i, err := w.Interviews.GetUnchecked(ctx, r.CorpID, r.InterviewID)
	if err != nil {
		return err
	}
	if i.Meeting.URL == "" {
		return w.readAccess(ctx, r)
	}
	w.access = i.Meeting
	return nil
}

// readAccess reads how the meeting is joined. A URL of the candidate's own requires
// the advanced meeting feature; without it the candidate joins at the common one.
func (w *meetingWriter) readAccess(ctx context.Context, r *row) error {
	info, err := w.Client.Meetings.Get(ctx, r.ExternalID)
	if err != nil {
		return err
	}
	w.access = interview.Meeting{URL: info.Link, Code: info.Code}
	guest, err := w.Client.Meetings.CreateCustomerShortURL(ctx, r.ExternalID, "candidate:"+r.InterviewID)
	switch wecom.ClassOf(err) {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassLimit, wecom.ClassToken:
		return err
	}
	w.access.GuestURL = guest
	return nil
}

func (c *content) toMeeting() *wecom.Meeting {
	return &wecom.Meeting{
		AdminUserID: c.Admin, Title: c.Title, Description: c.Description,
		Start: wecom.NewTimestamp(c.StartsAt), Duration: int(c.EndsAt.Sub(c.StartsAt) / time.Second),
		Invitees: wecom.MeetingUsers{UserID: c.Members},
	}
}

// findMeeting returns the id of the meeting that an earlier attempt created; empty if there
// is none.
func (w *meetingWriter) findMeeting(ctx context.Context, r *row) (string, error) {
	i, err := w.Interviews.GetUnchecked(ctx, r.CorpID, r.InterviewID)
	if err != nil {
		return "", err
	}
	cursor, read := "", 0
	for {
		ids, next, err := w.Client.Meetings.ListByUser(ctx, i.OrganizerID, cursor, r.CreatedAt, w.now())
		if err != nil {
			return "", err
		}
		for _, id := range ids {
			if read++; read > searchMeetings {
				return "", nil
			}
			info, err := w.Client.Meetings.Get(ctx, id)
			if err != nil {
				return "", err
			}
			if info.Status == wecom.MeetingNotStarted && strings.Contains(info.Description, w.pageURL(r.InterviewID)) {
				return id, nil
			}
		}
		if cursor = next; cursor == "" {
			return "", nil
		}
	}
}

// afterStore stores how the meeting is joined. The schedule follows, whose description
// contains it.
func (w *meetingWriter) afterStore(ctx context.Context, tx *db.Tx, r *row, i *interview.Interview) error {
	before := i.Meeting
	if err := w.Interviews.Meetings().Store(ctx, tx, i, w.access); err != nil || i.Meeting == before {
		return err
	}
	rows, err := readRows(ctx, tx, r.CorpID, r.InterviewID)
	if err != nil || rows[Schedule] == nil {
		return err
	}
	return w.requestSync(ctx, tx, rows[Schedule])
}
