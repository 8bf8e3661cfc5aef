package messaging

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// ClickButton implements the method of wecomtest.Server.
func (s *Service) ClickButton(ctx context.Context, corpID, userID, ref, key string, chosen ...model.Selected) error {
	o, err := s.newClickEvent(corpID, userID, ref, key, chosen)
	if err != nil {
		return err
	}
	return s.DeliverCallback(ctx, o)
}

func (s *Service) newClickEvent(corpID, userID, ref, key string, chosen []model.Selected) (*core.PendingCallback, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(corpID, userID)
	if m == nil {
		return nil, fmt.Errorf("clicking a button: member %q of %q is unknown", userID, corpID)
	}
	d := s.findCard(m, ref)
	if d == nil {
		return nil, fmt.Errorf("clicking a button: %s has no card %q", userID, ref)
	}
	card := d.CurrentCard()
	found, menu := core.FindCardButton(card, key)
	if !found {
		return nil, fmt.Errorf("clicking a button: the card has no button with the key %q", key)
	}
	if d.ButtonText != "" && !menu {
		return nil, fmt.Errorf("clicking a button: the buttons have been replaced by %q", d.ButtonText)
	}
	event := "template_card_event"
	if menu {
		event = "template_card_menu_event"
	}
	d.ClickedKey = key
	s.NotifyMessage(d)
	e := core.NewMessageXML(corpID, m.UserID, s.CurrentTime(), "event").AddText("Event", event).AddText("EventKey", key).
		AddText("TaskId", card.TaskID).AddText("CardType", card.CardType).
		AddText("ResponseCode", s.newResponseCode(d.Sent))
	addSelectedItems(e, chosen)
	o := s.Contacts.NewAppEvent(d.Sent.App, m, event, e)
	o.Card = d
	return o, nil
}

func addSelectedItems(e *core.XMLBuilder, chosen []model.Selected) {
	if len(chosen) == 0 {
		return
	}
	e.OpenElement("SelectedItems")
	for _, c := range chosen {
		e.OpenElement("SelectedItem").AddText("QuestionKey", c.QuestionKey).OpenElement("OptionIds")
		for _, id := range c.OptionIDs {
			e.AddText("OptionId", id)
		}
		e.CloseElement("OptionIds").CloseElement("SelectedItem")
	}
	e.CloseElement("SelectedItems")
}

// findCard returns the newest card of a member with the given msgid, response code or task id.
func (s *Service) findCard(m *core.MemberState, ref string) *core.InboxMessage {
	code, _ := s.ResponseCodes.Get(ref)
	for _, d := range slices.Backward(m.Inbox) {
		if d.Sent == nil || d.CurrentCard() == nil || d.Recalled {
			continue
		}
		if d.Sent.ID == ref || d.CurrentCard().TaskID == ref || (code != nil && code.Message == d.Sent) {
			return d
		}
	}
	return nil
}

// IsCardOf reports whether the card that ref identifies in a member's chats is of this application.
func (s *Service) IsCardOf(corpID, userID, ref string, agentID int64) bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(corpID, userID)
	if m == nil {
		return false
	}
	d := s.findCard(m, ref)
	return d != nil && d.Sent.App.AgentID == agentID
}

// EnterApp implements the method of wecomtest.Server.
func (s *Service) EnterApp(ctx context.Context, corpID, userID string, agentID int64) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *core.AppState, m *core.MemberState) ([]*core.PendingCallback, error) {
		if !a.ReportEnter {
			return nil, nil
		}
		e := core.NewMessageXML(corpID, m.UserID, s.CurrentTime(), "event").AddText("Event", "enter_agent").AddText("EventKey", "")
		return []*core.PendingCallback{s.Contacts.NewAppEvent(a, m, "enter_agent", e)}, nil
	})
}

// runMemberAction runs an action of a member in an application and delivers the resulting callbacks.
func (s *Service) runMemberAction(ctx context.Context, corpID, userID string, agentID int64, do func(*core.AppState, *core.MemberState) ([]*core.PendingCallback, error)) error {
	s.Mu.Lock()
	m, a := s.FindMember(corpID, userID), s.FindApp(corpID, agentID)
	if m == nil || a == nil || !s.CorpStates[corpID].SeesMember(a, m) {
		s.Mu.Unlock()
		return fmt.Errorf("acting as %q at application %d of %q: unknown, or not visible to it", userID, agentID, corpID)
	}
	list, err := do(a, m)
	s.Mu.Unlock()
	if err != nil {
		return err
	}
	return s.DeliverAll(ctx, list)
}
