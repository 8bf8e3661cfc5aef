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

// meetingWriter writes the meeting of an interview. access is how it is joined, after
// writeContent.
type meetingWriter struct {
	*Service

	interview *interview.Interview
	access    interview.Meeting
}

func (w *meetingWriter) updateEntry(ctx context.Context, r *row, c *content) error {
	_, err := w.Client.Meetings.Update(ctx, r.ExternalID, c.toMeeting())
	switch {
	case wecom.IsCode(err, 400041, 730008):
		return errDeleted
	case wecom.IsCode(err, 90602):
		return errUnknown
	case err != nil:
		return err
	case w.interview.Meeting.URL == "": // an earlier attempt has not read it
		return w.readAccess(ctx, r)
	}
	w.access = w.interview.Meeting // an update does not change it
	return nil
}

func (w *meetingWriter) cancelEntry(ctx context.Context, id string) error {
	err := w.Client.Meetings.Cancel(ctx, id)
	if wecom.IsCode(err, 90602, 400041, 400224, 730008) { // unknown, cancelled, begun or deleted
		return nil
	}
	return err
}

func (w *meetingWriter) readTime(ctx context.Context, id string) (start, end time.Time, err error) {
	info, err := w.Client.Meetings.Get(ctx, id)
	if err != nil {
		return start, end, err
	}
	start = info.Start.UTC()
	return start, start.Add(time.Duration(info.Duration) * time.Second), nil
}

func (w *meetingWriter) createEntry(ctx context.Context, r *row, c *content) error {
	made, err := w.Client.Meetings.Create(ctx, c.toMeeting())
	if wecom.IsCode(err, 400301, 400302) { // an earlier attempt created it
		id, findErr := w.findEntry(ctx, r)
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

func (w *meetingWriter) findEntry(ctx context.Context, r *row) (string, error) {
	cursor, read := "", 0
	for {
		ids, next, err := w.Client.Meetings.ListByUser(ctx, w.interview.OrganizerID, cursor, r.CreatedAt, w.now())
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
