package cli

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// planFlags are what an interview is scheduled with or changed to.
type planFlags struct {
	Title       string   `help:"Title, such as 后端工程师 一面."`
	At          string   `placeholder:"TIME" help:"Start: 2026-12-01T14:00:00+08:00, or '2026-12-01 14:00' in --zone or else in the zone of this machine."`
	Minutes     int      `placeholder:"N" help:"How long, 10 to 480."`
	Zone        string   `placeholder:"NAME" help:"IANA name for people to read the time in; the company's when left out."`
	Interviewer []string `short:"i" placeholder:"WHO" help:"userid, e-mail address or mobile number in WeCom; several with commas or one flag for each."`
	RoomURL     string   `name:"room-url" placeholder:"URL" help:"The interview happens behind this https address."`
	Room        string   `placeholder:"builtin|showmebug" help:"Room of ours or of ShowMeBug; ours when left out."`
	Question    []string `placeholder:"ID" help:"Questions; those of the position when left out."`
	Note        string   `help:"For the interviewers."`
	Round       int      `placeholder:"N"`
	Override    bool     `help:"Go on although somebody is booked twice."`
}

// body is what the flags say, and nothing for those that were left out.
func (f *planFlags) body() (map[string]any, error) {
	body := map[string]any{}
	put(body, "title", f.Title)
	put(body, "timeZone", f.Zone)
	put(body, "note", f.Note)
	if f.At != "" {
		at, err := moment("--at", f.At, f.Zone)
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
		body["interviewers"] = whoAll(f.Interviewer)
	}
	if len(f.Question) > 0 {
		body["questionIds"] = f.Question
	}
	switch {
	case f.RoomURL != "" && f.Room != "":
		return nil, usagef("--room and --room-url cannot stand together")
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

func put(body map[string]any, name, value string) {
	if value != "" {
		body[name] = value
	}
}

func whoAll(list []string) []map[string]string {
	out := make([]map[string]string, 0, len(list))
	for _, one := range list {
		out = append(out, who(one))
	}
	return out
}

// who reads what names a member: what has an @ is an address, what has only
// digits after a plus or is as long as a number in China is one.
func who(name string) map[string]string {
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

// moment reads a time as people or programs write it.
func moment(flag, value, zone string) (string, error) {
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at.Format(time.RFC3339), nil
	}
	loc := time.Local
	if zone != "" {
		var err error
		if loc, err = time.LoadLocation(zone); err != nil {
			return "", usagef("--zone %q is no IANA name such as Asia/Shanghai", zone)
		}
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, value, loc); err == nil {
			return at.Format(time.RFC3339), nil
		}
	}
	return "", usagef("%s %q is no time: write 2026-12-01T14:00:00+08:00 or '2026-12-01 14:00'", flag, value)
}

type interviewSchedule struct {
	planFlags
	Candidate       string `placeholder:"ID" xor:"candidate" help:"A candidate that is there."`
	CandidateName   string `placeholder:"NAME" xor:"candidate" help:"Make a candidate with this name."`
	CandidateEmail  string `placeholder:"ADDRESS" help:"Of the new candidate: the invitation is sent there."`
	CandidateMobile string `placeholder:"NUMBER" help:"Of the new candidate."`
	Position        string `placeholder:"ID" xor:"position" help:"A position that is there."`
	PositionTitle   string `placeholder:"TITLE" xor:"position" help:"Make a position with this title."`
	Organizer       string `placeholder:"WHO" help:"Who looks after it; whose token it is when left out."`
	Body            string `name:"body" placeholder:"JSON" help:"The whole request as the API takes it, instead of flags: JSON, @file or -."`
}

// Run schedules an interview and prints it with the candidate's link.
func (c *interviewSchedule) Run(ctx context.Context, s *session) error {
	var body map[string]any
	if c.Body != "" {
		if err := s.readJSON(c.Body, &body); err != nil {
			return err
		}
		return fetch(ctx, s, http.MethodPost, "/interviews", body, interviewTable)
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	if c.Title == "" || c.At == "" || len(c.Interviewer) == 0 {
		return usagef("--title, --at and --interviewer are needed")
	}
	if c.Minutes == 0 {
		body["durationMinutes"] = 60
	}
	put(body, "candidateId", c.Candidate)
	put(body, "positionId", c.Position)
	if c.CandidateName != "" {
		candidate := map[string]any{"name": c.CandidateName}
		put(candidate, "email", c.CandidateEmail)
		put(candidate, "mobile", c.CandidateMobile)
		body["candidate"] = candidate
	}
	if c.PositionTitle != "" {
		body["position"] = map[string]any{"title": c.PositionTitle}
	}
	if c.Organizer != "" {
		body["organizer"] = who(c.Organizer)
	}
	return fetch(ctx, s, http.MethodPost, "/interviews", body, interviewTable)
}

type interviewChange struct {
	ID string `arg:""`
	planFlags
	Version int `placeholder:"N" help:"Version that was read: refused when somebody has changed it since."`
}

// Run changes an interview.
func (c *interviewChange) Run(ctx context.Context, s *session) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return usagef("nothing is to be changed: name it, such as --at '2026-12-01 15:00'")
	}
	if c.Version != 0 {
		body["version"] = c.Version
	}
	return fetch(ctx, s, http.MethodPatch, interviewPath(c.ID, ""), body, interviewTable)
}
