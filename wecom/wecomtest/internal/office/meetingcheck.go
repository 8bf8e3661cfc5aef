package office

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// checkMeetingBody checks the fields that are present.
func checkMeetingBody(b *core.MeetingBody, s *Service, r *core.Request) *core.APIError {
	advanced := r.Corp.AdvancedMeetings
	switch {
	case b.Title != nil && !isValidMeetingTitle(*b.Title, advanced):
		return core.NewAPIError(400042)
	case b.Start != nil && int64(*b.Start) <= s.CurrentTime().Unix():
		return core.NewAPIError(400034)
	case b.Duration != nil && (*b.Duration < 300 || *b.Duration > 86399):
		return core.NewAPIError(400035)
	case utf8.RuneCountInString(b.OptionalText(b.Description)) > 500:
		return core.TooLong("description", 500)
	case utf8.RuneCountInString(b.OptionalText(b.Location)) > 128:
		return core.NewAPIError(400237)
	case len(b.Guests) > 0 && !advanced:
		return core.NewAPIError(400226)
	}
	if b.CalID != "" {
		if _, err := findCalendar(r, b.CalID); err != nil {
			return core.NewAPIError(400036)
		}
	}
	if b.Settings != nil {
		if err := checkMeetingSettings(b.Settings, advanced); err != nil {
			return err
		}
	}
	return checkMeetingReminders(b.Reminders, b.Start)
}

// isValidMeetingTitle reports whether a title is within WeCom's limits: 255 characters with the
// advanced feature, otherwise 40 bytes or 20 characters.
func isValidMeetingTitle(title string, advanced bool) bool {
	n := utf8.RuneCountInString(title)
	if advanced {
		return n >= 1 && n <= 255
	}
	return n >= 1 && (len(title) <= 40 || n <= 20)
}

var meetingPasswordPattern = regexp.MustCompile(`^[0-9]{4,6}$`)

func checkMeetingSettings(t *core.MeetingSettings, advanced bool) *core.APIError {
	more := t.Hosts != nil || t.AllowExternalUser != nil || t.AllowUnmuteSelf != nil || t.AutoRecordType != ""
	switch {
	case more && !advanced:
		return core.NewAPIError(400226)
	case t.Password != "" && !meetingPasswordPattern.MatchString(t.Password):
		return core.NewAPIError(400030)
	case t.RemindScope != nil && (*t.RemindScope < 1 || *t.RemindScope > 4):
		return core.NewAPIError(400025)
	case t.Hosts != nil && len(t.Hosts.UserID) > 10:
		return core.NewAPIError(400027)
	case t.EnableEnterMute != nil && (*t.EnableEnterMute < 0 || *t.EnableEnterMute > 2):
		return core.NewAPIError(400031)
	case !slices.Contains([]string{"", "none", "local", "cloud"}, t.AutoRecordType):
		return core.NewAPIError(400031)
	}
	return nil
}

func checkMeetingReminders(m *core.MeetingReminders, start *model.Int) *core.APIError {
	switch {
	case m == nil || m.IsRepeat == 0:
		return nil
	case !slices.Contains([]model.Int{0, 1, 2, 7}, m.RepeatType):
		return core.NewAPIError(400026)
	case m.RepeatUntil != 0 && start != nil && m.RepeatUntil < *start:
		return core.NewAPIError(400032)
	case m.RepeatInterval < 0, m.RepeatInterval > 2, m.RepeatInterval == 2 && m.RepeatType != 1:
		return core.NewAPIError(400033)
	}
	return nil
}

// resolveInvitees looks up the invitees and checks that ring_users and hosts are among them.
func resolveInvitees(m *core.MeetingState, r *core.Request) *core.APIError {
	var list []string
	if m.Invitees != nil {
		list = m.Invitees.UserID
	}
	if m.ID != "" {
		list = append([]string{m.AdminUserID}, list...) // the admin cannot be removed
	}
	limit := 100
	if r.Corp.AdvancedMeetings {
		limit = 300
	}
	m.InviteeIDs = nil
	for _, id := range list {
		x, ok := r.Corp.Members[core.FoldUserID(id)]
		if !ok || !r.Corp.SeesMember(r.App, x) {
			return core.NewAPIError(400021)
		}
		if m.FindInvitee(id) == "" {
			m.InviteeIDs = append(m.InviteeIDs, x.UserID)
		}
	}
	if len(m.InviteeIDs) > limit {
		return core.NewAPIError(400020)
	}
	if m.Settings == nil {
		return nil
	}
	if !allInvited(m, m.Settings.RingUsers) {
		return core.NewAPIError(400037)
	}
	if !allInvited(m, m.Settings.Hosts) {
		return core.NewAPIError(400029)
	}
	return nil
}

func allInvited(m *core.MeetingState, list *core.UserIDList) bool {
	return list == nil || !slices.ContainsFunc(list.UserID, func(u string) bool { return m.FindInvitee(u) == "" })
}
