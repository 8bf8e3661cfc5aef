package wecom

import (
	"context"
	"encoding/json"
	"regexp"
)

// CalendarService manages calendars that the app creates. The app must be
// listed on the admin console's page 协作 → 日程 as allowed to call the API.
// See https://developer.work.weixin.qq.com/document/path/93647
type CalendarService struct{ client *Client }

// Permissions of a member on a calendar.
const (
	CalendarPermissionView     = 1
	CalendarPermissionFreeBusy = 3
)

// Calendar is a calendar of the app.
type Calendar struct {
	CalID          string               `json:"cal_id,omitempty"`
	Admins         []string             `json:"admins,omitempty"`         // at most 3, each in Shares
	SetAsDefault   Flag                 `json:"set_as_default,omitempty"` // Create only: makes it the app's default calendar
	Summary        string               `json:"summary"`                  // 1 to 128 characters
	Color          string               `json:"color"`                    // "#RRGGBB"
	Description    string               `json:"description,omitempty"`    // at most 512 characters
	Shares         []CalendarShare      `json:"shares,omitempty"`         // at most 2000
	IsPublic       Flag                 `json:"is_public,omitempty"`      // Create only
	PublicRange    *CalendarPublicRange `json:"public_range,omitempty"`
	IsCorpCalendar Flag                 `json:"is_corp_calendar,omitempty"` // Create only; requires PublicRange and takes no Color
}

// CalendarShare shares a calendar with a member.
type CalendarShare struct {
	UserID     string `json:"userid"`
	Permission int    `json:"permission,omitempty"` // CalendarPermissionView when 0
}

// CalendarPublicRange limits who may subscribe to a public calendar.
type CalendarPublicRange struct {
	UserIDs  []string `json:"userids,omitempty"`  // at most 1000
	PartyIDs []int64  `json:"partyids,omitempty"` // at most 100
}

// UnmarshalJSON also accepts "adminis" for "admins": WeCom's page shows both.
func (c *Calendar) UnmarshalJSON(data []byte) error {
	type plain Calendar
	decoded := struct {
		*plain
		Adminis []string `json:"adminis"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(data, &decoded); err != nil {
		return err
	}
	if len(c.Admins) == 0 {
		c.Admins = decoded.Adminis
	}
	return nil
}

var colorPattern = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

func (c *Calendar) checkFields(k *fieldChecker) {
	k.CheckRequired("calendar.summary", c.Summary)
	k.CheckRunes("calendar.summary", c.Summary, 128)
	k.CheckRunes("calendar.description", c.Description, 512)
	k.CheckCount("calendar.admins", len(c.Admins), 0, 3)
	k.CheckCount("calendar.shares", len(c.Shares), 0, 2000)
	if !bool(c.IsCorpCalendar) && !colorPattern.MatchString(c.Color) {
		k.Reject("calendar.color", "must have the form #RRGGBB")
	}
	if c.PublicRange != nil {
		k.CheckCount("calendar.public_range.userids", len(c.PublicRange.UserIDs), 0, 1000)
		k.CheckCount("calendar.public_range.partyids", len(c.PublicRange.PartyIDs), 0, 100)
	} else if c.IsCorpCalendar {
		k.Reject("calendar.public_range", "is missing")
	}
}

// CalendarShareFailure is a member without access to a calendar that was to be shared.
type CalendarShareFailure struct {
	UserID  string `json:"userid"`
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

type calendarReply struct {
	envelope
	CalID      string `json:"cal_id"`
	FailResult struct {
		Shares []CalendarShareFailure `json:"shares"`
	} `json:"fail_result"`
}

// Create creates a calendar and returns its id, and the members with which it
// could not be shared. An app can have 10,000 calendars.
// See https://developer.work.weixin.qq.com/document/path/93647
func (s *CalendarService) Create(ctx context.Context, calendar Calendar) (string, []CalendarShareFailure, error) {
	var k fieldChecker
	if calendar.checkFields(&k); k.firstError() != nil {
		return "", nil, k.firstError()
	}
	body := struct {
		Calendar Calendar `json:"calendar"`
	}{calendar}
	var reply calendarReply
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/oa/calendar/add", body), &reply); err != nil {
		return "", nil, err
	}
	return reply.CalID, reply.FailResult.Shares, nil
}

// Update overwrites a calendar, so start from the result of Get. With
// skipPublicRange the public range is left unchanged. Whether the calendar is
// public or the company's cannot be changed.
// See https://developer.work.weixin.qq.com/document/path/97716
func (s *CalendarService) Update(ctx context.Context, calendar Calendar, skipPublicRange bool) ([]CalendarShareFailure, error) {
	var k fieldChecker
	k.CheckRequired("calendar.cal_id", calendar.CalID)
	if calendar.checkFields(&k); k.firstError() != nil {
		return nil, k.firstError()
	}
	calendar.SetAsDefault, calendar.IsPublic, calendar.IsCorpCalendar = false, false, false
	body := struct {
		SkipPublicRange Flag     `json:"skip_public_range"`
		Calendar        Calendar `json:"calendar"`
	}{Flag(skipPublicRange), calendar}
	op := s.client.postCall("/cgi-bin/oa/calendar/update", body)
	op.idempotent = true // overwriting is idempotent
	var reply calendarReply
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.FailResult.Shares, nil
}

// Get returns calendars of the app, at most 1,000.
// See https://developer.work.weixin.qq.com/document/path/97717
func (s *CalendarService) Get(ctx context.Context, calIDs ...string) ([]Calendar, error) {
	var k fieldChecker
	if k.CheckCount("cal_id_list", len(calIDs), 1, 1000); k.firstError() != nil {
		return nil, k.firstError()
	}
	body := struct {
		IDs []string `json:"cal_id_list"`
	}{calIDs}
	var reply struct {
		envelope
		Calendars []Calendar `json:"calendar_list"`
	}
	op := s.client.postCall("/cgi-bin/oa/calendar/get", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.Calendars, nil
}

// Delete deletes a calendar. The app's default calendar cannot be deleted
// (90712).
// See https://developer.work.weixin.qq.com/document/path/97718
func (s *CalendarService) Delete(ctx context.Context, calID string) error {
	body := struct {
		CalID string `json:"cal_id"`
	}{calID}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/oa/calendar/del", body), &struct{ envelope }{})
}
