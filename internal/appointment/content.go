package appointment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom"
)

// content is what an appointment contains in WeCom.
type content struct {
	Title       string    `json:"title"`
	Description string    `json:"description"` // contains the URL of the page
	Location    string    `json:"location"`
	StartsAt    time.Time `json:"startsAt"`
	EndsAt      time.Time `json:"endsAt"`
	Admin       string    `json:"admin"` // a member who may change it in WeCom; empty for none
	Members     []string  `json:"members"`
}

// computeDigest returns a text that identifies the content; it is empty for nil.
func (c *content) computeDigest() string {
	if c == nil {
		return ""
	}
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and times
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// pageURL returns the URL of the interview's page, which also identifies its
// appointments among the company's.
func (s *Service) pageURL(interviewID string) string {
	return s.PublicURL + "/interviews/" + interviewID
}

// newContent returns what the interview calls for. A schedule has the interviewers as
// attendees; a meeting has its organizer alone, since WeCom enters meetings into the
// calendars of all their members. An organizer is in one of the two.
func (s *Service) newContent(kind Kind, i *interview.Interview, active map[string]bool) *content {
	c := &content{Title: i.Title, StartsAt: i.StartsAt.UTC(), EndsAt: i.EndsAt.UTC(), Description: s.newDescription(kind, i)}
	if kind == Meeting {
		c.Title = wecom.TruncateMeetingTitle(i.Title)
		c.Admin, c.Members = i.OrganizerID, []string{i.OrganizerID}
		return c
	}
	c.Location = wecom.TruncateRunes(location(i), maxLocation)
	for _, userID := range attendeesOf(i) {
		if active[userID] {
			c.Members = append(c.Members, userID)
		}
	}
	if i.Meeting.Kind == interview.WeComMeeting || !active[i.OrganizerID] {
		return c
	}
	c.Admin = i.OrganizerID
	if !slices.Contains(c.Members, c.Admin) {
		c.Members = append(c.Members, c.Admin)
	}
	return c
}

// attendeesOf returns the userids of the interviewers who have not declined, in the order
// of their positions in the list.
func attendeesOf(i *interview.Interview) []string {
	var ids []string
	for _, m := range i.Interviewers {
		if m.Response != interview.Declined {
			ids = append(ids, m.UserID)
		}
	}
	return ids
}

// Limits of WeCom in characters.
const (
	maxLocation    = 128
	maxDescription = 500 // of a meeting; a schedule has 1,000
)

func location(i *interview.Interview) string {
	t := func(id string) string { return i18n.T(i18n.DefaultLanguage, id, nil) }
	switch {
	case i.Meeting.Kind == interview.WeComMeeting && i.Meeting.Code != "":
		return t("appointment.wecom_meeting") + " " + i.Meeting.Code
	case i.Meeting.Kind == interview.WeComMeeting:
		return t("appointment.wecom_meeting")
	case i.Meeting.URL != "":
		return i.Meeting.URL
	case i.RoomURL != "":
		return i.RoomURL
	default:
		return t("notify.room." + string(i.RoomKind))
	}
}

// newDescription returns the lines of both kinds. The URL of the page is first: a long title
// of a position must not cut it off.
func (s *Service) newDescription(kind Kind, i *interview.Interview) string {
	line := func(id string, params map[string]any) string {
		return i18n.T(i18n.DefaultLanguage, "appointment.line."+id, params)
	}
	lines := []string{
		line("page", map[string]any{"URL": s.pageURL(i.ID)}),
		line("candidate", map[string]any{"Name": i.Candidate.Name, "Position": i.Position.Title, "Round": i.Round}),
	}
	if kind == Schedule && i.Meeting.URL != "" {
		lines = append(lines, line("meeting", map[string]any{"URL": i.Meeting.URL}))
		if i.Meeting.Code != "" {
			lines = append(lines, line("code", map[string]any{"Code": i.Meeting.Code}))
		}
	}
	return wecom.TruncateRunes(strings.Join(lines, "\n"), maxDescription)
}
