package office

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

type meetingMember struct {
	UserID         string `json:"userid"`
	Status         int    `json:"status"` // 1 joined, 2 not joined
	FirstJoinTime  int64  `json:"first_join_time,omitempty"`
	LastQuitTime   int64  `json:"last_quit_time,omitempty"`
	TotalJoinCount int    `json:"total_join_count,omitempty"`
	CumulativeTime int64  `json:"cumulative_time,omitempty"`
}

type meetingInfo struct {
	AdminUserID    string                 `json:"admin_userid"`
	Title          string                 `json:"title"`
	Start          model.Int              `json:"meeting_start"`
	Duration       model.Int              `json:"meeting_duration"`
	Description    string                 `json:"description"`
	Location       string                 `json:"location"`
	MainDepartment int64                  `json:"main_department"`
	Status         int                    `json:"status"`
	AgentID        int64                  `json:"agentid"`
	CalID          string                 `json:"cal_id,omitempty"`
	Code           string                 `json:"meeting_code"`
	Link           string                 `json:"meeting_link"`
	Settings       core.MeetingSettings   `json:"settings"`
	Reminders      *core.MeetingReminders `json:"reminders,omitempty"`
	Attendees      struct {
		Member   []meetingMember `json:"member"`
		External []meetingMember `json:"tmp_external_user"`
	} `json:"attendees"`
}

// getMeeting implements meeting/get_info. A member who has left the company remains an invitee.
//
// https://developer.work.weixin.qq.com/document/path/99049
func (s *Service) getMeeting(r *core.Request) (any, *core.APIError) {
	var in meetingIDBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m, err := findMeeting(r, in.MeetingID)
	if err != nil {
		return nil, err
	}
	out := meetingInfo{AdminUserID: m.AdminUserID, Title: *m.Title, Start: *m.Start, Duration: *m.Duration,
		Description: m.OptionalText(m.Description), Location: m.OptionalText(m.Location), Status: m.StatusAt(s.CurrentTime()), AgentID: m.App.AgentID,
		CalID: m.CalID, Code: m.Code, Link: meetingJoinLink(m, s), Settings: m.Settings.WithDefaults(), Reminders: m.Reminders}
	if admin, ok := r.Corp.Members[core.FoldUserID(m.AdminUserID)]; ok {
		out.MainDepartment = admin.MainDepartment
	}
	out.Attendees.Member, out.Attendees.External = []meetingMember{}, []meetingMember{}
	for _, u := range m.InviteeIDs {
		out.Attendees.Member = append(out.Attendees.Member, attendanceToReply(m.Attendances[u], u, s.CurrentTime()))
	}
	return out, nil
}

func attendanceToReply(a *core.Attendance, userID string, now time.Time) meetingMember {
	if a == nil {
		return meetingMember{UserID: userID, Status: 2}
	}
	out := meetingMember{UserID: userID, Status: 1, FirstJoinTime: a.FirstJoin.Unix(), TotalJoinCount: a.JoinCount}
	total := a.Total
	if a.JoinedAt.IsZero() {
		out.LastQuitTime = a.LastLeave.Unix()
	} else {
		total += now.Sub(a.JoinedAt)
	}
	out.CumulativeTime = int64(total / time.Second)
	return out
}

// listMeetings implements meeting/get_user_meetingid: the application's meetings with a member, earliest
// first. end_time restricts past meetings only.
//
// https://developer.work.weixin.qq.com/document/path/99050
func (s *Service) listMeetings(r *core.Request) (any, *core.APIError) {
	var in struct {
		UserID string    `json:"userid"`
		Cursor string    `json:"cursor"`
		Begin  model.Int `json:"begin_time"`
		End    model.Int `json:"end_time"`
		Limit  model.Int `json:"limit"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	from, bad := strconv.Atoi(cmp.Or(in.Cursor, "0"))
	limit := int(cmp.Or(in.Limit, 100))
	switch {
	case in.UserID == "":
		return nil, core.NewAPIError(400038)
	case r.Corp.Members[core.FoldUserID(in.UserID)] == nil:
		return nil, core.NewAPIError(60111)
	case bad != nil || from < 0:
		return nil, core.InvalidParam("cursor")
	case limit < 1 || limit > 100:
		return nil, core.InvalidParam("limit")
	case in.Begin != 0 && in.End != 0 && (in.End < in.Begin || in.End-in.Begin > 180*24*3600):
		return nil, core.InvalidParam("end_time")
	}
	ids := listMeetingIDs(r, in.UserID, func(start model.Int) bool {
		future := int64(start) > s.CurrentTime().Unix()
		return start >= in.Begin && (in.End == 0 || future || start <= in.End)
	})
	ids = ids[min(from, len(ids)):]
	next := ""
	if len(ids) > limit {
		ids, next = ids[:limit], strconv.Itoa(from+limit)
	}
	return struct {
		Next string   `json:"next_cursor"`
		IDs  []string `json:"meetingid_list"`
	}{next, ids}, nil
}

func listMeetingIDs(r *core.Request, userID string, fits func(model.Int) bool) []string {
	var list []*core.MeetingState
	for _, m := range r.Corp.Meetings {
		if m.App.AgentID == r.App.AgentID && m.FindInvitee(userID) != "" && fits(*m.Start) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *core.MeetingState) int {
		return cmp.Or(cmp.Compare(*a.Start, *b.Start), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	return ids
}

// createPersonalMeetingLink implements meeting/create_customer_short_url.
//
// https://developer.work.weixin.qq.com/document/path/98818
func (s *Service) createPersonalMeetingLink(r *core.Request) (any, *core.APIError) {
	var in struct {
		meetingIDBody
		Data string `json:"customer_data"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if !r.Corp.AdvancedMeetings {
		return nil, core.NewAPIError(730007)
	}
	m, err := findMeeting(r, in.MeetingID)
	switch {
	case err != nil:
		return nil, err
	case in.Data == "":
		return nil, core.InvalidParam("customer_data")
	case len(in.Data) > 256:
		return nil, core.TooLong("customer_data", 256)
	}
	type link struct {
		Data string `json:"customer_data"`
		URL  string `json:"meeting_short_url"`
	}
	return struct {
		Link link `json:"meeting_short_url_customer_data"`
	}{link{in.Data, meetingJoinLink(m, s) + "?p=" + s.RandomText(9)}}, nil
}
