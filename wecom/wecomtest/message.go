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

// duplicate remembers a request for enable_duplicate_check.
type duplicate struct {
	reply   sendReply
	expires time.Time
}

// sent is one message of an application, shared by all who received it.
type sent struct {
	id      string
	corp    *corpState
	app     *appState
	chat    *chatState // the group, when it was sent to one
	kind    string
	content Content
	safe    int
	time    time.Time
	copies  map[string]*delivery // by folded user id
	codes   []string             // its response codes
	size    int                  // of the request, in bytes
}

func (s *Server) sendMessage(r *request) (any, *apiError) {
	var in sendBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(r); err != nil {
		return nil, err
	}
	key := sha256.Sum256(r.body)
	if in.EnableDuplicateCheck == 1 {
		if d, ok := r.app.duplicates.get(key); ok && s.now().Before(d.expires) {
			return d.reply, nil
		}
	}
	if err := in.Content.check(r, in.MsgType); err != nil {
		return nil, err
	}
	if in.Safe == 1 && in.MsgType == "file" && !secretFile.MatchString(in.File.Name) {
		return nil, fail(40004)
	}
	if in.EnableIDTrans == 1 {
		in.translate(r.corp)
	}
	to := r.receivers(&in)
	out := to.reply()
	if len(to.members) == 0 && len(to.unlicensed) == 0 {
		return out, fail(81013)
	}
	if err := s.limited(r, "messages "+s.today()+" "+formatID(r.app.AgentID), day24, perAccountDay*cmp.Or(r.corp.Accounts, 1000), len(to.members)); err != nil {
		return nil, err
	}
	m := s.deliver(r, &in, to)
	out.MsgID = m.id
	if m.content.Card.updatable() {
		out.ResponseCode = s.newResponseCode(m)
	}
	if in.EnableDuplicateCheck == 1 {
		s.remember(r.app, key, out, in.DuplicateCheckInterval)
	}
	return out, nil
}

// secretFile are the names of files that may be sent with safe=1.
var secretFile = regexp.MustCompile(`(?i)\.(txt|pdf|docx?|pptx?|xlsx?|xml|jpe?g|png|bmp|gif)$`)

// check holds the envelope against the rules, in the order in which WeCom is
// known to check: the application first.
func (in *sendBody) check(r *request) *apiError {
	needsAgent := in.MsgType != "miniprogram_notice"
	switch {
	case in.AgentID == nil && needsAgent:
		return fail(41011)
	case in.AgentID != nil && int64(*in.AgentID) != r.app.AgentID:
		return fail(301002)
	case in.ToUser == "" && in.ToParty == "" && in.ToTag == "":
		return fail(82001)
	case !msgTypes[in.MsgType]:
		return fail(40008)
	case in.MsgType == "news" && in.Safe != 0:
		return fail(40074)
	case in.Safe < 0 || in.Safe > 2 || (in.Safe == 2 && in.MsgType != "mpnews"):
		return invalidParam("safe")
	case in.DuplicateCheckInterval < 0 || in.DuplicateCheckInterval > 14400:
		return invalidParam("duplicate_check_interval")
	case len(split(in.ToUser)) > 1000:
		return fail(40032)
	case len(split(in.ToParty)) > 100:
		return fail(82002)
	case len(split(in.ToTag)) > 100:
		return fail(82003)
	}
	return nil
}

// split parts a list at its bars; blanks around them are allowed.
func split(list string) []string {
	var out []string
	for x := range strings.SplitSeq(list, "|") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// receivers is who a message goes to and who it cannot go to.
type receivers struct {
	members    []*memberState
	unlicensed []string
	badUsers   []string
	badParties []string
	badTags    []string
	seen       map[*memberState]bool
}

func (to *receivers) reply() sendReply {
	return sendReply{
		InvalidUser: strings.Join(to.badUsers, "|"), InvalidParty: strings.Join(to.badParties, "|"),
		InvalidTag: strings.Join(to.badTags, "|"), UnlicensedUser: strings.Join(to.unlicensed, "|"),
	}
}

func (to *receivers) add(m *memberState) {
	switch {
	case to.seen[m]:
	case m.Unlicensed:
		to.unlicensed = append(to.unlicensed, fold(m.UserID))
	default:
		to.members = append(to.members, m)
	}
	to.seen[m] = true
}

func (r *request) receivers(in *sendBody) *receivers {
	to := &receivers{seen: map[*memberState]bool{}}
	if strings.TrimSpace(in.ToUser) == "@all" {
		if in.MsgType == "miniprogram_notice" {
			return to // not offered
		}
		for _, m := range r.corp.everyone() {
			if m.reachable() && r.corp.sees(r.app, m) {
				to.add(m)
			}
		}
		return to
	}
	for _, id := range split(in.ToUser) {
		m, ok := r.corp.members[fold(id)]
		if !ok || !m.reachable() || !r.corp.sees(r.app, m) {
			to.badUsers = append(to.badUsers, fold(id))
			continue
		}
		to.add(m)
	}
	for _, text := range split(in.ToParty) {
		r.addParty(to, text)
	}
	for _, text := range split(in.ToTag) {
		r.addTag(to, text)
	}
	return to
}

func (r *request) addParty(to *receivers, text string) {
	id, err := strconv.ParseInt(text, 10, 64)
	if _, ok := r.corp.departments[id]; err != nil || !ok || !r.corp.seesDepartment(r.app, id) {
		to.badParties = append(to.badParties, text)
		return
	}
	for _, d := range r.corp.below(id) {
		for _, m := range sorted(r.corp.byDept[d.ID]) {
			if m.reachable() {
				to.add(m)
			}
		}
	}
}

func (r *request) addTag(to *receivers, text string) {
	id, err := strconv.ParseInt(text, 10, 64)
	n := len(to.seen)
	if t, ok := r.corp.tags[id]; err == nil && ok {
		for _, p := range t.parties {
			r.addParty(to, formatID(p))
		}
	}
	if err == nil {
		for _, m := range r.corp.everyone() {
			if slices.Contains(m.Tags, id) && m.reachable() && r.corp.sees(r.app, m) {
				to.add(m)
			}
		}
	}
	if len(to.seen) == n {
		to.badTags = append(to.badTags, text)
	}
}

// deliver puts the message into the chats of its receivers. What is over a
// member's quota is dropped without a word, as WeCom does.
func (s *Server) deliver(r *request, in *sendBody, to *receivers) *sent {
	m := &sent{
		id: s.randomText(33), corp: r.corp, app: r.app, kind: in.MsgType, content: in.Content,
		safe: int(in.Safe), time: s.now(), copies: map[string]*delivery{},
	}
	for _, member := range to.members {
		if !s.NoQuotas && !s.quotas.allow(memberKey{r.corp.ID, r.app.AgentID, fold(member.UserID)}, m.time) {
			continue
		}
		s.seq++
		d := &delivery{sent: m, member: member, seq: s.seq, unread: true}
		m.copies[fold(member.UserID)] = d
		s.put(member, d)
	}
	s.stored(&post{sent: m, size: len(r.body)})
	return m
}

// remember keeps a reply for the interval in which an identical request is not
// delivered again.
func (s *Server) remember(a *appState, key [32]byte, out sendReply, interval Int) {
	if interval == 0 {
		interval = 1800
	}
	now := s.now()
	until := now.Add(time.Duration(interval) * time.Second)
	a.duplicates.limit = s.limits.Codes
	a.duplicates.put(key, duplicate{out, until}, now, until)
}

// recallMessage is message/recall: within 24 hours, by the sending application.
//
// https://developer.work.weixin.qq.com/document/path/94867
func (s *Server) recallMessage(r *request) (any, *apiError) {
	var in struct {
		MsgID string `json:"msgid"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if in.MsgID == "" {
		return nil, fail(40063)
	}
	m := s.findSent(r.corp, in.MsgID)
	if m == nil || m.app.AgentID != r.app.AgentID {
		return nil, invalidParam("msgid")
	}
	if s.now().Sub(m.time) > 24*time.Hour {
		return nil, fail(42052)
	}
	for _, d := range m.copies {
		d.recalled = true
		s.noteDelivery(d)
	}
	return nil, nil
}

func (s *Server) findSent(c *corpState, id string) *sent {
	if m := s.posts.byID[id]; m != nil && m.app.CorpID == c.ID {
		return m
	}
	return nil
}
