package notify

import (
	"context"
	"strings"

	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// weChatText is a text to a candidate in WeChat with the link to the candidate's page, if there is one. Parts are
// at most as long as WeCom accepts.
type weChatText struct {
	head string
	page string // label of the link; empty: none
	url  string
	tail string
}

// Limits of the parts of a menu in bytes.
const (
	maxMenuText  = 1024
	maxReplyText = 2048
)

// joinParts returns the text for the message log, without the link.
func (t *weChatText) joinParts() string {
	return strings.Join([]string{t.head, t.page, t.tail}, "\n")
}

// newReply returns the request to WeCom. A card with a link would require a picture and is not allowed
// as a welcome message; a menu with one entry is displayed as a text with a link.
func (t *weChatText) newReply(msgID string) wecom.KFReply {
	if t.page == "" || t.url == "" {
		text := strings.TrimRight(t.head+"\n"+t.tail, "\n")
		return wecom.KFReply{MsgID: msgID, Text: &wecom.Text{Content: shortenBytes(text, maxReplyText)}}
	}
	return wecom.KFReply{MsgID: msgID, Menu: &wecom.KFMenu{
		Head: shortenBytes(t.head, maxMenuText), Tail: shortenBytes(t.tail, maxMenuText),
		Items: []wecom.KFMenuItem{{URL: t.url, Content: t.page}},
	}}
}

// shortenBytes shortens a text to a number of bytes; it then ends with "…".
func shortenBytes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit-len("…")], "") + "…"
}

// weChatSender sends messages to candidates in WeChat.
type weChatSender struct{ *Service }

// deliverWeChat sends a message to the candidate through customer service, if WeCom allows one now.
func (s weChatSender) deliverWeChat(ctx context.Context, d *interview.Delivery) error {
	route, obstacle, err := s.CustomerService.FindRoute(ctx, d.Message)
	if err != nil {
		return err
	}
	if obstacle != "" {
		return s.giveUpWeChat(ctx, d.Message, "notify.wechat."+string(obstacle), 0)
	}
	text, err := s.newWeChatText(ctx, d)
	if err != nil {
		return err
	}
	if text == nil { // erased
		return s.Interview.Messages.MarkSkipped(ctx, d.Message.CorpID, d.Message.ID, "notify.skipped.overtaken")
	}
	if text.page != "" {
		token, err := s.Interview.MailLink(ctx, d.Interview)
		if err != nil {
			return err
		}
		text.url = s.PublicURL + interview.CandidateLinkPath(token)
	}
	m, err := s.Interview.Messages.MarkSending(ctx, d.Message.CorpID, d.Message.ID, message.Content{Body: text.joinParts()})
	if m == nil || err != nil {
		return err
	}
	return s.sendWeChat(ctx, m, route, text.newReply(customerservice.MsgID(m)))
}

// sendWeChat makes an attempt to send a message and stores its result.
func (s weChatSender) sendWeChat(ctx context.Context, m *message.Message, route customerservice.Route, reply wecom.KFReply) error {
	var err error
	if route.Code != "" {
		_, err = s.Client.KF.SendOnEvent(ctx, route.Code, reply)
	} else {
		_, err = s.Client.KF.Send(ctx, route.OpenKFID, route.ExternalUserID, reply)
	}
	// WeCom refuses the repetition of a message that it has accepted by its msgid (95033), or by the code, which
	// is valid once.
	accepted := err == nil || wecom.IsCode(err, 95033) || route.Code != "" && m.Attempts > 1 && wecom.IsCode(err, 41050, 41051)
	if accepted {
		if err := s.CustomerService.CountReply(ctx, m.CorpID, route); err != nil {
			return err
		}
		if err := s.Interview.Messages.MarkSent(ctx, m.CorpID, m.ID, reply.MsgID, ""); err != nil {
			return err
		}
		return s.CustomerService.RecordResult(ctx, m.CorpID, route.OpenKFID, nil)
	}
	if recordErr := s.CustomerService.RecordResult(ctx, m.CorpID, route.OpenKFID, err); recordErr != nil {
		return recordErr
	}
	return s.handleWeChatError(ctx, m, route, err)
}

// handleWeChatError stores why a message was not accepted, and repeats the attempt if that may help.
func (s weChatSender) handleWeChatError(ctx context.Context, m *message.Message, route customerservice.Route, failure error) error {
	f := s.classifyFailure(m, failure)
	switch {
	case wecom.IsCode(failure, 95001):
		return s.giveUpWeChat(ctx, m, "notify.wechat.limit", f.Errcode)
	case wecom.IsCode(failure, 95002, 95031):
		return s.giveUpWeChat(ctx, m, "notify.wechat.window", f.Errcode)
	case wecom.IsCode(failure, 41050, 41051):
		return s.giveUpWeChat(ctx, m, "notify.wechat.no_text", f.Errcode)
	case wecom.IsCode(failure, 95013, 95016, 95018):
		return s.giveUpWeChat(ctx, m, s.sessionCode(ctx, route), f.Errcode)
	}
	if class := wecom.ClassOf(failure); class == wecom.ClassConfig || class == wecom.ClassPermission {
		f.Code = "notify.error.configuration"
		if now := s.Now(); now.Sub(m.DueAt()) < maxMessageAge {
			f.RetryAt = now.Add(configBackoff)
		}
	}
	return s.recordFailure(ctx, m, f)
}

// sessionCode returns the text id of the reason why the state of the session allows no message.
func (s weChatSender) sessionCode(ctx context.Context, route customerservice.Route) string {
	state, _, err := s.Client.KF.GetSessionState(ctx, route.OpenKFID, route.ExternalUserID)
	if err == nil && (state == wecom.KFSessionQueued || state == wecom.KFSessionServicer) {
		return "notify.wechat.servicer"
	}
	return "notify.wechat.ended"
}

// giveUpWeChat ends the attempts. An answer of a member has failed; an update is skipped, since the
// candidate reads it in a mail and on the page.
func (s weChatSender) giveUpWeChat(ctx context.Context, m *message.Message, code string, errcode int) error {
	if m.Kind != message.KindAnswer {
		return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, code)
	}
	return s.recordFailure(ctx, m, message.Failure{Code: code, Errcode: errcode})
}

// newWeChatText returns the text of a message in the language of the candidate; nil if there is none
// any more.
func (s weChatSender) newWeChatText(ctx context.Context, d *interview.Delivery) (*weChatText, error) {
	if d.Message.Kind == message.KindAnswer {
		text, _, err := s.CustomerService.ReadText(ctx, d.Message.CorpID, d.Message.Data.Question)
		if text == "" || err != nil {
			return nil, err
		}
		return &weChatText{head: text}, nil
	}
	i := d.Interview
	lang := CandidateLanguage(i)
	params := map[string]any{
		"Candidate": i.Candidate.Name, "Company": s.Account.Corp.Name, "Position": i.Position.Title, "Organizer": i.Organizer.Name,
		"Time": timetext.FormatRange(lang, i, ""),
	}
	id := "notify.wechat." + string(d.Message.Kind)
	if d.Message.Kind == message.KindWelcome && !i.Open() {
		id = "notify.wechat." + string(d.Message.Kind) + "_" + string(i.State)
	}
	out := &weChatText{head: i18n.T(lang, id, params), tail: i18n.T(lang, "notify.wechat.ask", params)}
	if i.Open() {
		out.page = i18n.T(lang, "notify.wechat.page", nil)
	}
	return out, nil
}

// deliverQuestionCard sends the organizer the card about a question of the candidate in WeChat.
func (s *Service) deliverQuestionCard(ctx context.Context, d *interview.Delivery) error {
	text, kind, err := s.CustomerService.ReadText(ctx, d.Message.CorpID, d.Message.Data.Question)
	if err != nil {
		return err
	}
	if kind == "" {
		return s.Interview.Messages.MarkSkipped(ctx, d.Message.CorpID, d.Message.ID, "notify.skipped.overtaken")
	}
	d.Message.Data.Reason = text // displayed like a reason; the row has the id only, until the card is sent
	return s.deliverCard(ctx, d, nil)
}

// questionCard returns the card about a question.
func (r *renderer) questionCard() *wecom.TemplateCard {
	text := r.m.Data.Reason
	if text == "" {
		text = r.translate("candidate_question.other")
	}
	return r.noticeCard(r.translate("candidate_question.title"), text, "detail")
}

// sendCustomerNotice sends a text to a WeChat user who belongs to no interview, once.
func (s weChatSender) sendCustomerNotice(ctx context.Context, args customerservice.NoticeArgs, _ job.Attempt) error {
	if s.Now().After(args.Until) {
		return nil
	}
	text := i18n.T(i18n.DefaultLanguage, "notify.wechat.refused."+string(args.Reason), map[string]any{"Company": s.Account.Corp.Name})
	reply := wecom.KFReply{MsgID: args.Key, Text: &wecom.Text{Content: shortenBytes(text, maxReplyText)}}
	var err error
	if args.Code != "" {
		_, err = s.Client.KF.SendOnEvent(ctx, args.Code, reply)
	} else {
		_, err = s.Client.KF.Send(ctx, args.OpenKFID, args.ExternalUserID, reply)
	}
	if isRetryable(err) && !wecom.IsCode(err, 95001) {
		return err
	}
	if err != nil && !wecom.IsCode(err, 95033) {
		s.Logger.WarnContext(ctx, "notice in WeChat not sent", "reason", args.Reason, "error", err)
	}
	return s.CustomerService.RecordResult(ctx, args.CorpID, args.OpenKFID, err)
}
