package wecomtest

import (
	"slices"
	"time"
)

// responseLife is how long a response code may be used.
const responseLife = 72 * time.Hour

// responseCode allows one update of a card.
type responseCode struct {
	sent    *sent
	expires time.Time
	used    bool
}

// newResponseCode makes a code for a message. That of a click may update every
// receiver, as the one in the reply of message/send may.
func (s *Server) newResponseCode(m *sent) string {
	code, now := s.randomText(32), s.now()
	s.cards.put(code, &responseCode{sent: m, expires: now.Add(responseLife)}, now, now.Add(responseLife))
	m.codes = append(m.codes, code)
	return code
}

// updateBody is the request of message/update_template_card.
//
// https://developer.work.weixin.qq.com/document/path/94888
type updateBody struct {
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

type updateReply struct {
	InvalidUser []string `json:"invaliduser,omitempty"`
}

func (s *Server) updateCard(r *request) (any, *apiError) {
	var in updateBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(r); err != nil {
		return nil, err
	}
	code, err := s.findCode(r, in.ResponseCode)
	if err != nil {
		return nil, err
	}
	if in.Card == nil && !code.sent.content.Card.interactive() {
		return nil, invalidParam("button")
	}
	targets, bad := in.targets(r.corp, code.sent)
	if len(targets) == 0 {
		return updateReply{bad}, fail(82102)
	}
	code.used = true
	if in.Card != nil && in.EnableIDTrans == 1 {
		(&Content{Card: in.Card}).translate(r.corp)
	}
	for _, d := range targets {
		d.update(in.Card, in.replaceName())
		s.noteDelivery(d)
	}
	return updateReply{bad}, nil
}

func (in *updateBody) replaceName() string {
	if in.Button == nil {
		return ""
	}
	return in.Button.ReplaceName
}

func (in *updateBody) check(r *request) *apiError {
	switch {
	case in.AgentID == nil:
		return fail(41011)
	case int64(*in.AgentID) != r.app.AgentID:
		return fail(301002)
	case in.ResponseCode == "":
		return fail(60140)
	case len(in.UserIDs) > 1000:
		return fail(40032)
	case len(in.PartyIDs) > 100:
		return fail(82002)
	case len(in.TagIDs) > 100:
		return fail(82003)
	case in.AtAll != 1 && len(in.UserIDs)+len(in.PartyIDs)+len(in.TagIDs) == 0:
		return fail(82101)
	case in.Card == nil && in.replaceName() == "":
		return fail(42020)
	case in.Card != nil:
		return in.Card.checkReplacement()
	}
	return nil
}

// checkReplacement holds the card of an update against the rules: as for a new
// one, but the submit button may be left out.
func (c *Card) checkReplacement() *apiError {
	with := *c
	if with.SubmitButton == nil && (c.CardType == voteInteraction || c.CardType == multipleInteraction) {
		with.SubmitButton = &Button{Key: "none"}
	}
	return with.checkShape()
}

// findCode returns a response code that may be used now.
func (s *Server) findCode(r *request, code string) (*responseCode, *apiError) {
	c, ok := s.cards.get(code)
	switch {
	case !ok, c.used, !s.now().Before(c.expires), c.sent.corp != r.corp:
		return nil, fail(60140)
	case c.sent.app.AgentID != r.app.AgentID:
		return nil, fail(42015)
	}
	return c, nil
}

// targets picks the receivers of the card that the update names. Those named
// one by one who did not receive the card are listed as invalid.
func (in *updateBody) targets(corp *corpState, m *sent) (out []*delivery, bad []string) {
	if in.AtAll == 1 {
		for _, d := range m.copies {
			out = append(out, d)
		}
		return out, nil
	}
	chosen := map[*delivery]bool{}
	for _, id := range in.UserIDs {
		if d, ok := m.copies[fold(id)]; ok {
			chosen[d] = true
		} else {
			bad = append(bad, fold(id))
		}
	}
	for _, d := range m.copies {
		if in.covers(corp, d.member) {
			chosen[d] = true
		}
	}
	for d := range chosen {
		out = append(out, d)
	}
	return out, bad
}

func (in *updateBody) covers(corp *corpState, m *memberState) bool {
	for _, p := range in.PartyIDs {
		if slices.ContainsFunc(m.Departments, func(d int64) bool { return corp.within(d, int64(p)) }) {
			return true
		}
	}
	return slices.ContainsFunc(in.TagIDs, func(t Int) bool { return slices.Contains(m.Tags, int64(t)) })
}

// update replaces the card of one receiver, or makes its buttons grey.
func (d *delivery) update(card *Card, replaceName string) {
	if card != nil {
		if card.TaskID == "" {
			fresh := *card
			fresh.TaskID = d.card().TaskID
			card = &fresh
		}
		d.replaced, d.button = card, card.ReplaceText
		return
	}
	d.button = replaceName
}
