package ui

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// CorpEntry is a company in a list.
type CorpEntry struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Members int    `json:"members"`
}

type departmentEntry struct {
	ID       int64  `json:"id"`
	ParentID int64  `json:"parentId"`
	Name     string `json:"name"`
	Depth    int    `json:"depth"`
	Members  int    `json:"members"` // directly in it
	Total    int    `json:"total"`   // with those below
}

type memberEntry struct {
	UserID     string `json:"userId"`
	Name       string `json:"name"`
	Position   string `json:"position"`
	Department string `json:"department"`
	Mobile     string `json:"mobile,omitempty"`
	Email      string `json:"email,omitempty"`
	Avatar     string `json:"avatar"`
	Active     bool   `json:"active"`
}

type chatEntry struct {
	AgentID     int64              `json:"agentId"`
	Name        string             `json:"name"`
	Description string             `json:"description"`
	Logo        string             `json:"logo"`
	Home        string             `json:"home"`
	Receives    bool               `json:"receives"` // it has a callback, so that one can write to it
	Menu        []model.MenuButton `json:"menu"`
	Last        *messageEntry      `json:"last"`
	Unread      int                `json:"unread"`
	ChatID      string             `json:"chatId,omitempty"`  // of a group
	PeerID      string             `json:"peerId,omitempty"`  // another member
	RobotID     string             `json:"robotId,omitempty"` // a robot, in the company-wide group
	BotID       string             `json:"botId,omitempty"`   // a smart bot; with ChatID in a group
	BotName     string             `json:"botName,omitempty"`
	Members     int                `json:"members,omitempty"`
}

// chatKey identifies a conversation: one with each application, the groups, the
// robots, the smart bots, the other members.
func (f *chatEntry) chatKey() string {
	switch {
	case f.BotID != "":
		return botChatKey(f.BotID, f.ChatID)
	case f.PeerID != "":
		return "u-" + core.FoldUserID(f.PeerID)
	case f.RobotID != "":
		return "r-" + f.RobotID
	}
	return chatKey(f.AgentID, f.ChatID)
}

func chatKey(agentID int64, chatID string) string {
	if chatID != "" {
		return "g-" + chatID
	}
	return contacts.FormatID(agentID)
}

func messageChatKey(d *core.InboxMessage) string {
	if d.Sent != nil && d.Sent.Chat != nil {
		return chatKey(0, d.Sent.Chat.ID)
	}
	return chatKey(messageAgent(d), "")
}

func (s *Service) listCorps(*http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out := []CorpEntry{}
	for _, id := range s.CorpOrder {
		out = append(out, CorpEntry{id, s.CorpStates[id].Name, len(s.CorpStates[id].Members)})
	}
	return out, nil
}

// listMembers searches the members of a company by name, id or position.
func (s *Service) listMembers(r *http.Request) (any, error) {
	q := r.URL.Query()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[q.Get("corpId")]
	if !ok {
		return nil, core.ErrNotFound
	}
	list := c.AllMembers()
	if id, err := strconv.ParseInt(q.Get("department"), 10, 64); err == nil {
		list = core.SortByUserID(c.MembersByDepartment[id])
	}
	out := struct {
		Members     []memberEntry     `json:"members"`
		Total       int               `json:"total"`
		Departments []departmentEntry `json:"departments"`
	}{Members: []memberEntry{}, Departments: departmentTree(c)}
	needle := strings.ToLower(strings.TrimSpace(q.Get("q")))
	for _, m := range list {
		if m.Status == model.StatusLeft || !memberMatchesSearch(m, needle) {
			continue
		}
		if out.Total++; len(out.Members) < 200 {
			out.Members = append(out.Members, s.showMember(c, m))
		}
	}
	return out, nil
}

func memberMatchesSearch(m *core.MemberState, needle string) bool {
	return needle == "" || strings.Contains(core.FoldUserID(m.UserID), needle) ||
		strings.Contains(strings.ToLower(m.Name), needle) || strings.Contains(strings.ToLower(m.Position), needle)
}

func departmentTree(c *core.CorpState) []departmentEntry {
	out := []departmentEntry{}
	depth := map[int64]int{0: -1}
	for _, d := range c.DepartmentSubtree(1) {
		depth[d.ID] = depth[d.ParentID] + 1
		if d.ID == 1 {
			depth[d.ID] = 0
		}
		n := len(c.MembersByDepartment[d.ID])
		out = append(out, departmentEntry{d.ID, d.ParentID, d.Name, depth[d.ID], n, n})
	}
	at := map[int64]int{}
	for i := len(out) - 1; i >= 0; i-- { // children follow their parents
		out[i].Total += at[out[i].ID]
		at[out[i].ParentID] += out[i].Total
	}
	return out
}

func (s *Service) showMember(c *core.CorpState, m *core.MemberState) memberEntry {
	out := memberEntry{UserID: m.UserID, Name: m.Name, Position: m.Position, Mobile: m.Mobile,
		Email: cmp.Or(m.BizMail, m.Email), Avatar: s.Contacts.LocalAvatar(m), Active: m.Status == model.StatusActive}
	if d, ok := c.Departments[m.MainDepartment]; ok {
		out.Department = d.Name
	}
	return out
}

// getMe returns the chats of a member without their messages.
func (s *Service) getMe(r *http.Request) (any, error) {
	q := r.URL.Query()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.Signin.FindMemberByName(q.Get("corpId"), q.Get("as"))
	if m == nil {
		return nil, core.ErrNotFound
	}
	c := s.CorpStates[m.CorpID]
	return struct {
		Corp CorpEntry   `json:"corp"`
		Me   memberEntry `json:"me"`
		Apps []chatEntry `json:"apps"`
		Time time.Time   `json:"time"`
	}{CorpEntry{c.ID, c.Name, len(c.Members)}, s.showMember(c, m), s.listChats(c, m), s.CurrentTime()}, nil
}

func (f *chatEntry) lastSeq() int64 {
	if f.Last == nil {
		return 0
	}
	return f.Last.Seq
}

func (f *chatEntry) lastTime() time.Time {
	if f.Last == nil {
		return time.Time{}
	}
	return f.Last.Time
}

func showApp(a *core.AppState) *chatEntry {
	return &chatEntry{AgentID: a.AgentID, Name: a.Name, Description: a.Description, Home: a.HomeURL,
		Logo: cmp.Or(a.LogoURL, contacts.AvatarPath(a.Name)+"&kind=app"), Receives: a.CallbackURL != "", Menu: append([]model.MenuButton{}, a.Menu...)}
}

// groupChatEntry returns a group as an entry of the chat list. It is read-only: messages
// between members do not reach an application.
func groupChatEntry(c *core.ChatState) *chatEntry {
	name := cmp.Or(c.Name, "群聊")
	return &chatEntry{AgentID: c.App.AgentID, ChatID: c.ID, Name: name, Logo: contacts.AvatarPath(name) + "&kind=app",
		Menu: []model.MenuButton{}, Members: len(c.Users)}
}

func messageAgent(d *core.InboxMessage) int64 {
	if d.Sent != nil {
		return d.Sent.App.AgentID
	}
	return d.AgentID
}

// memberRef identifies the member who acts.
type memberRef struct {
	CorpID string `json:"corpId"`
	As     string `json:"as"`
}

// appRef identifies the member who acts, and the application.
type appRef struct {
	memberRef
	AgentID int64 `json:"agentId"`
}

// markRead marks a chat as read.
func (s *Service) markRead(_ context.Context, in struct {
	memberRef
	Chat string `json:"chat"`
}) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(in.CorpID, in.As)
	if m == nil {
		return nil, core.ErrNotFound
	}
	changed := false
	for _, d := range m.Inbox {
		if d.Unread && messageChatKey(d) == in.Chat {
			d.Unread, changed = false, true
		}
	}
	if changed {
		s.NotifyChange(core.Change{Kind: "message", CorpID: in.CorpID, UserID: core.FoldUserID(in.As)})
	}
	return nil, nil
}

func (s *Service) clickCard(ctx context.Context, in struct {
	appRef
	MsgID  string           `json:"msgid"`
	Key    string           `json:"key"`
	Chosen []model.Selected `json:"chosen"`
}) (any, error) {
	if in.AgentID != 0 && !s.Messaging.IsCardOf(in.CorpID, in.As, in.MsgID, in.AgentID) {
		return nil, fmt.Errorf("clicking a button: %s has no card %q of application %d", in.As, in.MsgID, in.AgentID)
	}
	return nil, s.Messaging.ClickButton(ctx, in.CorpID, in.As, in.MsgID, in.Key, in.Chosen...)
}

// maxMemberMessage is the maximum size of a request with a file of a member in bytes: 10 MB in base64.
const maxMemberMessage = 16 << 20

func (s *Service) sendMessage(ctx context.Context, in struct {
	appRef
	model.MemberMessage
}) (any, error) {
	return nil, s.Messaging.SendMessage(ctx, in.CorpID, in.As, in.AgentID, in.MemberMessage)
}

func (s *Service) enterApp(ctx context.Context, in appRef) (any, error) {
	return nil, s.Messaging.EnterApp(ctx, in.CorpID, in.As, in.AgentID)
}

// maxMenuInput is the maximum size of a request with pictures of a menu item in bytes.
const maxMenuInput = 64 << 20

func (s *Service) pressMenu(ctx context.Context, in struct {
	appRef
	Key string `json:"key"`
	model.MenuInput
}) (any, error) {
	return nil, s.Messaging.ClickMenu(ctx, in.CorpID, in.As, in.AgentID, in.Key, in.MenuInput)
}
