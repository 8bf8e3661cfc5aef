package wecomtest

import "context"

// Bots controls the smart bots (智能机器人) of a server, as administrators and members do.
type Bots struct{ server *Server }

// SmartBots returns the smart bots of s.
func SmartBots(s *Server) Bots {
	s.init()
	return Bots{s}
}

// AddBot adds a bot, or replaces it. Its callback address is taken as verified.
func (b Bots) AddBot(bot SmartBot) { b.server.bots.AddBot(bot) }

// AddGroup adds a group chat with a bot, or replaces it.
func (b Bots) AddGroup(g BotGroup) { b.server.bots.AddGroup(g) }

// SaveCallback sets the callback of a bot after its address has been verified.
func (b Bots) SaveCallback(ctx context.Context, botID string, cb Callback) error {
	return b.server.bots.SaveCallback(ctx, botID, cb)
}

// SendText sends a text as a member. In a group, the bot receives it only if it contains @ and the
// bot's name. It returns after the receiver has accepted the message, or with ErrNotDelivered; the
// state of a stream is then requested in the background until the stream is finished.
func (b Bots) SendText(ctx context.Context, at BotChat, text string) error {
	return b.server.bots.SendText(ctx, at, text)
}

// Enter opens a single chat. enter_chat is sent the first time on a day.
func (b Bots) Enter(ctx context.Context, at BotChat) error { return b.server.bots.Enter(ctx, at) }

// ClickButton clicks a button of a card. ref is the msgid of the message or the task_id of its card.
func (b Bots) ClickButton(ctx context.Context, at BotChat, ref, key string, chosen ...Selected) error {
	return b.server.bots.ClickButton(ctx, at, ref, key, chosen...)
}

// SendFeedback sends a member's feedback on a reply that has a feedback id.
func (b Bots) SendFeedback(ctx context.Context, at BotChat, msgID string, f BotFeedback) error {
	return b.server.bots.SendFeedback(ctx, at, msgID, f)
}

// Messages returns the messages of a chat as a member sees them, oldest first. It returns nil for a
// member who is not in the chat.
func (b Bots) Messages(at BotChat) []BotMessage {
	list, _ := b.server.bots.Messages(at)
	return list
}

// WaitMessage waits until a message of a chat matches, and returns the newest one. A nil match accepts
// any message.
func (b Bots) WaitMessage(ctx context.Context, at BotChat, match func(BotMessage) bool) (BotMessage, error) {
	return b.server.bots.WaitMessage(ctx, at, match)
}
