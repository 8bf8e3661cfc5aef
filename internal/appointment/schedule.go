package appointment

import (
	"context"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
)

// Bounds of the search for a schedule whose creation had no response.
const (
	searchPage  = 1000 // WeCom's maximum
	searchPages = 50
)

// calendarColor is the color of the application's calendar, TDesign's brand color.
const calendarColor = "#0052D9"

type scheduleWriter struct{ *Service }

func (w *scheduleWriter) updateEntry(ctx context.Context, r *row, c *content) error {
	schedule := c.toSchedule()
	schedule.ScheduleID = r.ExternalID
	_, err := w.Client.Schedules.Update(ctx, wecom.ScheduleUpdate{Schedule: *schedule})
	switch {
	case wecom.IsCode(err, 90460):
		return errDeleted
	case wecom.IsCode(err, 90461):
		return errUnknown
	}
	return err
}

func (w *scheduleWriter) cancelEntry(ctx context.Context, id string) error {
	err := w.Client.Schedules.Cancel(ctx, id, wecom.OccurrenceSelector{})
	if wecom.IsCode(err, 90460, 90461) { // cancelled already, or unknown
		return nil
	}
	return err
}

func (w *scheduleWriter) readTime(ctx context.Context, id string) (start, end time.Time, err error) {
	found, err := w.Client.Schedules.Get(ctx, id)
	if err != nil {
		return start, end, err
	}
	if len(found) == 0 {
		return start, end, job.Cancel(apperr.NewNotFound())
	}
	return found[0].StartTime.UTC(), found[0].EndTime.UTC(), nil
}

func (w *scheduleWriter) createEntry(ctx context.Context, r *row, c *content) error {
	calendarID, err := w.ensureCalendar(ctx, r.CorpID)
	if err != nil {
		return err
	}
	schedule := c.toSchedule()
	schedule.CalID = calendarID
	id, err := w.Client.Schedules.Create(ctx, schedule)
	if wecom.IsCode(err, 90457, 90459, 90466) { // the calendar was deleted
		if calendarID, err = w.replaceCalendar(ctx, r.CorpID, calendarID); err != nil {
			return err
		}
		schedule.CalID = calendarID
		id, err = w.Client.Schedules.Create(ctx, schedule)
	}
	if err == nil {
		r.ExternalID = id
	}
	return err
}

func (c *content) toSchedule() *wecom.Schedule {
	out := &wecom.Schedule{
		Summary: c.Title, Description: c.Description, Location: c.Location,
		StartTime: wecom.NewTimestamp(c.StartsAt), EndTime: wecom.NewTimestamp(c.EndsAt),
		Attendees: wecom.NewAttendees(c.Members...),
	}
	if c.Admin != "" {
		out.Admins = []string{c.Admin}
	}
	return out
}

func (w *scheduleWriter) findEntry(ctx context.Context, r *row) (string, error) {
	set, err := readSettings(ctx, w.DB.DB, r.CorpID)
	if err != nil || set.CalendarID == "" {
		return "", err
	}
	for page := range searchPages {
		list, err := w.Client.Schedules.ListByCalendar(ctx, set.CalendarID, page*searchPage, searchPage)
		if wecom.IsCode(err, 90457, 90459, 90466) { // the calendar was deleted, and its schedules with it
			return "", nil
		}
		if err != nil {
			return "", err
		}
		for _, found := range list {
			if found.Status == 0 && strings.Contains(found.Description, w.pageURL(r.InterviewID)) {
				return found.ScheduleID, nil
			}
		}
		if len(list) == 0 {
			break
		}
	}
	return "", nil
}

// ensureCalendar returns the id of the application's calendar, and creates it first if
// there is none.
func (w *scheduleWriter) ensureCalendar(ctx context.Context, corpID string) (string, error) {
	set, err := readSettings(ctx, w.DB.DB, corpID)
	if err != nil || set.CalendarID != "" {
		return set.CalendarID, err
	}
	return w.replaceCalendar(ctx, corpID, "")
}

// replaceCalendar creates a calendar in place of one that was deleted, and returns its
// id, or that of another process which was first. The calendar that lost is deleted.
func (w *scheduleWriter) replaceCalendar(ctx context.Context, corpID, deleted string) (string, error) {
	summary := i18n.T(i18n.DefaultLanguage, "appointment.calendar", nil)
	id, _, err := w.Client.Calendars.Create(ctx, wecom.Calendar{
		Summary: summary, Color: calendarColor, Description: i18n.T(i18n.DefaultLanguage, "appointment.calendar_description", nil),
	})
	if err != nil {
		return "", err
	}
	current := id
	err = w.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return w.changeSettings(ctx, tx, corpID, func(set *settings) {
			if set.CalendarID == deleted {
				set.CalendarID = id
			}
			current = set.CalendarID
		})
	})
	if err != nil || current == id {
		return current, err
	}
	return current, w.Client.Calendars.Delete(ctx, id)
}

func (w *scheduleWriter) afterStore(context.Context, *db.Tx, *row, *interview.Interview) error {
	return nil
}
