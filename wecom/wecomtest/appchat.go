package wecomtest

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// chatState is a group chat created by an application (appchat). Server.mu guards it.
type chatState struct {
	id    string
	app   *appState
	name  string
	owner string
	users []string // user ids in the members' own spelling
}

// Chat is a group chat created by an application.
type Chat struct {
	ID      string
	CorpID  string
	AgentID int64 // of the application that created it
	Name    string
	Owner   string
	Users   []string
}

var chatIDPattern = regexp.MustCompile(`^[0-9a-zA-Z]{1,32}$`)

// checkChatPermission checks that the application is visible to the whole company, which WeCom
// requires for group chats.
//
// https://developer.work.weixin.qq.com/document/path/90244
func checkChatPermission(r *request) *apiError {
	if !r.corp.seesDepartment(r.app, 1) {
		return newAPIError(48002)
	}
	return nil
}

type chatIDReply struct {
	ChatID string `json:"chatid"`
}

// createChat implements appchat/create. Without an owner, the first member becomes the owner; WeCom picks
// one at random.
//
// https://developer.work.weixin.qq.com/document/path/90245
func (s *Server) createChat(r *request) (any, *apiError) {
	var in struct {
		Name   string   `json:"name"`
		Owner  string   `json:"owner"`
		Users  []string `json:"userlist"`
		ChatID string   `json:"chatid"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkChatPermission(r); err != nil {
		return nil, err
	}
	c := &chatState{id: in.ChatID, app: r.app, name: truncateRunes(in.Name, 50)}
	if c.id == "" {
		c.id = strings.NewReplacer("-", "0", "_", "1").Replace(s.randomText(24))
	}
	switch {
	case !chatIDPattern.MatchString(c.id):
		return nil, newAPIError(86001)
	case r.corp.chats[c.id] != nil:
		return nil, newAPIError(86215)
	}
	users, err := r.resolveChatUsers(in.Users)
	if err != nil {
		return nil, err
	}
	if len(users) < 2 || len(users) > 2000 {
		return nil, newAPIError(86006)
	}
	c.users, c.owner = users, users[0]
	if in.Owner != "" {
		if c.owner = c.findUser(in.Owner); c.owner == "" {
			return nil, newAPIError(86207)
		}
	}
	if err := s.checkQuota(r, "groups "+s.chinaDate(), day24, groupsDay, 1); err != nil {
		return nil, err
	}
	insertBounded(r.corp.chats, &r.corp.insertionOrder.chats, s.limits.Records, c.id, c)
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return chatIDReply{c.id}, nil
}

// resolveChatUsers looks up the members and removes duplicates.
func (r *request) resolveChatUsers(list []string) ([]string, *apiError) {
	var out []string
	for _, id := range list {
		m, ok := r.corp.members[foldUserID(id)]
		if !ok || !r.corp.seesMember(r.app, m) {
			return nil, newAPIError(86007)
		}
		if !slices.Contains(out, m.UserID) {
			out = append(out, m.UserID)
		}
	}
	return out, nil
}

// findUser returns the user id as it is spelled in the group, or "".
func (c *chatState) findUser(userID string) string {
	i := slices.IndexFunc(c.users, func(u string) bool { return foldUserID(u) == foldUserID(userID) })
	if i < 0 {
		return ""
	}
	return c.users[i]
}

// findOwnChat returns a group chat of the calling application.
func (r *request) findOwnChat(id string) (*chatState, *apiError) {
	if err := checkChatPermission(r); err != nil {
		return nil, err
	}
	c, ok := r.corp.chats[id]
	switch {
	case id == "":
		return nil, newAPIError(86201)
	case !ok:
		return nil, newAPIError(86003)
	case c.app.AgentID != r.app.AgentID:
		return nil, newAPIError(86008)
	}
	return c, nil
}

// updateChat implements appchat/update.
//
// https://developer.work.weixin.qq.com/document/path/98913
func (s *Server) updateChat(r *request) (any, *apiError) {
	var in struct {
		ChatID string   `json:"chatid"`
		Name   string   `json:"name"`
		Owner  string   `json:"owner"`
		Add    []string `json:"add_user_list"`
		Del    []string `json:"del_user_list"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	c, err := r.findOwnChat(in.ChatID)
	if err != nil {
		return nil, err
	}
	added, err := r.resolveChatUsers(in.Add)
	if err != nil {
		return nil, err
	}
	next := chatState{name: c.name, owner: c.owner, users: slices.Clone(c.users)}
	for _, id := range in.Del {
		next.users = slices.DeleteFunc(next.users, func(u string) bool { return foldUserID(u) == foldUserID(id) })
	}
	for _, u := range added {
		if next.findUser(u) == "" {
			next.users = append(next.users, u)
		}
	}
	if in.Owner != "" {
		next.owner = in.Owner
	}
	next.owner = next.findUser(next.owner)
	switch {
	case next.owner == "":
		return nil, newAPIError(86207)
	case len(next.users) < 2 || len(next.users) > 2000:
		return nil, newAPIError(86006)
	}
	if err := s.checkQuota(r, "group changes", time.Hour, groupChangesHour, 1); err != nil {
		return nil, err
	}
	c.name, c.owner, c.users = cmp.Or(truncateRunes(in.Name, 50), c.name), next.owner, next.users
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

type chatInfo struct {
	ChatID   string   `json:"chatid"`
	Name     string   `json:"name"`
	Owner    string   `json:"owner"`
	UserList []string `json:"userlist"`
	ChatType int      `json:"chat_type"`
}

// getChat implements appchat/get.
func (s *Server) getChat(r *request) (any, *apiError) {
	c, err := r.findOwnChat(r.query.Get("chatid"))
	if err != nil {
		return nil, err
	}
	return struct {
		ChatInfo chatInfo `json:"chat_info"`
	}{chatInfo{c.id, c.name, c.owner, c.users, 0}}, nil
}

// chatMsgTypes are the values of msgtype that appchat/send accepts.
var chatMsgTypes = map[string]bool{
	"text": true, "image": true, "voice": true, "video": true, "file": true, "textcard": true, "news": true,
	"mpnews": true, "markdown": true,
}

// sendChat implements appchat/send. The reply has no msgid.
//
// https://developer.work.weixin.qq.com/document/path/90248
func (s *Server) sendChat(r *request) (any, *apiError) {
	var in struct {
		ChatID  string `json:"chatid"`
		MsgType string `json:"msgtype"`
		Safe    Int    `json:"safe"`
		Content
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	c, err := r.findOwnChat(in.ChatID)
	if err != nil {
		return nil, err
	}
	if !chatMsgTypes[in.MsgType] {
		return nil, newAPIError(40008)
	}
	if err := in.checkAndTruncate(r, in.MsgType); err != nil {
		return nil, err
	}
	if err := s.checkQuota(r, "group messages", time.Minute, groupSendsMinute, len(c.users)); err != nil {
		return nil, err
	}
	in.expandMentions(r.corp)
	m := &sentMessage{id: s.randomText(33), app: r.app, chat: c, kind: in.MsgType, content: in.Content,
		safe: int(in.Safe), time: s.currentTime(), copies: map[string]*inboxMessage{}}
	for _, u := range c.users {
		if member, ok := r.corp.members[foldUserID(u)]; ok && member.canReceive() && s.allowGroupMessage(r.corp, member) {
			s.seq++
			d := &inboxMessage{sent: m, member: member, seq: s.seq, unread: true}
			m.copies[foldUserID(u)] = d
			s.addToInbox(member, d)
		}
	}
	s.addToMailbox(&mailboxEntry{message: m, size: len(r.body)})
	return nil, nil
}

// allowGroupMessage counts a group message to a member and reports whether it is within the limits.
// Messages over a limit are dropped without an error.
func (s *Server) allowGroupMessage(c *corpState, m *memberState) bool {
	if s.NoQuotas {
		return true
	}
	name := c.ID + " " + m.key
	within := s.quotas.allowEvents("group minute "+name, s.currentTime(), time.Minute, groupMemberMin, 1)
	return s.quotas.allowEvents("group day "+s.chinaDate()+" "+name, s.currentTime(), day24, groupMemberDay, 1) && within
}

var mentionPattern = regexp.MustCompile(`<@([^>\s]+)>`)

// expandMentions replaces <@userid> by the member's name and appends the members of mentioned_list.
func (c *Content) expandMentions(corp *corpState) {
	name := func(id string) string {
		if m, ok := corp.members[foldUserID(id)]; ok {
			return "@" + m.Name
		}
		return "@" + id
	}
	replace := func(text string) string {
		return mentionPattern.ReplaceAllStringFunc(text, func(x string) string { return name(x[2 : len(x)-1]) })
	}
	if c.Markdown != nil {
		c.Markdown.Content = replace(c.Markdown.Content)
	}
	if c.Text == nil {
		return
	}
	c.Text.Content = replace(c.Text.Content)
	for _, id := range c.Text.MentionedList {
		if id == "@all" {
			c.Text.Content += " @所有人"
			continue
		}
		c.Text.Content += " " + name(id)
	}
}

// Chats returns the group chats created by the applications of a company, sorted by id.
func (s *Server) Chats(corpID string) []Chat {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Chat
	if c, ok := s.corps[corpID]; ok {
		for _, g := range c.chats {
			out = append(out, Chat{g.id, corpID, g.app.AgentID, g.name, g.owner, slices.Clone(g.users)})
		}
	}
	slices.SortFunc(out, func(a, b Chat) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
