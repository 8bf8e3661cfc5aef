package wecomtest

import (
	"context"
	"fmt"
	"slices"
)

// Selected holds the options chosen in one question of a card.
type Selected struct {
	QuestionKey string   `json:"questionKey"`
	OptionIDs   []string `json:"optionIds"`
}

// ClickButton clicks a button of a card as a member. ref is the msgid or a response_code of the
// message, or the task_id of its card. It returns after the receiver has accepted the event, or
// with ErrNotDelivered.
func (s *Server) ClickButton(ctx context.Context, corpID, userID, ref, key string, chosen ...Selected) error {
	s.init()
	o, err := s.newClickEvent(corpID, userID, ref, key, chosen)
	if err != nil {
		return err
	}
	return s.deliverCallback(ctx, o)
}

func (s *Server) newClickEvent(corpID, userID, ref, key string, chosen []Selected) (*pendingCallback, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMember(corpID, userID)
	if m == nil {
		return nil, fmt.Errorf("clicking a button: member %q of %q is unknown", userID, corpID)
	}
	d := s.findCard(m, ref)
	if d == nil {
		return nil, fmt.Errorf("clicking a button: %s has no card %q", userID, ref)
	}
	card := d.currentCard()
	found, menu := card.findButton(key)
	if !found {
		return nil, fmt.Errorf("clicking a button: the card has no button with the key %q", key)
	}
	if d.buttonText != "" && !menu {
		return nil, fmt.Errorf("clicking a button: the buttons have been replaced by %q", d.buttonText)
	}
	event := "template_card_event"
	if menu {
		event = "template_card_menu_event"
	}
	d.clickedKey = key
	s.notifyMessage(d)
	e := newMessageXML(corpID, m.UserID, s.currentTime(), "event").addText("Event", event).addText("EventKey", key).
		addText("TaskId", card.TaskID).addText("CardType", card.CardType).
		addText("ResponseCode", s.newResponseCode(d.sent))
	addSelectedItems(e, chosen)
	o := s.newAppEvent(d.sent.app, m, event, e)
	o.card = d
	return o, nil
}

func addSelectedItems(e *xmlBuilder, chosen []Selected) {
	if len(chosen) == 0 {
		return
	}
	e.openElement("SelectedItems")
	for _, c := range chosen {
		e.openElement("SelectedItem").addText("QuestionKey", c.QuestionKey).openElement("OptionIds")
		for _, id := range c.OptionIDs {
			e.addText("OptionId", id)
		}
		e.closeElement("OptionIds").closeElement("SelectedItem")
	}
	e.closeElement("SelectedItems")
}

// findCard returns the newest card of a member with the given msgid, response code or task id.
func (s *Server) findCard(m *memberState, ref string) *inboxMessage {
	code, _ := s.responseCodes.get(ref)
	for _, d := range slices.Backward(m.inbox) {
		if d.sent == nil || d.currentCard() == nil || d.recalled {
			continue
		}
		if d.sent.id == ref || d.currentCard().TaskID == ref || (code != nil && code.message == d.sent) {
			return d
		}
	}
	return nil
}

// newAppEvent returns a callback addressed to an application. s.mu must be held.
func (s *Server) newAppEvent(a *appState, m *memberState, event string, e *xmlBuilder) *pendingCallback {
	s.seq++
	o := &pendingCallback{to: a.callbackConfig(), member: m}
	e.addNumber("AgentID", a.AgentID)
	o.Delivery = Delivery{Seq: s.seq, Time: s.currentTime(), CorpID: a.CorpID, AgentID: a.AgentID, URL: a.CallbackURL, Event: event, Plain: string(e.toBytes())}
	if m != nil {
		o.From = m.UserID
	}
	return s.encryptEventIDs(a.suite, s.corps[a.CorpID], o)
}

// SendText sends a text to an application as a member.
func (s *Server) SendText(ctx context.Context, corpID, userID string, agentID int64, text string) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *appState, m *memberState) *pendingCallback {
		s.seq++
		d := &inboxMessage{member: m, seq: s.seq, memberText: text, agentID: agentID, time: s.currentTime()}
		s.addToInbox(m, d)
		s.addToMailbox(&mailboxEntry{fromMember: d, size: len(text)})
		e := newMessageXML(corpID, m.UserID, s.currentTime(), "text").addText("Content", text).addNumber("MsgId", 7300000000000000000+s.seq)
		return s.newAppEvent(a, m, "text", e)
	})
}

// EnterApp opens the application as a member. enter_agent is sent if ReportEnter is set.
func (s *Server) EnterApp(ctx context.Context, corpID, userID string, agentID int64) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *appState, m *memberState) *pendingCallback {
		if !a.ReportEnter {
			return nil
		}
		e := newMessageXML(corpID, m.UserID, s.currentTime(), "event").addText("Event", "enter_agent").addText("EventKey", "")
		return s.newAppEvent(a, m, "enter_agent", e)
	})
}

// ClickMenu clicks an item of the application's menu. key is its key, or its URL for type view.
func (s *Server) ClickMenu(ctx context.Context, corpID, userID string, agentID int64, key string) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *appState, m *memberState) *pendingCallback {
		kind := menuType(a.Menu, key)
		if kind == "" {
			kind = "click"
		}
		e := newMessageXML(corpID, m.UserID, s.currentTime(), "event").addText("Event", kind).addText("EventKey", key)
		return s.newAppEvent(a, m, kind, e)
	})
}

func menuType(list []MenuButton, key string) string {
	for _, b := range list {
		if b.Key == key || (b.URL == key && key != "") {
			return b.Type
		}
		if t := menuType(b.SubButton, key); t != "" {
			return t
		}
	}
	return ""
}

// runMemberAction runs an action of a member in an application and delivers the resulting callback.
func (s *Server) runMemberAction(ctx context.Context, corpID, userID string, agentID int64, do func(*appState, *memberState) *pendingCallback) error {
	s.init()
	s.mu.Lock()
	m, a := s.findMember(corpID, userID), s.findApp(corpID, agentID)
	if m == nil || a == nil || !s.corps[corpID].seesMember(a, m) {
		s.mu.Unlock()
		return fmt.Errorf("acting as %q at application %d of %q: unknown, or not visible to it", userID, agentID, corpID)
	}
	o := do(a, m)
	s.mu.Unlock()
	if o == nil {
		return nil
	}
	return s.deliverCallback(ctx, o)
}
