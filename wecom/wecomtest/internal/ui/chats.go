package ui

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// messageEntry is a message of any conversation as the client shows it.
type messageEntry struct {
	model.Message
	Author     *memberEntry    `json:"author,omitempty"` // another member
	MarkdownV2 *model.Markdown `json:"markdown_v2,omitempty"`
	Picture    string          `json:"picture,omitempty"` // of a robot, by address
	Images     []string        `json:"images,omitempty"`  // of a smart bot, as data URLs
	Stream     *model.Stream   `json:"stream,omitempty"`
	Quote      string          `json:"quote,omitempty"`
	Feedback   string          `json:"feedback,omitempty"`
}

// RobotID names a robot in addresses, which must not contain its key.
func RobotID(r *core.RobotState) string {
	sum := sha256.Sum256([]byte(r.Key))
	return hex.EncodeToString(sum[:8])
}

// listChats lists what a member sees under messages, the conversation with the
// newest message first: applications, groups, robots' groups, other members.
func (s *Service) listChats(c *core.CorpState, m *core.MemberState) []chatEntry {
	found := map[string]*chatEntry{}
	out := []*chatEntry{}
	add := func(f *chatEntry) *chatEntry {
		found[f.chatKey()] = f
		out = append(out, f)
		return f
	}
	for _, a := range c.Apps {
		if c.SeesMember(a, m) {
			add(showApp(a))
		}
	}
	for _, g := range c.Chats {
		if g.FindUser(m.UserID) != "" {
			add(groupChatEntry(g))
		}
	}
	for _, d := range m.Inbox {
		if f, ok := found[messageChatKey(d)]; ok {
			f.Last = &messageEntry{Message: d.ToMessage()}
			if d.Unread {
				f.Unread++
			}
		}
	}
	s.addForwarded(c, m, found, add)
	for _, r := range s.Messaging.Robots {
		if r.Corp == c && r.Messages.Len() > 0 {
			last := s.robotMessage(r, r.Messages.Len()-1)
			add(robotChatEntry(r, len(c.Members))).Last = &last
		}
	}
	out = append(out, s.botChats(c, m)...)
	slices.SortFunc(out, func(a, b *chatEntry) int {
		return cmp.Or(b.lastTime().Compare(a.lastTime()), cmp.Compare(b.lastSeq(), a.lastSeq()), cmp.Compare(a.chatKey(), b.chatKey()))
	})
	list := make([]chatEntry, len(out))
	for i, f := range out {
		list[i] = *f
	}
	return list
}

// addForwarded joins what members sent each other into the conversations.
func (s *Service) addForwarded(c *core.CorpState, m *core.MemberState, found map[string]*chatEntry, add func(*chatEntry) *chatEntry) {
	for _, f := range s.Webview.Forwarded[c.ID] {
		key := forwardedChatKey(&f, m)
		if key == "" {
			continue
		}
		entry, ok := found[key]
		if !ok {
			other := c.Members[core.FoldUserID(strings.TrimPrefix(key, "u-"))]
			if other == nil {
				continue // a group that is gone, or a member
			}
			entry = add(s.showPeer(other))
		}
		if entry.lastSeq() < f.Seq {
			last := s.forwardedMessage(c, m, f)
			entry.Last = &last
		}
	}
}

// forwardedChatKey returns the conversation of a member that contains the forwarded
// message, "" for another recipient.
func forwardedChatKey(f *model.Forwarded, m *core.MemberState) string {
	switch {
	case f.ChatID != "":
		return chatKey(0, f.ChatID)
	case core.FoldUserID(f.From) == m.Key:
		return "u-" + core.FoldUserID(f.To)
	case core.FoldUserID(f.To) == m.Key:
		return "u-" + core.FoldUserID(f.From)
	}
	return ""
}

func (s *Service) forwardedMessage(c *core.CorpState, m *core.MemberState, f model.Forwarded) messageEntry {
	out := messageEntry{Message: model.Message{Seq: f.Seq, CorpID: f.CorpID, ChatID: f.ChatID, UserID: m.UserID, Time: f.Time,
		FromUser: core.FoldUserID(f.From) == m.Key, MsgType: "link", Link: f.Link}}
	if f.Link == nil {
		out.MsgType, out.Text = "text", &model.Text{Content: f.Text}
	}
	if from, ok := c.Members[core.FoldUserID(f.From)]; ok {
		author := s.showMember(c, from)
		out.Author = &author
	}
	return out
}

func (s *Service) showPeer(m *core.MemberState) *chatEntry {
	return &chatEntry{PeerID: m.UserID, Name: m.Name, Logo: s.Contacts.LocalAvatar(m), Menu: []model.MenuButton{}, Receives: true}
}

func robotChatEntry(r *core.RobotState, members int) *chatEntry {
	name := cmp.Or(r.Name, "群机器人")
	return &chatEntry{RobotID: RobotID(r), Name: name, Logo: contacts.AvatarPath(name) + "&kind=app", Menu: []model.MenuButton{}, Members: members}
}

// robotMessage returns a text of a robot as a message, numbered by its position.
func (s *Service) robotMessage(r *core.RobotState, i int) messageEntry {
	m := r.Messages.List()[i]
	out := messageEntry{Message: model.Message{Seq: int64(i) + 1, MsgID: RobotID(r) + "-" + strconv.Itoa(i), CorpID: r.CorpID, Time: m.Time, MsgType: m.MsgType},
		MarkdownV2: m.MarkdownV2}
	out.Content = model.Content{Text: m.Text, Markdown: m.Markdown, News: m.News, Card: m.Card, File: m.File, Voice: m.Voice}
	if m.Image != nil {
		out.Picture = "/sim/robots/" + RobotID(r) + "/" + strconv.Itoa(i)
	}
	return out
}

func (s *Service) robotByID(id string) *core.RobotState {
	for _, r := range s.Messaging.Robots {
		if RobotID(r) == id {
			return r
		}
	}
	return nil
}

// serveRobotPicture shows a picture that a robot sent in a message.
func (s *Service) serveRobotPicture(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	s.Mu.Lock()
	var data []byte
	if b := s.robotByID(r.PathValue("id")); b != nil && err == nil && n >= 0 && n < b.Messages.Len() {
		data = b.Messages.List()[n].Image
	}
	s.Mu.Unlock()
	if data == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(data)) // JPEG or PNG, or it would not be here
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store") // numbers move when the oldest message is evicted
	_, _ = w.Write(data)
}

// listMessages returns one chat, or without ?chat= all messages of applications: the newest 100 messages,
// or those before a number.
func (s *Service) listMessages(r *http.Request) (any, error) {
	q := r.URL.Query()
	before, err := strconv.ParseInt(q.Get("before"), 10, 64)
	if err != nil {
		before = 1<<63 - 1
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(q.Get("corpId"), q.Get("as"))
	if m == nil {
		return nil, core.ErrNotFound
	}
	if id, ok := strings.CutPrefix(q.Get("chat"), "r-"); ok {
		return s.robotMessages(m, id, before)
	}
	if strings.HasPrefix(q.Get("chat"), botPrefix) {
		return s.botMessages(m, q.Get("chat"), before)
	}
	return s.chatMessages(m, q.Get("chat"), before), nil
}

const messagePage = 100

func (s *Service) robotMessages(m *core.MemberState, id string, before int64) (any, error) {
	b := s.robotByID(id)
	if b == nil || b.Corp != s.CorpStates[m.CorpID] {
		return nil, core.ErrNotFound
	}
	to := int(min(int64(b.Messages.Len()), before-1))
	out := []messageEntry{}
	for i := max(0, to-messagePage); i < to; i++ {
		out = append(out, s.robotMessage(b, i))
	}
	return out, nil
}

func (s *Service) chatMessages(m *core.MemberState, chat string, before int64) []messageEntry {
	out := []messageEntry{}
	for i := len(m.Inbox) - 1; i >= 0 && len(out) < messagePage; i-- {
		if d := m.Inbox[i]; (chat == "" || messageChatKey(d) == chat) && d.Seq < before {
			out = append(out, messageEntry{Message: d.ToMessage()})
		}
	}
	c := s.CorpStates[m.CorpID]
	for _, f := range s.Webview.Forwarded[c.ID] {
		if chat != "" && forwardedChatKey(&f, m) == chat && f.Seq < before {
			out = append(out, s.forwardedMessage(c, m, f))
		}
	}
	slices.SortFunc(out, func(a, b messageEntry) int { return cmp.Compare(a.Seq, b.Seq) })
	return out[max(0, len(out)-messagePage):]
}
