package wecomtest

import (
	"cmp"
	"crypto/sha256"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sendBody is the request of message/send.
//
// https://developer.work.weixin.qq.com/document/path/90236
type sendBody struct {
	ToUser                 string `json:"touser"`
	ToParty                string `json:"toparty"`
	ToTag                  string `json:"totag"`
	MsgType                string `json:"msgtype"`
	AgentID                *Int   `json:"agentid"`
	Safe                   Int    `json:"safe"`
	EnableIDTrans          Int    `json:"enable_id_trans"`
	EnableDuplicateCheck   Int    `json:"enable_duplicate_check"`
	DuplicateCheckInterval Int    `json:"duplicate_check_interval"`
	Content
}

type sendReply struct {
	InvalidUser    string `json:"invaliduser,omitempty"`
	InvalidParty   string `json:"invalidparty,omitempty"`
	InvalidTag     string `json:"invalidtag,omitempty"`
	UnlicensedUser string `json:"unlicenseduser,omitempty"`
	MsgID          string `json:"msgid,omitempty"`
	ResponseCode   string `json:"response_code,omitempty"`
}

// duplicateReply is the stored reply of a request with enable_duplicate_check.
type duplicateReply struct {
	reply   sendReply
	expires time.Time
}

// sentMessage is a message of an application, shared by all its recipients.
type sentMessage struct {
	id            string
	corp          *corpState
	app           *appState
	chat          *chatState // the group chat, if any
	kind          string
	content       Content
	safe          int
	time          time.Time
	copies        map[string]*inboxMessage // by folded user id
	responseCodes []string                 // of the card
	size          int                      // of the request body in bytes
}

func (s *Server) sendMessage(r *request) (any, *apiError) {
	var in sendBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	key := sha256.Sum256(r.body)
	if in.EnableDuplicateCheck == 1 {
		if d, ok := r.app.duplicateReplies.get(key); ok && s.currentTime().Before(d.expires) {
			return d.reply, nil
		}
	}
	if err := in.checkAndTruncate(r, in.MsgType); err != nil {
		return nil, err
	}
	if in.Safe == 1 && in.MsgType == "file" && !safeFilePattern.MatchString(in.File.Name) {
		return nil, newAPIError(40004)
	}
	if in.EnableIDTrans == 1 {
		in.expandIDTokens(r.corp)
	}
	to := r.resolveRecipients(&in)
	out := to.toReply()
	if len(to.members) == 0 && len(to.unlicensed) == 0 {
		return out, newAPIError(81013)
	}
	if err := s.checkQuota(r, "messages "+s.chinaDate()+" "+formatID(r.app.AgentID), day24, perAccountDay*cmp.Or(r.corp.Accounts, 1000), len(to.members)); err != nil {
		return nil, err
	}
	m := s.deliverMessage(r, &in, to)
	out.MsgID = m.id
	if m.content.Card.needsResponseCode() {
		out.ResponseCode = s.newResponseCode(m)
	}
	if in.EnableDuplicateCheck == 1 {
		s.cacheReply(r.app, key, out, in.DuplicateCheckInterval)
	}
	return out, nil
}

// safeFilePattern matches the names of files that can be sent with safe=1.
var safeFilePattern = regexp.MustCompile(`(?i)\.(txt|pdf|docx?|pptx?|xlsx?|xml|jpe?g|png|bmp|gif)$`)

// checkFields checks the request in the order that WeCom is known to use: the application first.
func (in *sendBody) checkFields(r *request) *apiError {
	needsAgent := in.MsgType != "miniprogram_notice"
	switch {
	case in.AgentID == nil && needsAgent:
		return newAPIError(41011)
	case in.AgentID != nil && int64(*in.AgentID) != r.app.AgentID:
		return newAPIError(301002)
	case in.ToUser == "" && in.ToParty == "" && in.ToTag == "":
		return newAPIError(82001)
	case !msgTypes[in.MsgType]:
		return newAPIError(40008)
	case in.MsgType == "news" && in.Safe != 0:
		return newAPIError(40074)
	case in.Safe < 0 || in.Safe > 2 || (in.Safe == 2 && in.MsgType != "mpnews"):
		return invalidParam("safe")
	case in.DuplicateCheckInterval < 0 || in.DuplicateCheckInterval > 14400:
		return invalidParam("duplicate_check_interval")
	case len(splitList(in.ToUser)) > 1000:
		return newAPIError(40032)
	case len(splitList(in.ToParty)) > 100:
		return newAPIError(82002)
	case len(splitList(in.ToTag)) > 100:
		return newAPIError(82003)
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
	members    []*memberState
	unlicensed []string
	badUsers   []string
	badParties []string
	badTags    []string
	seen       map[*memberState]bool
}

func (to *recipients) toReply() sendReply {
	return sendReply{
		InvalidUser: strings.Join(to.badUsers, "|"), InvalidParty: strings.Join(to.badParties, "|"),
		InvalidTag: strings.Join(to.badTags, "|"), UnlicensedUser: strings.Join(to.unlicensed, "|"),
	}
}

func (to *recipients) addMember(m *memberState) {
	switch {
	case to.seen[m]:
	case m.Unlicensed:
		to.unlicensed = append(to.unlicensed, foldUserID(m.UserID))
	default:
		to.members = append(to.members, m)
	}
	to.seen[m] = true
}

func (r *request) resolveRecipients(in *sendBody) *recipients {
	to := &recipients{seen: map[*memberState]bool{}}
	if strings.TrimSpace(in.ToUser) == "@all" {
		if in.MsgType == "miniprogram_notice" {
			return to // not supported by WeCom
		}
		for _, m := range r.corp.allMembers() {
			if m.canReceive() && r.corp.seesMember(r.app, m) {
				to.addMember(m)
			}
		}
		return to
	}
	for _, id := range splitList(in.ToUser) {
		m, ok := r.corp.members[foldUserID(id)]
		if !ok || !m.canReceive() || !r.corp.seesMember(r.app, m) {
			to.badUsers = append(to.badUsers, foldUserID(id))
			continue
		}
		to.addMember(m)
	}
	for _, text := range splitList(in.ToParty) {
		r.addDepartmentRecipients(to, text)
	}
	for _, text := range splitList(in.ToTag) {
		r.addTagRecipients(to, text)
	}
	return to
}

func (r *request) addDepartmentRecipients(to *recipients, text string) {
	id, err := strconv.ParseInt(text, 10, 64)
	if _, ok := r.corp.departments[id]; err != nil || !ok || !r.corp.seesDepartment(r.app, id) {
		to.badParties = append(to.badParties, text)
		return
	}
	for _, d := range r.corp.departmentSubtree(id) {
		for _, m := range sortByUserID(r.corp.membersByDepartment[d.ID]) {
			if m.canReceive() {
				to.addMember(m)
			}
		}
	}
}

func (r *request) addTagRecipients(to *recipients, text string) {
	id, err := strconv.ParseInt(text, 10, 64)
	n := len(to.seen)
	if t, ok := r.corp.tags[id]; err == nil && ok {
		for _, p := range t.parties {
			r.addDepartmentRecipients(to, formatID(p))
		}
	}
	if err == nil {
		for _, m := range r.corp.allMembers() {
			if slices.Contains(m.Tags, id) && m.canReceive() && r.corp.seesMember(r.app, m) {
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
func (s *Server) deliverMessage(r *request, in *sendBody, to *recipients) *sentMessage {
	m := &sentMessage{
		id: s.randomText(33), corp: r.corp, app: r.app, kind: in.MsgType, content: in.Content,
		safe: int(in.Safe), time: s.currentTime(), copies: map[string]*inboxMessage{},
	}
	for _, member := range to.members {
		if !s.NoQuotas && !s.quotas.allowMessage(memberKey{r.corp.ID, r.app.AgentID, foldUserID(member.UserID)}, m.time) {
			continue
		}
		s.seq++
		d := &inboxMessage{sent: m, member: member, seq: s.seq, unread: true}
		m.copies[foldUserID(member.UserID)] = d
		s.addToInbox(member, d)
	}
	s.addToMailbox(&mailboxEntry{message: m, size: len(r.body)})
	return m
}

// cacheReply stores a reply for the interval in which identical requests are not delivered again; 0
// means 1,800 seconds.
func (s *Server) cacheReply(a *appState, key [32]byte, out sendReply, interval Int) {
	if interval == 0 {
		interval = 1800
	}
	now := s.currentTime()
	until := now.Add(time.Duration(interval) * time.Second)
	a.duplicateReplies.limit = s.limits.Codes
	a.duplicateReplies.put(key, duplicateReply{out, until}, now, until)
}

// recallMessage implements message/recall: by the sending application, within 24 hours.
//
// https://developer.work.weixin.qq.com/document/path/94867
func (s *Server) recallMessage(r *request) (any, *apiError) {
	var in struct {
		MsgID string `json:"msgid"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if in.MsgID == "" {
		return nil, newAPIError(40063)
	}
	m := s.findSentMessage(r.corp, in.MsgID)
	if m == nil || m.app.AgentID != r.app.AgentID {
		return nil, invalidParam("msgid")
	}
	if s.currentTime().Sub(m.time) > 24*time.Hour {
		return nil, newAPIError(42052)
	}
	for _, d := range m.copies {
		d.recalled = true
		s.notifyMessage(d)
	}
	return nil, nil
}

func (s *Server) findSentMessage(c *corpState, id string) *sentMessage {
	if m := s.mailbox.byID[id]; m != nil && m.app.CorpID == c.ID {
		return m
	}
	return nil
}
