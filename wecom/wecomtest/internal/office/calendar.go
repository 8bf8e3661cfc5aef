package office

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

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

func checkCalendarBody(c *core.CalendarBody) *core.APIError {
	switch n := utf8.RuneCountInString(c.Summary); {
	case n < 1 || n > 128:
		return core.InvalidParam("calendar.summary")
	case !colourPattern.MatchString(c.Color):
		return core.NewAPIError(90473)
	case utf8.RuneCountInString(c.Description) > 512:
		return core.TooLong("calendar.description", 512)
	case len(c.Shares) > 2000:
		return core.NewAPIError(90490)
	case len(c.Admins) > 3:
		return core.InvalidParam("calendar.admins")
	case c.IsCorpCalendar == 1 && c.PublicRange == nil:
		return core.NewAPIError(90483)
	}
	for _, a := range c.Admins {
		if !slices.ContainsFunc(c.Shares, func(s core.Share) bool { return core.FoldUserID(s.UserID) == core.FoldUserID(a) }) {
			return core.NewAPIError(90492)
		}
	}
	return nil
}

// filterShares removes members outside the visible range from the shares and returns them in
// fail_result; the call succeeds nevertheless.
func filterShares(c *core.CalendarBody, r *core.Request) (reply calendarReply) {
	var kept []core.Share
	var bad []shareFailure
	for _, s := range c.Shares {
		m, ok := r.Corp.Members[core.FoldUserID(s.UserID)]
		if !ok || !r.Corp.SeesMember(r.App, m) {
			bad = append(bad, shareFailure{60111, core.ErrTexts[60111], s.UserID})
			continue
		}
		kept = append(kept, core.Share{UserID: m.UserID, Permission: max(s.Permission, 1)})
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
	Calendar        core.CalendarBody `json:"calendar"`
	SkipPublicRange model.Int         `json:"skip_public_range"`
}

func (s *Service) addCalendar(r *core.Request) (any, *core.APIError) {
	var in calendarRequest
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCalendarBody(&in.Calendar); err != nil {
		return nil, err
	}
	reply := filterShares(&in.Calendar, r)
	c := &core.CalendarState{ID: "wc" + s.RandomText(24), App: r.App, CalendarBody: in.Calendar}
	bounded.Insert(r.Corp.Calendars, &r.Corp.InsertionOrder.Calendars, s.Limits.Records, c.ID, c)
	reply.CalID = c.ID
	return reply, nil
}

// findCalendar returns a calendar of the calling application that has not been deleted.
func findCalendar(r *core.Request, id string) (*core.CalendarState, *core.APIError) {
	c, ok := r.Corp.Calendars[id]
	switch {
	case !ok:
		return nil, core.NewAPIError(90457)
	case c.App.AgentID != r.App.AgentID:
		return nil, core.NewAPIError(90466)
	case c.Deleted:
		return nil, core.NewAPIError(90459)
	}
	return c, nil
}

func (s *Service) updateCalendar(r *core.Request) (any, *core.APIError) {
	var in calendarRequest
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	c, err := findCalendar(r, in.Calendar.CalID)
	if err != nil {
		return nil, err
	}
	next := in.Calendar
	next.IsPublic, next.IsCorpCalendar = c.IsPublic, c.IsCorpCalendar // both are immutable
	if in.SkipPublicRange == 1 {
		next.PublicRange = c.PublicRange
	}
	if err := checkCalendarBody(&next); err != nil {
		return nil, err
	}
	reply := filterShares(&next, r)
	c.CalendarBody = next
	return reply, nil
}

func (s *Service) getCalendars(r *core.Request) (any, *core.APIError) {
	var in struct {
		List []string `json:"cal_id_list"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 1000 {
		return nil, core.NewAPIError(90458)
	}
	out := struct {
		List []core.CalendarBody `json:"calendar_list"`
	}{[]core.CalendarBody{}}
	for _, id := range in.List {
		c, err := findCalendar(r, id)
		if err != nil {
			return nil, err
		}
		shown := c.CalendarBody
		shown.CalID, shown.SetAsDefault = c.ID, 0
		out.List = append(out.List, shown)
	}
	return out, nil
}

func (s *Service) deleteCalendar(r *core.Request) (any, *core.APIError) {
	var in struct {
		CalID string `json:"cal_id"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	c, err := findCalendar(r, in.CalID)
	if err != nil {
		return nil, err
	}
	if c.SetAsDefault == 1 {
		return nil, core.NewAPIError(90712)
	}
	c.Deleted = true
	return nil, nil
}
