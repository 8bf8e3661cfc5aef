package wecomtest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// faceMessage is a message of any conversation as the face draws it.
type faceMessage struct {
	Message
	Author     *faceMember `json:"author,omitempty"` // another member
	Link       *SharedLink `json:"link,omitempty"`
	MarkdownV2 *Markdown   `json:"markdown_v2,omitempty"`
	Picture    string      `json:"picture,omitempty"` // of a robot, by address
}

// robotID names a robot in addresses, where its key must not stand.
func (r *robotState) robotID() string {
	sum := sha256.Sum256([]byte(r.Key))
	return hex.EncodeToString(sum[:8])
}

// listChats lists what a member sees under messages, the conversation with the
// newest message first: applications, groups, robots' groups, other members.
func (s *Server) listChats(c *corpState, m *memberState) []faceApp {
	found := map[string]*faceApp{}
	out := []*faceApp{}
	add := func(f *faceApp) *faceApp {
		found[f.chatKey()] = f
		out = append(out, f)
		return f
	}
	for _, a := range c.apps {
		if c.seesMember(a, m) {
			add(showApp(a))
		}
	}
	for _, g := range c.chats {
		if g.findUser(m.UserID) != "" {
			add(g.toChatEntry())
		}
	}
	for _, d := range m.inbox {
		if f, ok := found[d.chatKey()]; ok {
			f.Last = &faceMessage{Message: d.toMessage()}
			if d.unread {
				f.Unread++
			}
		}
	}
	s.addForwarded(c, m, found, add)
	for _, r := range s.robots {
		if r.corp == c && r.messages.len() > 0 {
			last := s.robotMessage(r, r.messages.len()-1)
			add(r.toChatEntry(len(c.members))).Last = &last
		}
	}
	slices.SortFunc(out, func(a, b *faceApp) int {
		return cmp.Or(b.lastTime().Compare(a.lastTime()), cmp.Compare(b.lastSeq(), a.lastSeq()), cmp.Compare(a.chatKey(), b.chatKey()))
	})
	list := make([]faceApp, len(out))
	for i, f := range out {
		list[i] = *f
	}
	return list
}

// addForwarded joins what members sent each other into the conversations.
func (s *Server) addForwarded(c *corpState, m *memberState, found map[string]*faceApp, add func(*faceApp) *faceApp) {
	for _, f := range s.forwarded[c.ID] {
		key := f.chatKeyFor(m)
		if key == "" {
			continue
		}
		entry, ok := found[key]
		if !ok {
			other := c.members[foldUserID(strings.TrimPrefix(key, "u-"))]
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

// chatKeyFor is the conversation of a member in which something forwarded stands, ""
// when it is not for them.
func (f *Forwarded) chatKeyFor(m *memberState) string {
	switch {
	case f.ChatID != "":
		return chatKey(0, f.ChatID)
	case foldUserID(f.From) == m.key:
		return "u-" + foldUserID(f.To)
	case foldUserID(f.To) == m.key:
		return "u-" + foldUserID(f.From)
	}
	return ""
}

func (s *Server) forwardedMessage(c *corpState, m *memberState, f Forwarded) faceMessage {
	out := faceMessage{Message: Message{Seq: f.Seq, CorpID: f.CorpID, ChatID: f.ChatID, UserID: m.UserID, Time: f.Time,
		FromUser: foldUserID(f.From) == m.key, MsgType: "link"}, Link: f.Link}
	if f.Link == nil {
		out.MsgType, out.Text = "text", &Text{Content: f.Text}
	}
	if from, ok := c.members[foldUserID(f.From)]; ok {
		author := s.showMember(c, from)
		out.Author = &author
	}
	return out
}

func (s *Server) showPeer(m *memberState) *faceApp {
	return &faceApp{PeerID: m.UserID, Name: m.Name, Logo: s.localAvatar(m), Menu: []MenuButton{}, Receives: true}
}

func (r *robotState) toChatEntry(members int) *faceApp {
	name := cmp.Or(r.Name, "群机器人")
	return &faceApp{RobotID: r.robotID(), Name: name, Logo: AvatarPath(name) + "&kind=app", Menu: []MenuButton{}, Members: members}
}

// robotMessage is what a robot wrote as a message. Its number is its place.
func (s *Server) robotMessage(r *robotState, i int) faceMessage {
	m := r.messages.list()[i]
	out := faceMessage{Message: Message{Seq: int64(i) + 1, MsgID: r.robotID() + "-" + strconv.Itoa(i), CorpID: r.CorpID, Time: m.Time, MsgType: m.MsgType},
		MarkdownV2: m.MarkdownV2}
	out.Content = Content{Text: m.Text, Markdown: m.Markdown, News: m.News, Card: m.Card, File: m.File, Voice: m.Voice}
	if m.Image != nil {
		out.Picture = "/sim/robots/" + r.robotID() + "/" + strconv.Itoa(i)
	}
	return out
}

func (s *Server) robotByID(id string) *robotState {
	for _, r := range s.robots {
		if r.robotID() == id {
			return r
		}
	}
	return nil
}

// serveRobotPicture shows a picture that a robot sent in a message.
func (s *Server) serveRobotPicture(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	s.mu.Lock()
	var data []byte
	if b := s.robotByID(r.PathValue("id")); b != nil && err == nil && n >= 0 && n < b.messages.len() {
		data = b.messages.list()[n].Image
	}
	s.mu.Unlock()
	if data == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(data)) // JPEG or PNG, or it would not be here
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store") // numbers move when the oldest message is forgotten
	_, _ = w.Write(data)
}

// faceMessages is one chat: the newest 100 messages, or those before a number.
func (s *Server) faceMessages(r *http.Request) (any, error) {
	q := r.URL.Query()
	before, err := strconv.ParseInt(q.Get("before"), 10, 64)
	if err != nil {
		before = 1<<63 - 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMember(q.Get("corp"), q.Get("as"))
	if m == nil {
		return nil, errFace
	}
	if id, ok := strings.CutPrefix(q.Get("chat"), "r-"); ok {
		return s.robotMessages(m, id, before)
	}
	return s.chatMessages(m, q.Get("chat"), before), nil
}

const messagePage = 100

func (s *Server) robotMessages(m *memberState, id string, before int64) (any, error) {
	b := s.robotByID(id)
	if b == nil || b.corp != s.corps[m.CorpID] {
		return nil, errFace
	}
	to := int(min(int64(b.messages.len()), before-1))
	out := []faceMessage{}
	for i := max(0, to-messagePage); i < to; i++ {
		out = append(out, s.robotMessage(b, i))
	}
	return out, nil
}

func (s *Server) chatMessages(m *memberState, chat string, before int64) []faceMessage {
	out := []faceMessage{}
	for i := len(m.inbox) - 1; i >= 0 && len(out) < messagePage; i-- {
		if d := m.inbox[i]; d.chatKey() == chat && d.seq < before {
			out = append(out, faceMessage{Message: d.toMessage()})
		}
	}
	c := s.corps[m.CorpID]
	for _, f := range s.forwarded[c.ID] {
		if f.chatKeyFor(m) == chat && f.Seq < before {
			out = append(out, s.forwardedMessage(c, m, f))
		}
	}
	slices.SortFunc(out, func(a, b faceMessage) int { return cmp.Compare(a.Seq, b.Seq) })
	return out[max(0, len(out)-messagePage):]
}
