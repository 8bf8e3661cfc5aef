package wecomtest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Status of a meeting.
const (
	MeetingWaiting   = 1
	MeetingRunning   = 2
	MeetingEnded     = 3
	MeetingCancelled = 4
	MeetingExpired   = 5 // no member joined
)

// Meeting is a meeting (会议) created by an application.
//
// https://developer.work.weixin.qq.com/document/path/99104
type Meeting struct {
	MeetingID   string
	AgentID     int64 // of the application that created it
	AdminUserID string
	Title       string
	Description string
	Location    string
	Start       time.Time
	Duration    time.Duration
	Invitees    []string // including the admin
	Code        string   // digits
	Link        string
	Status      int      // MeetingWaiting and so on
	Joined      []string // the invitees who have joined
}

// meetingState is a meeting with its settings. Server.mu guards it.
type meetingState struct {
	meetingBody
	id, code    string
	app         *appState
	invitees    []string
	created     time.Time
	started     bool
	ended       bool
	cancelled   bool
	attendances map[string]*attendance // by user id
}

// attendance holds the times at which a member was in a meeting.
type attendance struct {
	firstJoin, joinedAt, lastLeave time.Time // joinedAt is zero while the member is not in the meeting
	joinCount                      int
	total                          time.Duration
}

func (m *meetingState) startTime() time.Time { return time.Unix(int64(*m.Start), 0) }

func (m *meetingState) plannedDuration() time.Duration {
	return time.Duration(*m.Duration) * time.Second
}

func (m *meetingState) statusAt(now time.Time) int {
	switch {
	case m.cancelled:
		return MeetingCancelled
	case m.ended:
		return MeetingEnded
	case m.started:
		return MeetingRunning
	case now.After(m.startTime().Add(m.plannedDuration())):
		return MeetingExpired
	}
	return MeetingWaiting
}

func (m *meetingState) joinLink(s *Server) string { return s.URL() + "/meeting/" + m.code }

// findInvitee returns the user id as it is spelled in the meeting, or "".
func (m *meetingState) findInvitee(userID string) string {
	i := slices.IndexFunc(m.invitees, func(u string) bool { return foldUserID(u) == foldUserID(userID) })
	if i < 0 {
		return ""
	}
	return m.invitees[i]
}

type newMeetingReply struct {
	MeetingID   string   `json:"meetingid"`
	ExcessUsers []string `json:"excess_users"`
	Code        string   `json:"meeting_code,omitempty"`
	Link        string   `json:"meeting_link,omitempty"`
}

// createMeeting implements meeting/create. Only for companies with AdvancedMeetings, the reply has code and
// link; others call meeting/get_info.
func (s *Server) createMeeting(r *request) (any, *apiError) {
	m := &meetingState{app: r.app, created: s.currentTime(), attendances: map[string]*attendance{}}
	if err := r.decodeBody(&m.meetingBody); err != nil {
		return nil, err
	}
	if m.AdminUserID == "" {
		return nil, newAPIError(400040)
	}
	if m.Title == nil || m.Start == nil || m.Duration == nil {
		return nil, invalidParam("title, meeting_start, meeting_duration")
	}
	if err := m.checkFields(s, r); err != nil {
		return nil, err
	}
	if err := m.resolveInvitees(r); err != nil {
		return nil, err
	}
	if m.AdminUserID = m.findInvitee(m.AdminUserID); m.AdminUserID == "" {
		return nil, newAPIError(400039)
	}
	if !m.SkipDuplicateCheck && s.hasDuplicateMeeting(r, m) {
		return nil, newAPIError(400302)
	}
	m.id, m.code = "hy"+s.randomText(24), strconv.FormatUint(100000000+s.rand.Uint64()%900000000, 10)
	r.corp.recentMeetings.limit = s.limits.Records
	r.corp.recentMeetings.put(m.duplicateKey(), m, s.currentTime(), s.currentTime().Add(duplicateMeetingWindow))
	insertBounded(r.corp.meetings, &r.corp.insertionOrder.meetings, s.limits.Records, m.id, m)
	s.notifyChange(change{Kind: "meeting", CorpID: r.corp.ID})
	reply := newMeetingReply{MeetingID: m.id, ExcessUsers: []string{}}
	if r.corp.AdvancedMeetings {
		reply.Code, reply.Link = m.code, m.joinLink(s)
	}
	return reply, nil
}

// hasDuplicateMeeting reports whether the application created the same meeting within
// duplicateMeetingWindow and has not cancelled it.
func (s *Server) hasDuplicateMeeting(r *request, m *meetingState) bool {
	o, ok := r.corp.recentMeetings.get(m.duplicateKey())
	return ok && !o.cancelled && s.currentTime().Sub(o.created) < duplicateMeetingWindow && o.duplicateKey() == m.duplicateKey()
}

const duplicateMeetingWindow = 5 * time.Minute

// duplicateKey is equal for meetings with the same application, admin, title and start.
func (m *meetingState) duplicateKey() string {
	return fmt.Sprintf("%d\x00%s\x00%s\x00%d", m.app.AgentID, m.AdminUserID, *m.Title, *m.Start)
}

// findMeeting returns a meeting of the calling application.
func (r *request) findMeeting(id string) (*meetingState, *apiError) {
	m, ok := r.corp.meetings[id]
	if !ok || m.app.AgentID != r.app.AgentID {
		return nil, newAPIError(90602)
	}
	return m, nil
}

// updateMeeting implements meeting/update. Absent fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/99047
func (s *Server) updateMeeting(r *request) (any, *apiError) {
	var in struct {
		MeetingID string `json:"meetingid"`
		meetingBody
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	m, err := r.findMeeting(in.MeetingID)
	switch {
	case err != nil:
		return nil, err
	case in.AdminUserID != "":
		return nil, invalidParam("admin_userid")
	case (in.Start == nil) != (in.Duration == nil):
		return nil, invalidParam("meeting_start, meeting_duration")
	}
	if now := m.statusAt(s.currentTime()); now != MeetingWaiting && (now != MeetingExpired || in.Start == nil) {
		return nil, newAPIError(400221)
	}
	next := *m
	next.mergeFrom(&in.meetingBody)
	if err := in.checkFields(s, r); err != nil {
		return nil, err
	}
	if err := next.resolveInvitees(r); err != nil {
		return nil, err
	}
	*m = next
	s.notifyChange(change{Kind: "meeting", CorpID: r.corp.ID})
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
func (s *Server) cancelMeeting(r *request) (any, *apiError) {
	var in meetingIDBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	m, err := r.findMeeting(in.MeetingID)
	if err != nil {
		return nil, err
	}
	switch m.statusAt(s.currentTime()) {
	case MeetingCancelled:
		return nil, newAPIError(400041)
	case MeetingRunning, MeetingEnded, MeetingExpired:
		return nil, newAPIError(400224)
	}
	m.cancelled = true
	s.notifyChange(change{Kind: "meeting", CorpID: r.corp.ID})
	return nil, nil
}

// Meetings returns the meetings to which a member is invited, earliest first, including cancelled
// ones.
func (s *Server) Meetings(corpID, userID string) []Meeting {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Meeting
	if c, ok := s.corps[corpID]; ok {
		for _, m := range c.meetings {
			if m.findInvitee(userID) != "" {
				out = append(out, s.newMeeting(m))
			}
		}
	}
	slices.SortFunc(out, func(a, b Meeting) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.MeetingID, b.MeetingID))
	})
	return out
}

func (s *Server) newMeeting(m *meetingState) Meeting {
	out := Meeting{MeetingID: m.id, AgentID: m.app.AgentID, AdminUserID: m.AdminUserID, Title: *m.Title,
		Description: m.optionalText(m.Description), Location: m.optionalText(m.Location), Start: m.startTime(), Duration: m.plannedDuration(),
		Invitees: slices.Clone(m.invitees), Code: m.code, Link: m.joinLink(s), Status: m.statusAt(s.currentTime())}
	for _, u := range m.invitees {
		if m.attendances[u] != nil {
			out.Joined = append(out.Joined, u)
		}
	}
	return out
}
