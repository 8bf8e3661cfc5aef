package messaging

import (
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// responseCodeTTL is the lifetime of a response code.
const responseCodeTTL = 72 * time.Hour

// newResponseCode creates a code for a message. A code from a click can update the card of every
// recipient, as the code of message/send can.
func (s *Service) newResponseCode(m *core.SentMessage) string {
	code, now := s.RandomText(32), s.CurrentTime()
	s.ResponseCodes.Put(code, &core.ResponseCode{Message: m, Expires: now.Add(responseCodeTTL)}, now, now.Add(responseCodeTTL))
	m.ResponseCodes = append(m.ResponseCodes, code)
	return code
}

// cardUpdateBody is the request of message/update_template_card.
//
// https://developer.work.weixin.qq.com/document/path/94888
type cardUpdateBody struct {
	UserIDs       []string    `json:"userids"`
	PartyIDs      []model.Int `json:"partyids"`
	TagIDs        []model.Int `json:"tagids"`
	AtAll         model.Int   `json:"atall"`
	AgentID       *model.Int  `json:"agentid"`
	ResponseCode  string      `json:"response_code"`
	EnableIDTrans model.Int   `json:"enable_id_trans"`
	Button        *struct {
		ReplaceName string `json:"replace_name"`
	} `json:"button"`
	Card *model.Card `json:"template_card"`
}

type cardUpdateReply struct {
	InvalidUser []string `json:"invaliduser,omitempty"`
}

func (s *Service) updateCard(r *core.Request) (any, *core.APIError) {
	var in cardUpdateBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	code, err := s.findResponseCode(r, in.ResponseCode)
	if err != nil {
		return nil, err
	}
	if in.Card == nil && !core.IsInteractiveCard(code.Message.Content.Card) {
		return nil, core.InvalidParam("button")
	}
	targets, bad := in.selectRecipients(r.Corp, code.Message)
	if len(targets) == 0 {
		return cardUpdateReply{bad}, core.NewAPIError(82102)
	}
	code.Used = true
	if in.Card != nil && in.EnableIDTrans == 1 {
		expandIDTokens((&model.Content{Card: in.Card}), r.Corp)
	}
	for _, d := range targets {
		d.UpdateCard(in.Card, in.replaceName())
		s.NotifyMessage(d)
	}
	return cardUpdateReply{bad}, nil
}

func (in *cardUpdateBody) replaceName() string {
	if in.Button == nil {
		return ""
	}
	return in.Button.ReplaceName
}

func (in *cardUpdateBody) checkFields(r *core.Request) *core.APIError {
	switch {
	case !core.IsGivenInt(in.AgentID):
		return core.NewAPIError(41011)
	case int64(*in.AgentID) != r.App.AgentID:
		return core.NewAPIError(301002)
	case in.ResponseCode == "":
		return core.NewAPIError(60140)
	case len(in.UserIDs) > 1000:
		return core.NewAPIError(40032)
	case len(in.PartyIDs) > 100:
		return core.NewAPIError(82002)
	case len(in.TagIDs) > 100:
		return core.NewAPIError(82003)
	case in.AtAll != 1 && len(in.UserIDs)+len(in.PartyIDs)+len(in.TagIDs) == 0:
		return core.NewAPIError(82101)
	case in.Card == nil && in.replaceName() == "":
		return core.NewAPIError(42020)
	case in.Card != nil:
		return checkCardReplacement(in.Card)
	}
	return nil
}

// checkCardReplacement checks the card of an update. Unlike a new card, it does not need a submit
// button.
func checkCardReplacement(c *model.Card) *core.APIError {
	with := *c
	if with.SubmitButton == nil && (c.CardType == core.VoteInteraction || c.CardType == core.MultipleInteraction) {
		with.SubmitButton = &model.Button{Key: "none"}
	}
	return CheckCard(&with)
}

// findResponseCode returns an unused response code of the calling application.
func (s *Service) findResponseCode(r *core.Request, code string) (*core.ResponseCode, *core.APIError) {
	c, ok := s.ResponseCodes.Get(code)
	switch {
	case !ok, c.Used, !s.CurrentTime().Before(c.Expires), c.Message.Corp != r.Corp:
		return nil, core.NewAPIError(60140)
	case c.Message.App.AgentID != r.App.AgentID:
		return nil, core.NewAPIError(42015)
	}
	return c, nil
}

// selectRecipients returns the copies of the card that the update addresses. bad holds the user ids
// in userids that did not receive the card.
func (in *cardUpdateBody) selectRecipients(corp *core.CorpState, m *core.SentMessage) (out []*core.InboxMessage, bad []string) {
	if in.AtAll == 1 {
		for _, d := range m.Copies {
			out = append(out, d)
		}
		return out, nil
	}
	chosen := map[*core.InboxMessage]bool{}
	for _, id := range in.UserIDs {
		if d, ok := m.Copies[core.FoldUserID(id)]; ok {
			chosen[d] = true
		} else {
			bad = append(bad, core.FoldUserID(id))
		}
	}
	for _, d := range m.Copies {
		if in.includesMember(corp, d.Member) {
			chosen[d] = true
		}
	}
	for d := range chosen {
		out = append(out, d)
	}
	return out, bad
}

func (in *cardUpdateBody) includesMember(corp *core.CorpState, m *core.MemberState) bool {
	for _, p := range in.PartyIDs {
		if slices.ContainsFunc(m.Departments, func(d int64) bool { return corp.IsWithinDepartment(d, int64(p)) }) {
			return true
		}
	}
	return slices.ContainsFunc(in.TagIDs, func(t model.Int) bool { return slices.Contains(m.Tags, int64(t)) })
}
