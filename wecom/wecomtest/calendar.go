package wecomtest

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// calendarState is a calendar created by an application.
type calendarState struct {
	id  string
	app *appState
	calendarBody
	deleted bool
}

// calendarBody is a calendar in requests and replies.
//
// https://developer.work.weixin.qq.com/document/path/93647
type calendarBody struct {
	CalID          string       `json:"cal_id,omitempty"`
	Admins         []string     `json:"admins"`
	SetAsDefault   Int          `json:"set_as_default,omitempty"`
	Summary        string       `json:"summary"`
	Color          string       `json:"color"`
	Description    string       `json:"description"`
	Shares         []share      `json:"shares"`
	IsPublic       Int          `json:"is_public"`
	PublicRange    *publicRange `json:"public_range,omitempty"`
	IsCorpCalendar Int          `json:"is_corp_calendar"`
}

type share struct {
	UserID     string `json:"userid"`
	Permission Int    `json:"permission,omitempty"`
}

type publicRange struct {
	UserIDs  []string `json:"userids"`
	PartyIDs []Int    `json:"partyids"`
}

type shareFailure struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
	UserID  string `json:"userid"`
}

type calendarReply struct {
	CalID      string `json:"cal_id,omitempty"`
	FailResult *struct {
		Shares []shareFailure `json:"shares"`
	} `json:"fail_result,omitempty"`
}

var colourPattern = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

func (c *calendarBody) checkFields() *apiError {
	switch n := utf8.RuneCountInString(c.Summary); {
	case n < 1 || n > 128:
		return invalidParam("calendar.summary")
	case !colourPattern.MatchString(c.Color):
		return newAPIError(90473)
	case utf8.RuneCountInString(c.Description) > 512:
		return tooLong("calendar.description", 512)
	case len(c.Shares) > 2000:
		return newAPIError(90490)
	case len(c.Admins) > 3:
		return invalidParam("calendar.admins")
	case c.IsCorpCalendar == 1 && c.PublicRange == nil:
		return newAPIError(90483)
	}
	for _, a := range c.Admins {
		if !slices.ContainsFunc(c.Shares, func(s share) bool { return foldUserID(s.UserID) == foldUserID(a) }) {
			return newAPIError(90492)
		}
	}
	return nil
}

// filterShares removes members outside the visible range from the shares and returns them in
// fail_result; the call succeeds nevertheless.
func (c *calendarBody) filterShares(r *request) (reply calendarReply) {
	var kept []share
	var bad []shareFailure
	for _, s := range c.Shares {
		m, ok := r.corp.members[foldUserID(s.UserID)]
		if !ok || !r.corp.seesMember(r.app, m) {
			bad = append(bad, shareFailure{60111, errTexts[60111], s.UserID})
			continue
		}
		kept = append(kept, share{m.UserID, max(s.Permission, 1)})
	}
	c.Shares = kept
	if len(bad) > 0 {
		reply.FailResult = &struct {
			Shares []shareFailure `json:"shares"`
		}{bad}
	}
	return reply
}

type calendarRequest struct {
	Calendar        calendarBody `json:"calendar"`
	SkipPublicRange Int          `json:"skip_public_range"`
}

func (s *Server) addCalendar(r *request) (any, *apiError) {
	var in calendarRequest
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := in.Calendar.checkFields(); err != nil {
		return nil, err
	}
	reply := in.Calendar.filterShares(r)
	c := &calendarState{id: "wc" + s.randomText(24), app: r.app, calendarBody: in.Calendar}
	insertBounded(r.corp.calendars, &r.corp.insertionOrder.calendars, s.limits.Records, c.id, c)
	reply.CalID = c.id
	return reply, nil
}

// findCalendar returns a calendar of the calling application that has not been deleted.
func (r *request) findCalendar(id string) (*calendarState, *apiError) {
	c, ok := r.corp.calendars[id]
	switch {
	case !ok:
		return nil, newAPIError(90457)
	case c.app.AgentID != r.app.AgentID:
		return nil, newAPIError(90466)
	case c.deleted:
		return nil, newAPIError(90459)
	}
	return c, nil
}

func (s *Server) updateCalendar(r *request) (any, *apiError) {
	var in calendarRequest
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	c, err := r.findCalendar(in.Calendar.CalID)
	if err != nil {
		return nil, err
	}
	next := in.Calendar
	next.IsPublic, next.IsCorpCalendar = c.IsPublic, c.IsCorpCalendar // both are immutable
	if in.SkipPublicRange == 1 {
		next.PublicRange = c.PublicRange
	}
	if err := next.checkFields(); err != nil {
		return nil, err
	}
	reply := next.filterShares(r)
	c.calendarBody = next
	return reply, nil
}

func (s *Server) getCalendars(r *request) (any, *apiError) {
	var in struct {
		List []string `json:"cal_id_list"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 1000 {
		return nil, newAPIError(90458)
	}
	out := struct {
		List []calendarBody `json:"calendar_list"`
	}{[]calendarBody{}}
	for _, id := range in.List {
		c, err := r.findCalendar(id)
		if err != nil {
			return nil, err
		}
		shown := c.calendarBody
		shown.CalID, shown.SetAsDefault = c.id, 0
		out.List = append(out.List, shown)
	}
	return out, nil
}

func (s *Server) deleteCalendar(r *request) (any, *apiError) {
	var in struct {
		CalID string `json:"cal_id"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	c, err := r.findCalendar(in.CalID)
	if err != nil {
		return nil, err
	}
	if c.SetAsDefault == 1 {
		return nil, newAPIError(90712)
	}
	c.deleted = true
	return nil, nil
}
