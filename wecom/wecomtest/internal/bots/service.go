// Package bots serves smart bots (智能机器人) in callback mode: what members do in their chats, the
// replies in the response to a callback, the refreshes of streams, and active replies.
package bots

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/internal/simulator/watch"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Limits of smart bots.
//
// https://developer.work.weixin.qq.com/document/path/101031
const (
	maxOpenMessages   = 3 // messages of a member to a bot without a finished reply
	streamLifetime    = 6 * time.Minute
	responseLifetime  = time.Hour // of a response URL
	repliesPerMinute  = 30        // of a chat
	repliesPerHour    = 1000
	maxContent        = 20480 // bytes of a stream or of Markdown
	maxFeedbackID     = 256   // bytes
	maxImages         = 10
	maxImageSize      = 10 * core.Megabyte
	refreshInterval   = 300 * time.Millisecond // of real time; WeCom's interval is not documented
	maxChatImageBytes = 64 * core.Megabyte
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	bots   map[string]*botState       // by id
	groups map[string]*model.BotGroup // by id
	chats  map[chatKey]*chat
	open   map[memberKey][]*message // messages of members that may have no finished reply
	codes  bounded.Cache[string, *responseCode]
}

// New returns the service of a core.
func New(c *core.Core) *Service {
	s := &Service{Core: c, bots: map[string]*botState{}, groups: map[string]*model.BotGroup{}, chats: map[chatKey]*chat{}, open: map[memberKey][]*message{}}
	s.codes.Limit = c.Limits.Codes
	return s
}

// botState is a bot. Core.Mu guards it.
type botState struct{ model.SmartBot }

// memberKey identifies a bot and a member.
type memberKey struct{ bot, member string }

// CheckBot returns an error for a bot without an id, and for a callback that cannot be used.
func CheckBot(b model.SmartBot) error {
	if b.ID == "" {
		return errors.New("id is missing")
	}
	if b.URL == "" {
		return nil
	}
	if !core.IsHTTPURL(b.URL) {
		return fmt.Errorf("%q does not begin with http:// or https://", b.URL)
	}
	_, err := core.DecodeAESKey(b.EncodingAESKey)
	return err
}

// AddBot adds a bot, or replaces it.
func (s *Service) AddBot(b model.SmartBot) {
	if b.ID == "" {
		panic("wecomtest: AddBot needs an ID")
	}
	s.UpdateCorp(b.CorpID, func(*core.CorpState) { s.bots[b.ID] = &botState{b} })
}

// AddGroup adds a group, or replaces it.
func (s *Service) AddGroup(g model.BotGroup) {
	if g.ID == "" {
		panic("wecomtest: AddGroup needs an ID")
	}
	s.UpdateCorp(g.CorpID, func(*core.CorpState) { s.groups[g.ID] = &g })
}

// Bot returns a bot.
func (s *Service) Bot(id string) (model.SmartBot, bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	b, ok := s.bots[id]
	if !ok {
		return model.SmartBot{}, false
	}
	return b.SmartBot, true
}

// Group returns a group.
func (s *Service) Group(id string) (model.BotGroup, bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	g, ok := s.groups[id]
	if !ok {
		return model.BotGroup{}, false
	}
	return *g, true
}

// SaveCallback sets the callback of a bot after its address has been verified.
func (s *Service) SaveCallback(ctx context.Context, botID string, cb model.Callback) error {
	if err := s.VerifyCallbackURL(ctx, "", cb); err != nil { // bots have no receive id
		return err
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	b, ok := s.bots[botID]
	if !ok {
		return fmt.Errorf("saving a callback: bot %q: %w", botID, core.ErrNotFound)
	}
	b.Callback = cb
	s.NotifyChange(core.Change{Kind: "directory", CorpID: b.CorpID})
	return nil
}

// Overview is a chat as a member's list shows it.
type Overview struct {
	Bot   model.SmartBot
	Group *model.BotGroup // nil for a single chat
	Last  *model.BotMessage
}

// ListChats returns the chats of a member: one with each bot, and the groups. Mu must be held.
func (s *Service) ListChats(m *core.MemberState) (out []Overview) {
	for _, b := range s.bots {
		if b.CorpID == m.CorpID {
			out = append(out, Overview{Bot: b.SmartBot, Last: s.lastMessage(chatKey{bot: b.ID, member: m.Key}, m)})
		}
	}
	for _, g := range s.groups {
		if b := s.bots[g.BotID]; b != nil && b.CorpID == m.CorpID && isGroupMember(g, m) {
			out = append(out, Overview{Bot: b.SmartBot, Group: g, Last: s.lastMessage(chatKey{bot: b.ID, group: g.ID}, m)})
		}
	}
	slices.SortFunc(out, func(a, b Overview) int {
		return cmp.Or(cmp.Compare(a.Bot.ID, b.Bot.ID), cmp.Compare(a.groupID(), b.groupID()))
	})
	return out
}

func (o *Overview) groupID() string {
	if o.Group == nil {
		return ""
	}
	return o.Group.ID
}

func isGroupMember(g *model.BotGroup, m *core.MemberState) bool {
	return slices.ContainsFunc(g.Members, func(id string) bool { return core.FoldUserID(id) == m.Key })
}

// participants are a chat and the member who acts in it.
type participants struct {
	chat   *chat
	member *core.MemberState
}

// findParticipants returns a chat and its member, or an error if the member is not in it. Mu must be held.
func (s *Service) findParticipants(at model.BotChat) (participants, error) {
	b, m := s.bots[at.BotID], s.FindMember(at.CorpID, at.UserID)
	if b == nil || m == nil || b.CorpID != m.CorpID || m.Status == model.StatusLeft {
		return participants{}, fmt.Errorf("member %q of %q at bot %q: %w", at.UserID, at.CorpID, at.BotID, core.ErrNotFound)
	}
	key := chatKey{bot: b.ID, member: m.Key}
	var group *model.BotGroup
	if at.ChatID != "" {
		if group = s.groups[at.ChatID]; group == nil || group.BotID != b.ID || !isGroupMember(group, m) {
			return participants{}, fmt.Errorf("member %q in group %q: %w", at.UserID, at.ChatID, core.ErrNotFound)
		}
		key = chatKey{bot: b.ID, group: group.ID}
	}
	c := s.chats[key]
	if c == nil {
		c = &chat{}
		s.chats[key] = c
	}
	c.bot, c.group = b, group
	return participants{c, m}, nil
}

// Messages returns the messages of a chat as a member sees them, oldest first.
func (s *Service) Messages(at model.BotChat) ([]model.BotMessage, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p, err := s.findParticipants(at)
	if err != nil {
		return nil, err
	}
	return p.visibleMessages(), nil
}

// ListMessages returns the messages of a chat of a member, oldest first. Mu must be held.
func (s *Service) ListMessages(m *core.MemberState, botID, chatID string) []model.BotMessage {
	p, err := s.findParticipants(model.BotChat{CorpID: m.CorpID, UserID: m.UserID, BotID: botID, ChatID: chatID})
	if err != nil {
		return nil
	}
	return p.visibleMessages()
}

func (p participants) visibleMessages() []model.BotMessage {
	out := []model.BotMessage{}
	for _, m := range p.chat.messages.List() {
		out = append(out, m.viewFor(p.member))
	}
	return out
}

// WaitMessage waits until a message of a chat matches, and returns the newest one. A nil match accepts
// any message.
func (s *Service) WaitMessage(ctx context.Context, at model.BotChat, match func(model.BotMessage) bool) (model.BotMessage, error) {
	var failure error
	found, err := watch.Until(ctx, &s.Mu, &s.Changed, func() (model.BotMessage, bool) {
		p, err := s.findParticipants(at)
		if failure = err; err != nil {
			return model.BotMessage{}, true
		}
		for _, m := range slices.Backward(p.visibleMessages()) {
			if match == nil || match(m) {
				return m, true
			}
		}
		return model.BotMessage{}, false
	})
	if err = errors.Join(failure, err); err != nil {
		return model.BotMessage{}, fmt.Errorf("waiting for a message of bot %s: %w", at.BotID, err)
	}
	return found, nil
}

// userID returns the id of a member in the callbacks of a bot.
func (b *botState) userID(m *core.MemberState) string {
	if !b.EncryptUserIDs {
		return m.UserID
	}
	sum := sha256.Sum256([]byte(b.ID + "/" + m.Key))
	return "wo" + hex.EncodeToString(sum[:15])
}
