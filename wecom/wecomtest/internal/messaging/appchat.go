package messaging

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

var chatIDPattern = regexp.MustCompile(`^[0-9a-zA-Z]{1,32}$`)

// checkChatPermission checks that the application is visible to the whole company, which WeCom
// requires for group chats.
//
// https://developer.work.weixin.qq.com/document/path/90244
func checkChatPermission(r *core.Request) *core.APIError {
	if !r.Corp.SeesDepartment(r.App, 1) {
		return core.NewAPIError(48002)
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
func (s *Service) createChat(r *core.Request) (any, *core.APIError) {
	var in struct {
		Name   string   `json:"name"`
		Owner  string   `json:"owner"`
		Users  []string `json:"userlist"`
		ChatID string   `json:"chatid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkChatPermission(r); err != nil {
		return nil, err
	}
	c := &core.ChatState{ID: in.ChatID, App: r.App, Name: TruncateRunes(in.Name, 50)}
	if c.ID == "" {
		c.ID = strings.NewReplacer("-", "0", "_", "1").Replace(s.RandomText(24))
	}
	switch {
	case !chatIDPattern.MatchString(c.ID):
		return nil, core.NewAPIError(86001)
	case r.Corp.Chats[c.ID] != nil:
		return nil, core.NewAPIError(86215)
	}
	users, err := resolveChatUsers(r, in.Users)
	if err != nil {
		return nil, err
	}
	if len(users) < 2 || len(users) > 2000 {
		return nil, core.NewAPIError(86006)
	}
	c.Users, c.Owner = users, users[0]
	if in.Owner != "" {
		if c.Owner = c.FindUser(in.Owner); c.Owner == "" {
			return nil, core.NewAPIError(86207)
		}
	}
	if err := s.CheckQuota(r, "groups "+s.ChinaDate(), core.Day24, core.GroupsDay, 1); err != nil {
		return nil, err
	}
	bounded.Insert(r.Corp.Chats, &r.Corp.InsertionOrder.Chats, s.Limits.Records, c.ID, c)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	return chatIDReply{c.ID}, nil
}

// resolveChatUsers looks up the members and removes duplicates.
func resolveChatUsers(r *core.Request, list []string) ([]string, *core.APIError) {
	var out []string
	for _, id := range list {
		m, ok := r.Corp.Members[core.FoldUserID(id)]
		if !ok || !r.Corp.SeesMember(r.App, m) {
			return nil, core.NewAPIError(86007)
		}
		if !slices.Contains(out, m.UserID) {
			out = append(out, m.UserID)
		}
	}
	return out, nil
}

// findOwnChat returns a group chat of the calling application.
func findOwnChat(r *core.Request, id string) (*core.ChatState, *core.APIError) {
	if err := checkChatPermission(r); err != nil {
		return nil, err
	}
	c, ok := r.Corp.Chats[id]
	switch {
	case id == "":
		return nil, core.NewAPIError(86201)
	case !ok:
		return nil, core.NewAPIError(86003)
	case c.App.AgentID != r.App.AgentID:
		return nil, core.NewAPIError(86008)
	}
	return c, nil
}

// updateChat implements appchat/update.
//
// https://developer.work.weixin.qq.com/document/path/98913
func (s *Service) updateChat(r *core.Request) (any, *core.APIError) {
	var in struct {
		ChatID string   `json:"chatid"`
		Name   string   `json:"name"`
		Owner  string   `json:"owner"`
		Add    []string `json:"add_user_list"`
		Del    []string `json:"del_user_list"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	c, err := findOwnChat(r, in.ChatID)
	if err != nil {
		return nil, err
	}
	added, err := resolveChatUsers(r, in.Add)
	if err != nil {
		return nil, err
	}
	next := core.ChatState{Name: c.Name, Owner: c.Owner, Users: slices.Clone(c.Users)}
	for _, id := range in.Del {
		next.Users = slices.DeleteFunc(next.Users, func(u string) bool { return core.FoldUserID(u) == core.FoldUserID(id) })
	}
	for _, u := range added {
		if next.FindUser(u) == "" {
			next.Users = append(next.Users, u)
		}
	}
	if in.Owner != "" {
		next.Owner = in.Owner
	}
	next.Owner = next.FindUser(next.Owner)
	switch {
	case next.Owner == "":
		return nil, core.NewAPIError(86207)
	case len(next.Users) < 2 || len(next.Users) > 2000:
		return nil, core.NewAPIError(86006)
	}
	if err := s.CheckQuota(r, "group changes", time.Hour, core.GroupChangesHour, 1); err != nil {
		return nil, err
	}
	c.Name, c.Owner, c.Users = cmp.Or(TruncateRunes(in.Name, 50), c.Name), next.Owner, next.Users
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
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
func (s *Service) getChat(r *core.Request) (any, *core.APIError) {
	c, err := findOwnChat(r, r.Query.Get("chatid"))
	if err != nil {
		return nil, err
	}
	return struct {
		ChatInfo chatInfo `json:"chat_info"`
	}{chatInfo{c.ID, c.Name, c.Owner, c.Users, 0}}, nil
}

// chatMsgTypes are the values of msgtype that appchat/send accepts.
var chatMsgTypes = map[string]bool{
	"text": true, "image": true, "voice": true, "video": true, "file": true, "textcard": true, "news": true,
	"mpnews": true, "markdown": true,
}

// sendChat implements appchat/send. The reply has no msgid.
//
// https://developer.work.weixin.qq.com/document/path/90248
func (s *Service) sendChat(r *core.Request) (any, *core.APIError) {
	var in struct {
		ChatID  string    `json:"chatid"`
		MsgType string    `json:"msgtype"`
		Safe    model.Int `json:"safe"`
		model.Content
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	c, err := findOwnChat(r, in.ChatID)
	if err != nil {
		return nil, err
	}
	if !chatMsgTypes[in.MsgType] {
		return nil, core.NewAPIError(40008)
	}
	if err := checkContent(&in.Content, r, in.MsgType); err != nil {
		return nil, err
	}
	if err := s.CheckQuota(r, "group messages", time.Minute, core.GroupSendsMinute, len(c.Users)); err != nil {
		return nil, err
	}
	expandMentions(&in.Content, r.Corp)
	m := &core.SentMessage{ID: s.RandomText(33), App: r.App, Chat: c, Kind: in.MsgType, Content: in.Content,
		Safe: int(in.Safe), Time: s.CurrentTime(), Copies: map[string]*core.InboxMessage{}}
	for _, u := range c.Users {
		if member, ok := r.Corp.Members[core.FoldUserID(u)]; ok && member.CanReceive() && s.allowGroupMessage(r.Corp, member) {
			s.Seq++
			d := &core.InboxMessage{Sent: m, Member: member, Seq: s.Seq, Unread: true}
			m.Copies[core.FoldUserID(u)] = d
			s.AddToInbox(member, d)
		}
	}
	s.AddToMailbox(&core.MailboxEntry{Message: m, Size: len(r.Body)})
	return nil, nil
}

// allowGroupMessage counts a group message to a member and reports whether it is within the limits.
// Messages over a limit are dropped without an error.
func (s *Service) allowGroupMessage(c *core.CorpState, m *core.MemberState) bool {
	if s.Config().NoQuotas {
		return true
	}
	name := c.ID + " " + m.Key
	within := s.Quotas.AllowEvents("group minute "+name, s.CurrentTime(), time.Minute, core.GroupMemberMin, 1)
	return s.Quotas.AllowEvents("group day "+s.ChinaDate()+" "+name, s.CurrentTime(), core.Day24, core.GroupMemberDay, 1) && within
}

var mentionPattern = regexp.MustCompile(`<@([^>\s]+)>`)

// expandMentions replaces <@userid> by the member's name and appends the members of mentioned_list.
func expandMentions(c *model.Content, corp *core.CorpState) {
	name := func(id string) string {
		if m, ok := corp.Members[core.FoldUserID(id)]; ok {
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

// Chats implements the method of wecomtest.Server.
func (s *Service) Chats(corpID string) []model.Chat {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Chat
	if c, ok := s.CorpStates[corpID]; ok {
		for _, g := range c.Chats {
			out = append(out, model.Chat{ID: g.ID, CorpID: corpID, AgentID: g.App.AgentID, Name: g.Name, Owner: g.Owner, Users: slices.Clone(g.Users)})
		}
	}
	slices.SortFunc(out, func(a, b model.Chat) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
