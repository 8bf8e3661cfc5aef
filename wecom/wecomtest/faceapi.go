package wecomtest

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type faceCorp struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Members int    `json:"members"`
}

type faceDepartment struct {
	ID       int64  `json:"id"`
	ParentID int64  `json:"parentId"`
	Name     string `json:"name"`
	Depth    int    `json:"depth"`
	Members  int    `json:"members"` // directly in it
	Total    int    `json:"total"`   // with those below
}

type faceMember struct {
	UserID     string `json:"userId"`
	Name       string `json:"name"`
	Position   string `json:"position"`
	Department string `json:"department"`
	Mobile     string `json:"mobile,omitempty"`
	Email      string `json:"email,omitempty"`
	Avatar     string `json:"avatar"`
	Active     bool   `json:"active"`
}

type faceApp struct {
	AgentID     int64        `json:"agentId"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Logo        string       `json:"logo"`
	Home        string       `json:"home"`
	Receives    bool         `json:"receives"` // it has a callback, so that one can write to it
	Menu        []MenuButton `json:"menu"`
	Last        *faceMessage `json:"last"`
	Unread      int          `json:"unread"`
	ChatID      string       `json:"chatId,omitempty"`  // of a group
	PeerID      string       `json:"peerId,omitempty"`  // another member
	RobotID     string       `json:"robotId,omitempty"` // a robot, in a group of everybody
	Members     int          `json:"members,omitempty"`
}

// chatKey tells conversations apart: one with each application, the groups, the
// robots, the other members.
func (f *faceApp) chatKey() string {
	switch {
	case f.PeerID != "":
		return "u-" + foldUserID(f.PeerID)
	case f.RobotID != "":
		return "r-" + f.RobotID
	}
	return chatKey(f.AgentID, f.ChatID)
}

func chatKey(agentID int64, chatID string) string {
	if chatID != "" {
		return "g-" + chatID
	}
	return formatID(agentID)
}

func (d *inboxMessage) chatKey() string {
	if d.sent != nil && d.sent.chat != nil {
		return chatKey(0, d.sent.chat.id)
	}
	return chatKey(d.agentOf(), "")
}

func (s *Server) faceCorps(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []faceCorp{}
	for _, id := range s.corpOrder {
		out = append(out, faceCorp{id, s.corps[id].Name, len(s.corps[id].members)})
	}
	return out, nil
}

// faceMembers searches the members of a company by name, id or position.
func (s *Server) faceMembers(r *http.Request) (any, error) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[q.Get("corp")]
	if !ok {
		return nil, errFace
	}
	list := c.allMembers()
	if id, err := strconv.ParseInt(q.Get("department"), 10, 64); err == nil {
		list = sortByUserID(c.membersByDepartment[id])
	}
	out := struct {
		Members     []faceMember     `json:"members"`
		Total       int              `json:"total"`
		Departments []faceDepartment `json:"departments"`
	}{Members: []faceMember{}, Departments: c.faceTree()}
	needle := strings.ToLower(strings.TrimSpace(q.Get("q")))
	for _, m := range list {
		if m.Status == StatusLeft || !m.matchesSearch(needle) {
			continue
		}
		if out.Total++; len(out.Members) < 200 {
			out.Members = append(out.Members, s.showMember(c, m))
		}
	}
	return out, nil
}

func (m *memberState) matchesSearch(needle string) bool {
	return needle == "" || strings.Contains(foldUserID(m.UserID), needle) ||
		strings.Contains(strings.ToLower(m.Name), needle) || strings.Contains(strings.ToLower(m.Position), needle)
}

func (c *corpState) faceTree() []faceDepartment {
	out := []faceDepartment{}
	depth := map[int64]int{0: -1}
	for _, d := range c.departmentSubtree(1) {
		depth[d.ID] = depth[d.ParentID] + 1
		if d.ID == 1 {
			depth[d.ID] = 0
		}
		n := len(c.membersByDepartment[d.ID])
		out = append(out, faceDepartment{d.ID, d.ParentID, d.Name, depth[d.ID], n, n})
	}
	at := map[int64]int{}
	for i := len(out) - 1; i >= 0; i-- { // children stand after their parents
		out[i].Total += at[out[i].ID]
		at[out[i].ParentID] += out[i].Total
	}
	return out
}

func (s *Server) showMember(c *corpState, m *memberState) faceMember {
	out := faceMember{UserID: m.UserID, Name: m.Name, Position: m.Position, Mobile: m.Mobile,
		Email: cmp.Or(m.BizMail, m.Email), Avatar: s.localAvatar(m), Active: m.Status == StatusActive}
	if d, ok := c.departments[m.MainDepartment]; ok {
		out.Department = d.Name
	}
	return out
}

// localAvatar has no host, so that it works at whatever address the face is
// looked at.
func (s *Server) localAvatar(m *memberState) string {
	return cmp.Or(m.Avatar, AvatarPath(m.Name))
}

// faceMe is everything about the chats of one member but the messages.
func (s *Server) faceMe(r *http.Request) (any, error) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMemberByName(q.Get("corp"), q.Get("as"))
	if m == nil {
		return nil, errFace
	}
	c := s.corps[m.CorpID]
	return struct {
		Corp faceCorp   `json:"corp"`
		Me   faceMember `json:"me"`
		Apps []faceApp  `json:"apps"`
		Time time.Time  `json:"time"`
	}{faceCorp{c.ID, c.Name, len(c.members)}, s.showMember(c, m), s.listChats(c, m), s.currentTime()}, nil
}

func (f *faceApp) lastSeq() int64 {
	if f.Last == nil {
		return 0
	}
	return f.Last.Seq
}

func (f *faceApp) lastTime() time.Time {
	if f.Last == nil {
		return time.Time{}
	}
	return f.Last.Time
}

func showApp(a *appState) *faceApp {
	return &faceApp{AgentID: a.AgentID, Name: a.Name, Description: a.Description, Home: a.HomeURL,
		Logo: cmp.Or(a.LogoURL, AvatarPath(a.Name)+"&kind=app"), Receives: a.CallbackURL != "", Menu: append([]MenuButton{}, a.Menu...)}
}

// toChatEntry is a group as an entry of the chat list. One cannot write to it: what
// members say among themselves does not reach an application.
func (c *chatState) toChatEntry() *faceApp {
	name := cmp.Or(c.name, "群聊")
	return &faceApp{AgentID: c.app.AgentID, ChatID: c.id, Name: name, Logo: AvatarPath(name) + "&kind=app",
		Menu: []MenuButton{}, Members: len(c.users)}
}

func (d *inboxMessage) agentOf() int64 {
	if d.sent != nil {
		return d.sent.app.AgentID
	}
	return d.agentID
}

// faceAct is what the face sends when the member does something.
type faceAct struct {
	Corp    string     `json:"corp"`
	As      string     `json:"as"`
	AgentID int64      `json:"agentId"`
	MsgID   string     `json:"msgid"`
	Key     string     `json:"key"`
	Chat    string     `json:"chat"`
	Text    string     `json:"text"`
	Chosen  []Selected `json:"chosen"`

	ScheduleID string `json:"scheduleId"`
	Response   int    `json:"response"`
}

// faceRead marks a chat as read.
func (s *Server) faceRead(r *http.Request) (any, error) {
	var in faceAct
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMember(in.Corp, in.As)
	if m == nil {
		return nil, errFace
	}
	changed := false
	for _, d := range m.inbox {
		if d.unread && d.chatKey() == in.Chat {
			d.unread, changed = false, true
		}
	}
	if changed {
		s.notifyChange(change{Kind: "message", CorpID: in.Corp, UserID: foldUserID(in.As)})
	}
	return struct{}{}, nil
}

// runFaceAction reads what the member does and does it. The delivery goes on when the
// person closes the page: WeCom's servers would not notice either.
func (s *Server) runFaceAction(r *http.Request, do func(context.Context, faceAct) error) (any, error) {
	var in faceAct
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if err := do(context.WithoutCancel(r.Context()), in); err != nil {
		return nil, err
	}
	return struct{}{}, nil
}

func (s *Server) faceClick(r *http.Request) (any, error) {
	return s.runFaceAction(r, func(ctx context.Context, in faceAct) error {
		return s.ClickButton(ctx, in.Corp, in.As, in.MsgID, in.Key, in.Chosen...)
	})
}

func (s *Server) faceSay(r *http.Request) (any, error) {
	return s.runFaceAction(r, func(ctx context.Context, in faceAct) error {
		return s.SendText(ctx, in.Corp, in.As, in.AgentID, in.Text)
	})
}

func (s *Server) faceEnter(r *http.Request) (any, error) {
	return s.runFaceAction(r, func(ctx context.Context, in faceAct) error {
		return s.EnterApp(ctx, in.Corp, in.As, in.AgentID)
	})
}

func (s *Server) faceMenu(r *http.Request) (any, error) {
	return s.runFaceAction(r, func(ctx context.Context, in faceAct) error {
		return s.ClickMenu(ctx, in.Corp, in.As, in.AgentID, in.Key)
	})
}
