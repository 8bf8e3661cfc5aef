package wecomtest

import (
	"slices"
	"time"
)

// responseCodeTTL is the lifetime of a response code.
const responseCodeTTL = 72 * time.Hour

// responseCode permits one update of a card.
type responseCode struct {
	message *sentMessage
	expires time.Time
	used    bool
}

// newResponseCode creates a code for a message. A code from a click can update the card of every
// recipient, as the code of message/send can.
func (s *Server) newResponseCode(m *sentMessage) string {
	code, now := s.randomText(32), s.currentTime()
	s.responseCodes.put(code, &responseCode{message: m, expires: now.Add(responseCodeTTL)}, now, now.Add(responseCodeTTL))
	m.responseCodes = append(m.responseCodes, code)
	return code
}

// cardUpdateBody is the request of message/update_template_card.
//
// https://developer.work.weixin.qq.com/document/path/94888
type cardUpdateBody struct {
	UserIDs       []string `json:"userids"`
	PartyIDs      []Int    `json:"partyids"`
	TagIDs        []Int    `json:"tagids"`
	AtAll         Int      `json:"atall"`
	AgentID       *Int     `json:"agentid"`
	ResponseCode  string   `json:"response_code"`
	EnableIDTrans Int      `json:"enable_id_trans"`
	Button        *struct {
		ReplaceName string `json:"replace_name"`
	} `json:"button"`
	Card *Card `json:"template_card"`
}

type cardUpdateReply struct {
	InvalidUser []string `json:"invaliduser,omitempty"`
}

func (s *Server) updateCard(r *request) (any, *apiError) {
	var in cardUpdateBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	code, err := s.findResponseCode(r, in.ResponseCode)
	if err != nil {
		return nil, err
	}
	if in.Card == nil && !code.message.content.Card.isInteractive() {
		return nil, invalidParam("button")
	}
	targets, bad := in.selectRecipients(r.corp, code.message)
	if len(targets) == 0 {
		return cardUpdateReply{bad}, newAPIError(82102)
	}
	code.used = true
	if in.Card != nil && in.EnableIDTrans == 1 {
		(&Content{Card: in.Card}).expandIDTokens(r.corp)
	}
	for _, d := range targets {
		d.updateCard(in.Card, in.replaceName())
		s.notifyMessage(d)
	}
	return cardUpdateReply{bad}, nil
}

func (in *cardUpdateBody) replaceName() string {
	if in.Button == nil {
		return ""
	}
	return in.Button.ReplaceName
}

func (in *cardUpdateBody) checkFields(r *request) *apiError {
	switch {
	case in.AgentID == nil:
		return newAPIError(41011)
	case int64(*in.AgentID) != r.app.AgentID:
		return newAPIError(301002)
	case in.ResponseCode == "":
		return newAPIError(60140)
	case len(in.UserIDs) > 1000:
		return newAPIError(40032)
	case len(in.PartyIDs) > 100:
		return newAPIError(82002)
	case len(in.TagIDs) > 100:
		return newAPIError(82003)
	case in.AtAll != 1 && len(in.UserIDs)+len(in.PartyIDs)+len(in.TagIDs) == 0:
		return newAPIError(82101)
	case in.Card == nil && in.replaceName() == "":
		return newAPIError(42020)
	case in.Card != nil:
		return in.Card.checkReplacement()
	}
	return nil
}

// checkReplacement checks the card of an update. Unlike a new card, it does not need a submit
// button.
func (c *Card) checkReplacement() *apiError {
	with := *c
	if with.SubmitButton == nil && (c.CardType == voteInteraction || c.CardType == multipleInteraction) {
		with.SubmitButton = &Button{Key: "none"}
	}
	return with.checkFields()
}

// findResponseCode returns an unused response code of the calling application.
func (s *Server) findResponseCode(r *request, code string) (*responseCode, *apiError) {
	c, ok := s.responseCodes.get(code)
	switch {
	case !ok, c.used, !s.currentTime().Before(c.expires), c.message.corp != r.corp:
		return nil, newAPIError(60140)
	case c.message.app.AgentID != r.app.AgentID:
		return nil, newAPIError(42015)
	}
	return c, nil
}

// selectRecipients returns the copies of the card that the update addresses. bad holds the user ids
// in userids that did not receive the card.
func (in *cardUpdateBody) selectRecipients(corp *corpState, m *sentMessage) (out []*inboxMessage, bad []string) {
	if in.AtAll == 1 {
		for _, d := range m.copies {
			out = append(out, d)
		}
		return out, nil
	}
	chosen := map[*inboxMessage]bool{}
	for _, id := range in.UserIDs {
		if d, ok := m.copies[foldUserID(id)]; ok {
			chosen[d] = true
		} else {
			bad = append(bad, foldUserID(id))
		}
	}
	for _, d := range m.copies {
		if in.includesMember(corp, d.member) {
			chosen[d] = true
		}
	}
	for d := range chosen {
		out = append(out, d)
	}
	return out, bad
}

func (in *cardUpdateBody) includesMember(corp *corpState, m *memberState) bool {
	for _, p := range in.PartyIDs {
		if slices.ContainsFunc(m.Departments, func(d int64) bool { return corp.isWithinDepartment(d, int64(p)) }) {
			return true
		}
	}
	return slices.ContainsFunc(in.TagIDs, func(t Int) bool { return slices.Contains(m.Tags, int64(t)) })
}

// updateCard replaces the card of one recipient or disables its buttons.
func (d *inboxMessage) updateCard(card *Card, replaceName string) {
	if card != nil {
		if card.TaskID == "" {
			fresh := *card
			fresh.TaskID = d.currentCard().TaskID
			card = &fresh
		}
		d.replaced, d.buttonText = card, card.ReplaceText
		return
	}
	d.buttonText = replaceName
}
