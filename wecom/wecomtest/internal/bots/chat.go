package bots

import (
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// chatKey identifies a chat with a bot: that of a member, or a group.
type chatKey struct{ bot, group, member string }

// chat is a chat with a bot. Core.Mu guards it.
type chat struct {
	bot          *botState
	group        *model.BotGroup // nil for a single chat
	messages     bounded.Queue[*message]
	imageBytes   int
	minute, hour core.Window // of replies
	enteredOn    string      // date of the last enter_chat
}

// message is a message of a chat.
type message struct {
	model.BotMessage
	question *message // the message of a member that this one replies to
	answered bool     // a message of a member: its reply is finished
	deadline time.Time
	hasCard  bool                       // a stream: it has got its card
	cards    map[string]cardReplacement // by member, where it differs from BotMessage.Card
}

// cardReplacement is the card that a member sees after an update.
type cardReplacement struct {
	card       *model.Card
	buttonText string
}

// viewFor returns the message as a member sees it. Cards are shared: a stored card is never modified.
func (m *message) viewFor(reader *core.MemberState) model.BotMessage {
	out := m.BotMessage
	if m.Stream != nil {
		stream := *m.Stream
		out.Stream = &stream
	}
	if r, ok := m.cards[reader.Key]; ok {
		out.Card, out.ButtonText, out.Updated = r.card, r.buttonText, true
	}
	return out
}

// addMessage adds a message to a chat and evicts the oldest beyond the limits. Mu must be held.
func (s *Service) addMessage(c *chat, m *message) {
	s.Seq++
	m.Seq, m.Time = s.Seq, s.CurrentTime()
	if m.MsgID == "" {
		m.MsgID = s.RandomText(24)
	}
	c.messages.Push(m)
	c.imageBytes += imageBytes(m)
	for c.messages.Len() > 1 && (c.messages.Len() > s.Limits.Chat || c.imageBytes > maxChatImageBytes) {
		c.imageBytes -= imageBytes(c.messages.Pop())
	}
	s.notifyChat(c)
}

func imageBytes(m *message) (n int) {
	for _, image := range m.Images {
		n += len(image)
	}
	return n
}

// setImages replaces the images of a message.
func (c *chat) setImages(m *message, images [][]byte) {
	c.imageBytes -= imageBytes(m)
	m.Images = images
	c.imageBytes += imageBytes(m)
}

func (s *Service) notifyChat(c *chat) {
	s.NotifyChange(core.Change{Kind: "robot", CorpID: c.bot.CorpID})
}

func (s *Service) lastMessage(key chatKey, reader *core.MemberState) *model.BotMessage {
	c := s.chats[key]
	if c == nil || c.messages.Len() == 0 {
		return nil
	}
	list := c.messages.List()
	last := list[len(list)-1].viewFor(reader)
	return &last
}

// allowReply counts a reply and reports whether it is within the limits of the chat. Mu must be held.
func (s *Service) allowReply(c *chat) bool {
	now := s.CurrentTime()
	minute, hour := c.minute.CountEvent(now, time.Minute, repliesPerMinute), c.hour.CountEvent(now, time.Hour, repliesPerHour)
	return minute && hour || s.Config().NoQuotas
}

// openMessages returns the messages of a member to a bot that have no finished reply. Mu must be held.
func (s *Service) openMessages(key memberKey) []*message {
	now := s.CurrentTime()
	s.open[key] = slices.DeleteFunc(s.open[key], func(m *message) bool { return m.answered || !now.Before(m.deadline) })
	return s.open[key]
}

// findCard returns the newest card of a chat with a msgid or a task id, nil if there is none.
func (p participants) findCard(ref string) *message {
	for _, m := range slices.Backward(p.chat.messages.List()) {
		if card := m.viewFor(p.member).Card; card != nil && (m.MsgID == ref || card.TaskID == ref) {
			return m
		}
	}
	return nil
}

// replaceCard replaces the card of a message for members, for all if there are none.
func (m *message) replaceCard(card *model.Card, members []string) {
	update := cardReplacement{card, card.ReplaceText}
	if len(members) == 0 {
		m.cards = nil
		m.Card, m.ButtonText, m.Updated = update.card, update.buttonText, true
		return
	}
	m.cards = maps.Clone(m.cards)
	if m.cards == nil {
		m.cards = map[string]cardReplacement{}
	}
	for _, id := range members {
		m.cards[core.FoldUserID(id)] = update
	}
}
