package wecomtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
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
	AdminUserID    string            `json:"admin_userid"`
	Title          string            `json:"title"`
	Start          Int               `json:"meeting_start"`
	Duration       Int               `json:"meeting_duration"`
	Description    string            `json:"description"`
	Location       string            `json:"location"`
	MainDepartment int64             `json:"main_department"`
	Status         int               `json:"status"`
	AgentID        int64             `json:"agentid"`
	CalID          string            `json:"cal_id,omitempty"`
	Code           string            `json:"meeting_code"`
	Link           string            `json:"meeting_link"`
	Settings       meetingSettings   `json:"settings"`
	Reminders      *meetingReminders `json:"reminders,omitempty"`
	Attendees      struct {
		Member   []meetingMember `json:"member"`
		External []meetingMember `json:"tmp_external_user"`
	} `json:"attendees"`
}

// getMeeting implements meeting/get_info. A member who has left the company remains an invitee.
//
// https://developer.work.weixin.qq.com/document/path/99049
func (s *Server) getMeeting(r *request) (any, *apiError) {
	var in meetingIDBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	m, err := r.findMeeting(in.MeetingID)
	if err != nil {
		return nil, err
	}
	out := meetingInfo{AdminUserID: m.AdminUserID, Title: *m.Title, Start: *m.Start, Duration: *m.Duration,
		Description: m.optionalText(m.Description), Location: m.optionalText(m.Location), Status: m.statusAt(s.currentTime()), AgentID: m.app.AgentID,
		CalID: m.CalID, Code: m.code, Link: m.joinLink(s), Settings: m.Settings.withDefaults(), Reminders: m.Reminders}
	if admin, ok := r.corp.members[foldUserID(m.AdminUserID)]; ok {
		out.MainDepartment = admin.MainDepartment
	}
	out.Attendees.Member, out.Attendees.External = []meetingMember{}, []meetingMember{}
	for _, u := range m.invitees {
		out.Attendees.Member = append(out.Attendees.Member, m.attendances[u].toReply(u, s.currentTime()))
	}
	return out, nil
}

func (a *attendance) toReply(userID string, now time.Time) meetingMember {
	if a == nil {
		return meetingMember{UserID: userID, Status: 2}
	}
	out := meetingMember{UserID: userID, Status: 1, FirstJoinTime: a.firstJoin.Unix(), TotalJoinCount: a.joinCount}
	total := a.total
	if a.joinedAt.IsZero() {
		out.LastQuitTime = a.lastLeave.Unix()
	} else {
		total += now.Sub(a.joinedAt)
	}
	out.CumulativeTime = int64(total / time.Second)
	return out
}

// listMeetings implements meeting/get_user_meetingid: the application's meetings with a member, earliest
// first. end_time restricts past meetings only.
//
// https://developer.work.weixin.qq.com/document/path/99050
func (s *Server) listMeetings(r *request) (any, *apiError) {
	var in struct {
		UserID string `json:"userid"`
		Cursor string `json:"cursor"`
		Begin  Int    `json:"begin_time"`
		End    Int    `json:"end_time"`
		Limit  Int    `json:"limit"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	from, bad := strconv.Atoi(cmp.Or(in.Cursor, "0"))
	limit := int(cmp.Or(in.Limit, 100))
	switch {
	case in.UserID == "":
		return nil, newAPIError(400038)
	case r.corp.members[foldUserID(in.UserID)] == nil:
		return nil, newAPIError(60111)
	case bad != nil || from < 0:
		return nil, invalidParam("cursor")
	case limit < 1 || limit > 100:
		return nil, invalidParam("limit")
	case in.Begin != 0 && in.End != 0 && (in.End < in.Begin || in.End-in.Begin > 180*24*3600):
		return nil, invalidParam("end_time")
	}
	ids := r.listMeetingIDs(in.UserID, func(start Int) bool {
		future := int64(start) > s.currentTime().Unix()
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

func (r *request) listMeetingIDs(userID string, fits func(Int) bool) []string {
	var list []*meetingState
	for _, m := range r.corp.meetings {
		if m.app.AgentID == r.app.AgentID && m.findInvitee(userID) != "" && fits(*m.Start) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *meetingState) int { return cmp.Or(cmp.Compare(*a.Start, *b.Start), cmp.Compare(a.id, b.id)) })
	ids := make([]string, len(list))
	for i, m := range list {
		ids[i] = m.id
	}
	return ids
}

// createPersonalMeetingLink implements meeting/create_customer_short_url.
//
// https://developer.work.weixin.qq.com/document/path/98818
func (s *Server) createPersonalMeetingLink(r *request) (any, *apiError) {
	var in struct {
		meetingIDBody
		Data string `json:"customer_data"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if !r.corp.AdvancedMeetings {
		return nil, newAPIError(730007)
	}
	m, err := r.findMeeting(in.MeetingID)
	switch {
	case err != nil:
		return nil, err
	case in.Data == "":
		return nil, invalidParam("customer_data")
	case len(in.Data) > 256:
		return nil, tooLong("customer_data", 256)
	}
	type link struct {
		Data string `json:"customer_data"`
		URL  string `json:"meeting_short_url"`
	}
	return struct {
		Link link `json:"meeting_short_url_customer_data"`
	}{link{in.Data, m.joinLink(s) + "?p=" + s.randomText(9)}}, nil
}

// serveMeeting serves the link of a meeting: a page for browsers, the title in plain text for
// programs.
func (s *Server) serveMeeting(w http.ResponseWriter, r *http.Request) {
	if s.serveMeetingPage(w, r) {
		return
	}
	s.mu.Lock()
	text := ""
	for _, c := range s.corps {
		for _, m := range c.meetings {
			if m.code == r.PathValue("code") {
				text = *m.Title + "\n" + m.startTime().UTC().Format(time.RFC3339) + "\n" + m.code + "\n"
			}
		}
	}
	s.mu.Unlock()
	if text == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(text))
}
