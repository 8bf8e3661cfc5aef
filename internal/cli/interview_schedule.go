package cli

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/validate"
)

// scheduleFlags are the flags that "schedule" and "change" share.
type scheduleFlags struct {
	Title       string   `help:"Title, such as 后端工程师 一面."`
	At          string   `placeholder:"TIME" help:"Start: 2026-12-01T14:00:00+08:00, or '2026-12-01 14:00' in --zone (default: this machine's time zone)."`
	Minutes     int      `placeholder:"N" help:"Duration in minutes, 10 to 480."`
	Zone        string   `placeholder:"NAME" help:"Time zone of the interview (IANA name); default: the company's."`
	Interviewer []string `short:"i" placeholder:"WHO" help:"userid, email address or mobile number in WeCom; comma-separated or repeated."`
	RoomURL     string   `name:"room-url" placeholder:"URL" help:"https URL of an external room."`
	Room        string   `placeholder:"${default_room_kinds}" help:"Kind of room; default: that of the company."`
	Question    []string `placeholder:"ID" help:"Questions; default: those of the position."`
	ExternalID  string   `name:"external-id" placeholder:"ID" help:"Id of the interview in another system, unique in the company."`
	Note        string   `help:"Note for the interviewers."`
	Round       int      `placeholder:"N"`
	Override    bool     `help:"Continue despite warnings, such as an interviewer who is booked twice."`
}

// requestBody returns the JSON fields for the flags that are set.
func (f *scheduleFlags) requestBody() (map[string]any, error) {
	body := map[string]any{}
	setField(body, "title", f.Title)
	setField(body, "timeZone", f.Zone)
	setField(body, "note", f.Note)
	setField(body, "externalId", f.ExternalID)
	if f.At != "" {
		at, err := parseTime("--at", f.At, f.Zone)
		if err != nil {
			return nil, err
		}
		body["startsAt"] = at
	}
	if f.Minutes != 0 {
		body["durationMinutes"] = f.Minutes
	}
	if f.Round != 0 {
		body["round"] = f.Round
	}
	if len(f.Interviewer) > 0 {
		body["interviewers"] = memberRefs(f.Interviewer)
	}
	if len(f.Question) > 0 {
		body["questionIds"] = f.Question
	}
	switch {
	case f.RoomURL != "" && f.Room != "":
		return nil, usageErrorf("--room and --room-url exclude each other")
	case f.RoomURL != "":
		body["room"] = map[string]any{"kind": "link", "url": f.RoomURL}
	case f.Room != "":
		body["room"] = map[string]any{"kind": f.Room}
	}
	if f.Override {
		body["overrideWarnings"] = true
	}
	return body, nil
}

func setField(body map[string]any, name, value string) {
	if value != "" {
		body[name] = value
	}
}

func memberRefs(list []string) []map[string]string {
	out := make([]map[string]string, 0, len(list))
	for _, one := range list {
		out = append(out, memberRef(one))
	}
	return out
}

// memberRef identifies a member by e-mail address if the value contains an @, by
// mobile number if it consists of digits, spaces and hyphens after a plus or has
// the 11 characters of a Chinese number, and by userid otherwise.
func memberRef(name string) map[string]string {
	digits := strings.TrimPrefix(name, "+")
	number := digits != "" && strings.Trim(digits, "0123456789- ") == "" && (digits != name || len(digits) == 11)
	switch {
	case strings.Contains(name, "@"):
		return map[string]string{"email": name}
	case number:
		return map[string]string{"mobile": name}
	default:
		return map[string]string{"userId": name}
	}
}

// parseTime parses RFC 3339, or a date with an optional time in the zone (the
// machine's when zone is empty), and returns RFC 3339.
func parseTime(flag, value, zone string) (string, error) {
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at.Format(time.RFC3339), nil
	}
	loc := time.Local
	if zone != "" {
		var err error
		if loc, err = validate.TimeZone(zone); err != nil {
			return "", usageErrorf("--zone %q is not an IANA time zone such as Asia/Shanghai", zone)
		}
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		wall, err := time.Parse(layout, value)
		if err != nil {
			continue
		}
		at, change := validate.LocalTime(wall, loc)
		switch {
		case layout == time.DateOnly: // the begin of the day
		case change == validate.Skipped:
			return "", usageErrorf("%s %q does not exist in %s on that day, because clocks go forward", flag, value, loc)
		case change == validate.Repeated:
			return "", usageErrorf("%s %q occurs twice in %s on that day, because clocks go back: add an offset, such as %s", flag, value, loc, at.Format(time.RFC3339))
		}
		return at.Format(time.RFC3339), nil
	}
	return "", usageErrorf("%s %q is not a time: use 2026-12-01T14:00:00+08:00 or '2026-12-01 14:00'", flag, value)
}

type interviewSchedule struct {
	scheduleFlags
	Candidate           string `placeholder:"ID" xor:"candidate" help:"An existing candidate."`
	CandidateName       string `placeholder:"NAME" xor:"candidate" help:"Create a candidate with this name."`
	CandidateEmail      string `placeholder:"ADDRESS" help:"E-mail address of the new candidate, to which the invitation is sent."`
	CandidateMobile     string `placeholder:"NUMBER" help:"Mobile number of the new candidate."`
	CandidateExternalID string `name:"candidate-external-id" placeholder:"ID" help:"Id of the new candidate in another system."`
	Position            string `placeholder:"ID" xor:"position" help:"An existing position."`
	PositionTitle       string `placeholder:"TITLE" xor:"position" help:"Create a position with this title."`
	Organizer           string `placeholder:"WHO" help:"Organizer; default: the owner of the token."`
	Body                string `name:"body" placeholder:"JSON" help:"The complete API request instead of flags: JSON, @file, or - for standard input."`
}

// Run prints the new interview with the candidate's link.
func (c *interviewSchedule) Run(ctx context.Context, s *session) error {
	var body map[string]any
	if c.Body != "" {
		if err := s.readJSONArgument(c.Body, &body); err != nil {
			return err
		}
		return requestAndPrint(ctx, s, http.MethodPost, "/interviews", body, interviewTable)
	}
	body, err := c.requestBody()
	if err != nil {
		return err
	}
	if c.Title == "" || c.At == "" || len(c.Interviewer) == 0 {
		return usageErrorf("--title, --at and --interviewer are required")
	}
	if c.Minutes == 0 {
		body["durationMinutes"] = 60
	}
	setField(body, "candidateId", c.Candidate)
	setField(body, "positionId", c.Position)
	if c.CandidateName != "" {
		candidate := map[string]any{"name": c.CandidateName}
		setField(candidate, "email", c.CandidateEmail)
		setField(candidate, "mobile", c.CandidateMobile)
		setField(candidate, "externalId", c.CandidateExternalID)
		body["candidate"] = candidate
	}
	if c.PositionTitle != "" {
		body["position"] = map[string]any{"title": c.PositionTitle}
	}
	if c.Organizer != "" {
		body["organizer"] = memberRef(c.Organizer)
	}
	return requestAndPrint(ctx, s, http.MethodPost, "/interviews", body, interviewTable)
}

type interviewChange struct {
	ID string `arg:""`
	scheduleFlags
	Version int `name:"if-version" placeholder:"N" help:"Expected version; the change is rejected if the interview has another version by now."`
}

func (c *interviewChange) Run(ctx context.Context, s *session) error {
	body, err := c.requestBody()
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return usageErrorf("nothing to change: pass at least one flag, such as --at '2026-12-01 15:00'")
	}
	if c.Version != 0 {
		body["version"] = c.Version
	}
	return requestAndPrint(ctx, s, http.MethodPatch, interviewPath(c.ID, ""), body, interviewTable)
}
