package messaging

import (
	"cmp"
	"crypto/sha256"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// sendBody is the request of message/send.
//
// https://developer.work.weixin.qq.com/document/path/90236
type sendBody struct {
	ToUser                 string     `json:"touser"`
	ToParty                string     `json:"toparty"`
	ToTag                  string     `json:"totag"`
	MsgType                string     `json:"msgtype"`
	AgentID                *model.Int `json:"agentid"`
	Safe                   model.Int  `json:"safe"`
	EnableIDTrans          model.Int  `json:"enable_id_trans"`
	EnableDuplicateCheck   model.Int  `json:"enable_duplicate_check"`
	DuplicateCheckInterval model.Int  `json:"duplicate_check_interval"`
	model.Content
}

func (s *Service) sendMessage(r *core.Request) (any, *core.APIError) {
	var in sendBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	key := sha256.Sum256(r.Body)
	if in.EnableDuplicateCheck == 1 {
		if d, ok := r.App.DuplicateReplies.Get(key); ok && s.CurrentTime().Before(d.Expires) {
			return d.Reply, nil
		}
	}
	if err := checkContent(&in.Content, r, in.MsgType); err != nil {
		return nil, err
	}
	if in.Safe == 1 && in.MsgType == "file" && !safeFilePattern.MatchString(in.File.Name) {
		return nil, core.NewAPIError(40004)
	}
	if in.EnableIDTrans == 1 {
		expandIDTokens(&in.Content, r.Corp)
	}
	to := resolveRecipients(r, &in)
	out := to.toReply()
	if len(to.members) == 0 && len(to.unlicensed) == 0 {
		return out, core.NewAPIError(81013)
	}
	if err := s.CheckQuota(r, "messages "+s.ChinaDate()+" "+contacts.FormatID(r.App.AgentID), core.Day24, core.PerAccountDay*cmp.Or(r.Corp.Accounts, 1000), len(to.members)); err != nil {
		return nil, err
	}
	m := s.deliverMessage(r, &in, to)
	out.MsgID = m.ID
	if core.CardNeedsResponseCode(m.Content.Card) {
		out.ResponseCode = s.newResponseCode(m)
	}
	if in.EnableDuplicateCheck == 1 {
		s.cacheReply(r.App, key, out, in.DuplicateCheckInterval)
	}
	return out, nil
}

// safeFilePattern matches the names of files that can be sent with safe=1.
var safeFilePattern = regexp.MustCompile(`(?i)\.(txt|pdf|docx?|pptx?|xlsx?|xml|jpe?g|png|bmp|gif)$`)

// checkFields checks the request in the order that WeCom is known to use: the application first.
func (in *sendBody) checkFields(r *core.Request) *core.APIError {
	needsAgent := in.MsgType != "miniprogram_notice"
	switch {
	case !core.IsGivenInt(in.AgentID) && needsAgent:
		return core.NewAPIError(41011)
	case core.IsGivenInt(in.AgentID) && int64(*in.AgentID) != r.App.AgentID:
		return core.NewAPIError(301002)
	case in.ToUser == "" && in.ToParty == "" && in.ToTag == "":
		return core.NewAPIError(82001)
	case !msgTypes[in.MsgType]:
		return core.NewAPIError(40008)
	case in.MsgType == "news" && in.Safe != 0:
		return core.NewAPIError(40074)
	case in.Safe < 0 || in.Safe > 2 || (in.Safe == 2 && in.MsgType != "mpnews"):
		return core.InvalidParam("safe")
	case in.DuplicateCheckInterval < 0 || in.DuplicateCheckInterval > 14400:
		return core.InvalidParam("duplicate_check_interval")
	case len(splitList(in.ToUser)) > 1000:
		return core.NewAPIError(40032)
	case len(splitList(in.ToParty)) > 100:
		return core.NewAPIError(82002)
	case len(splitList(in.ToTag)) > 100:
		return core.NewAPIError(82003)
	}
	return nil
}

// splitList splits a list at its bars and trims spaces.
func splitList(list string) []string {
	var out []string
	for x := range strings.SplitSeq(list, "|") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// recipients are the recipients of a message and the invalid ids.
type recipients struct {
	members    []*core.MemberState
	unlicensed []string
	badUsers   []string
	badParties []string
	badTags    []string
	seen       map[*core.MemberState]bool
}

func (to *recipients) toReply() core.SendReply {
	return core.SendReply{
		InvalidUser: strings.Join(to.badUsers, "|"), InvalidParty: strings.Join(to.badParties, "|"),
		InvalidTag: strings.Join(to.badTags, "|"), UnlicensedUser: strings.Join(to.unlicensed, "|"),
	}
}

func (to *recipients) addMember(m *core.MemberState) {
	switch {
	case to.seen[m]:
	case m.Unlicensed:
		to.unlicensed = append(to.unlicensed, core.FoldUserID(m.UserID))
	default:
		to.members = append(to.members, m)
	}
	to.seen[m] = true
}

func resolveRecipients(r *core.Request, in *sendBody) *recipients {
	to := &recipients{seen: map[*core.MemberState]bool{}}
	if strings.TrimSpace(in.ToUser) == "@all" {
		if in.MsgType == "miniprogram_notice" {
			return to // not supported by WeCom
		}
		for _, m := range r.Corp.AllMembers() {
			if m.CanReceive() && r.Corp.SeesMember(r.App, m) {
				to.addMember(m)
			}
		}
		return to
	}
	for _, id := range splitList(in.ToUser) {
		m, ok := r.Corp.Members[core.FoldUserID(id)]
		if !ok || !m.CanReceive() || !r.Corp.SeesMember(r.App, m) {
			to.badUsers = append(to.badUsers, core.FoldUserID(id))
			continue
		}
		to.addMember(m)
	}
	for _, text := range splitList(in.ToParty) {
		addDepartmentRecipients(r, to, text)
	}
	for _, text := range splitList(in.ToTag) {
		addTagRecipients(r, to, text)
	}
	return to
}

func addDepartmentRecipients(r *core.Request, to *recipients, text string) {
	id, err := strconv.ParseInt(text, 10, 64)
	if _, ok := r.Corp.Departments[id]; err != nil || !ok || !r.Corp.SeesDepartment(r.App, id) {
		to.badParties = append(to.badParties, text)
		return
	}
	for _, d := range r.Corp.DepartmentSubtree(id) {
		for _, m := range core.SortByUserID(r.Corp.MembersByDepartment[d.ID]) {
			if m.CanReceive() {
				to.addMember(m)
			}
		}
	}
}

func addTagRecipients(r *core.Request, to *recipients, text string) {
	id, err := strconv.ParseInt(text, 10, 64)
	n := len(to.seen)
	if t, ok := r.Corp.Tags[id]; err == nil && ok {
		for _, p := range t.Parties {
			addDepartmentRecipients(r, to, contacts.FormatID(p))
		}
	}
	if err == nil {
		for _, m := range r.Corp.AllMembers() {
			if slices.Contains(m.Tags, id) && m.CanReceive() && r.Corp.SeesMember(r.App, m) {
				to.addMember(m)
			}
		}
	}
	if len(to.seen) == n {
		to.badTags = append(to.badTags, text)
	}
}

// deliverMessage adds the message to the inboxes of its recipients. As in WeCom, messages over a
// member's quota are dropped without an error.
func (s *Service) deliverMessage(r *core.Request, in *sendBody, to *recipients) *core.SentMessage {
	m := &core.SentMessage{
		ID: s.RandomText(33), Corp: r.Corp, App: r.App, Kind: in.MsgType, Content: in.Content,
		Safe: int(in.Safe), Time: s.CurrentTime(), Copies: map[string]*core.InboxMessage{},
	}
	for _, member := range to.members {
		if !s.Config().NoQuotas && !s.Quotas.AllowMessage(core.MemberKey{Corp: r.Corp.ID, Agent: r.App.AgentID, User: core.FoldUserID(member.UserID)}, m.Time) {
			continue
		}
		s.Seq++
		d := &core.InboxMessage{Sent: m, Member: member, Seq: s.Seq, Unread: true}
		m.Copies[core.FoldUserID(member.UserID)] = d
		s.AddToInbox(member, d)
	}
	s.AddToMailbox(&core.MailboxEntry{Message: m, Size: len(r.Body)})
	return m
}

// cacheReply stores a reply for the interval in which identical requests are not delivered again; 0
// means 1,800 seconds.
func (s *Service) cacheReply(a *core.AppState, key [32]byte, out core.SendReply, interval model.Int) {
	if interval == 0 {
		interval = 1800
	}
	now := s.CurrentTime()
	until := now.Add(time.Duration(interval) * time.Second)
	a.DuplicateReplies.Limit = s.Limits.Codes
	a.DuplicateReplies.Put(key, core.DuplicateReply{Reply: out, Expires: until}, now, until)
}

// recallMessage implements message/recall: by the sending application, within 24 hours.
//
// https://developer.work.weixin.qq.com/document/path/94867
func (s *Service) recallMessage(r *core.Request) (any, *core.APIError) {
	var in struct {
		MsgID string `json:"msgid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if in.MsgID == "" {
		return nil, core.NewAPIError(40063)
	}
	m := s.FindSentMessage(r.Corp, in.MsgID)
	if m == nil || m.App.AgentID != r.App.AgentID {
		return nil, core.InvalidParam("msgid")
	}
	if s.CurrentTime().Sub(m.Time) > 24*time.Hour {
		return nil, core.NewAPIError(42052)
	}
	for _, d := range m.Copies {
		d.Recalled = true
		s.NotifyMessage(d)
	}
	return nil, nil
}

// FindSentMessage returns a message of an application by id, nil when there
// is none.
func (s *Service) FindSentMessage(c *core.CorpState, id string) *core.SentMessage {
	if m := s.Mailbox.ByID[id]; m != nil && m.App.CorpID == c.ID {
		return m
	}
	return nil
}
