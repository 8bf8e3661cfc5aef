package office

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

func meetingJoinLink(m *core.MeetingState, s *Service) string { return s.URL() + "/meeting/" + m.Code }

type newMeetingReply struct {
	MeetingID   string   `json:"meetingid"`
	ExcessUsers []string `json:"excess_users"`
	Code        string   `json:"meeting_code,omitempty"`
	Link        string   `json:"meeting_link,omitempty"`
}

// createMeeting implements meeting/create. Only for companies with AdvancedMeetings, the reply has code and
// link; others call meeting/get_info.
func (s *Service) createMeeting(r *core.Request) (any, *core.APIError) {
	m := &core.MeetingState{App: r.App, Created: s.CurrentTime(), Attendances: map[string]*core.Attendance{}}
	if err := r.DecodeBody(&m.MeetingBody); err != nil {
		return nil, err
	}
	if m.AdminUserID == "" {
		return nil, core.NewAPIError(400040)
	}
	if m.Title == nil || m.Start == nil || m.Duration == nil {
		return nil, core.InvalidParam("title, meeting_start, meeting_duration")
	}
	if err := checkMeetingBody(&m.MeetingBody, s, r); err != nil {
		return nil, err
	}
	if err := resolveInvitees(m, r); err != nil {
		return nil, err
	}
	if m.AdminUserID = m.FindInvitee(m.AdminUserID); m.AdminUserID == "" {
		return nil, core.NewAPIError(400039)
	}
	if !m.SkipDuplicateCheck && s.hasDuplicateMeeting(r, m) {
		return nil, core.NewAPIError(400302)
	}
	m.ID, m.Code = "hy"+s.RandomText(24), strconv.FormatUint(100000000+s.Rand.Uint64()%900000000, 10)
	r.Corp.RecentMeetings.Limit = s.Limits.Records
	r.Corp.RecentMeetings.Put(meetingDuplicateKey(m), m, s.CurrentTime(), s.CurrentTime().Add(duplicateMeetingWindow))
	bounded.Insert(r.Corp.Meetings, &r.Corp.InsertionOrder.Meetings, s.Limits.Records, m.ID, m)
	s.NotifyChange(core.Change{Kind: "meeting", CorpID: r.Corp.ID})
	reply := newMeetingReply{MeetingID: m.ID, ExcessUsers: []string{}}
	if r.Corp.AdvancedMeetings {
		reply.Code, reply.Link = m.Code, meetingJoinLink(m, s)
	}
	return reply, nil
}

// hasDuplicateMeeting reports whether the application created the same meeting within
// duplicateMeetingWindow and has not cancelled it.
func (s *Service) hasDuplicateMeeting(r *core.Request, m *core.MeetingState) bool {
	o, ok := r.Corp.RecentMeetings.Get(meetingDuplicateKey(m))
	return ok && !o.Cancelled && s.CurrentTime().Sub(o.Created) < duplicateMeetingWindow && meetingDuplicateKey(o) == meetingDuplicateKey(m)
}

const duplicateMeetingWindow = 5 * time.Minute

// meetingDuplicateKey returns a key that is equal for meetings with the same application, admin, title and start.
func meetingDuplicateKey(m *core.MeetingState) string {
	return fmt.Sprintf("%d\x00%s\x00%s\x00%d", m.App.AgentID, m.AdminUserID, *m.Title, *m.Start)
}

// findMeeting returns a meeting of the calling application.
func findMeeting(r *core.Request, id string) (*core.MeetingState, *core.APIError) {
	m, ok := r.Corp.Meetings[id]
	if !ok || m.App.AgentID != r.App.AgentID {
		return nil, core.NewAPIError(90602)
	}
	return m, nil
}

// updateMeeting implements meeting/update. Absent fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/99047
func (s *Service) updateMeeting(r *core.Request) (any, *core.APIError) {
	var in struct {
		MeetingID string `json:"meetingid"`
		core.MeetingBody
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m, err := findMeeting(r, in.MeetingID)
	switch {
	case err != nil:
		return nil, err
	case in.AdminUserID != "":
		return nil, core.InvalidParam("admin_userid")
	case (in.Start == nil) != (in.Duration == nil):
		return nil, core.InvalidParam("meeting_start, meeting_duration")
	}
	if now := m.StatusAt(s.CurrentTime()); now != model.MeetingWaiting && (now != model.MeetingExpired || in.Start == nil) {
		return nil, core.NewAPIError(400221)
	}
	next := *m
	next.MergeFrom(&in.MeetingBody)
	if err := checkMeetingBody(&in.MeetingBody, s, r); err != nil {
		return nil, err
	}
	if err := resolveInvitees(&next, r); err != nil {
		return nil, err
	}
	*m = next
	s.NotifyChange(core.Change{Kind: "meeting", CorpID: r.Corp.ID})
	return struct {
		ExcessUsers []string `json:"excess_users"`
	}{[]string{}}, nil
}

type meetingIDBody struct {
	MeetingID string `json:"meetingid"`
}

// cancelMeeting implements meeting/cancel.
//
// https://developer.work.weixin.qq.com/document/path/99048
func (s *Service) cancelMeeting(r *core.Request) (any, *core.APIError) {
	var in meetingIDBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m, err := findMeeting(r, in.MeetingID)
	if err != nil {
		return nil, err
	}
	switch m.StatusAt(s.CurrentTime()) {
	case model.MeetingCancelled:
		return nil, core.NewAPIError(400041)
	case model.MeetingRunning, model.MeetingEnded, model.MeetingExpired:
		return nil, core.NewAPIError(400224)
	}
	m.Cancelled = true
	s.NotifyChange(core.Change{Kind: "meeting", CorpID: r.Corp.ID})
	return nil, nil
}

// Meetings implements the method of wecomtest.Server.
func (s *Service) Meetings(corpID, userID string) []model.Meeting {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Meeting
	if c, ok := s.CorpStates[corpID]; ok {
		for _, m := range c.Meetings {
			if m.FindInvitee(userID) != "" {
				out = append(out, s.NewMeeting(m))
			}
		}
	}
	slices.SortFunc(out, func(a, b model.Meeting) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.MeetingID, b.MeetingID))
	})
	return out
}

// NewMeeting returns a meeting with those who joined it.
func (s *Service) NewMeeting(m *core.MeetingState) model.Meeting {
	out := model.Meeting{MeetingID: m.ID, AgentID: m.App.AgentID, AdminUserID: m.AdminUserID, Title: *m.Title,
		Description: m.OptionalText(m.Description), Location: m.OptionalText(m.Location), Start: m.StartTime(), Duration: m.PlannedDuration(),
		Invitees: slices.Clone(m.InviteeIDs), Code: m.Code, Link: meetingJoinLink(m, s), Status: m.StatusAt(s.CurrentTime())}
	for _, u := range m.InviteeIDs {
		if m.Attendances[u] != nil {
			out.Joined = append(out.Joined, u)
		}
	}
	return out
}
