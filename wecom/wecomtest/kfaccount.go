package wecomtest

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of WeChat customer service (微信客服).
//
// https://developer.work.weixin.qq.com/document/path/94677
const (
	kfReplyWindow = 48 * time.Hour     // for replies, since the customer last wrote
	kfMaxReplies  = 5                  // since the customer last wrote
	kfRetention   = 3 * 24 * time.Hour // of entries for sync_msg
	kfTokenTTL    = 10 * time.Minute
	kfMaxPage     = 1000
)

// kfAccount is a customer service account.
type kfAccount struct {
	id, name, avatar string
	entries          queue[kfEntry]
	trimmed          int                            // number of entries removed from the front
	conversations    cache[string, *kfConversation] // by external_userid
	tokens           cache[string, time.Time]
	codes            cache[string, *kfCode]
	sentMsgIDs       cache[string, bool] // by msgid
	scenes           map[string]string
	sceneOrder       queue[string]
	servicers        []string // folded user ids
	parties          []int64
}

// kfEntry is a message or an event in the reply of sync_msg.
type kfEntry struct {
	time time.Time
	body map[string]any
}

// kfConversation is the conversation of an account with one customer.
type kfConversation struct {
	lastWroteAt time.Time // zero if the customer has not written
	replyCount  int       // since lastWroteAt
	welcomedAt  time.Time
	state       int    // kfStateNew and so on
	servicer    string // in kfStateHuman
}

type kfCode struct {
	customer *customerState
	expires  time.Time
	used     bool
	state    *int // required state of the session; nil for a welcome code
}

var kfScenePattern = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// checkKFPermission checks that the application is listed under 微信客服 → API.
func checkKFPermission(r *request) *apiError {
	if !r.app.CustomerService {
		return newAPIError(48007)
	}
	return nil
}

// findKFAccount returns the account with the given open_kfid.
func (r *request) findKFAccount(id string) (*kfAccount, *apiError) {
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(id, "wk") {
		return nil, newAPIError(95000)
	}
	k, ok := r.corp.external.kfAccounts[id]
	if !ok {
		return nil, newAPIError(95004)
	}
	return k, nil
}

// addKFAccount implements kf/account/add.
//
// https://developer.work.weixin.qq.com/document/path/94662
func (s *Server) addKFAccount(r *request) (any, *apiError) {
	var in struct {
		Name    string `json:"name"`
		MediaID string `json:"media_id"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 16 {
		return nil, newAPIError(95006)
	}
	if _, err := s.findMedia(r.corp, in.MediaID, "image"); err != nil {
		return nil, err
	}
	if len(r.corp.external.kfAccounts) >= 5000 {
		return nil, newAPIError(95005)
	}
	k := &kfAccount{id: "wk" + s.randomText(22), name: in.Name, avatar: s.URL() + "/sim/media/" + url.PathEscape(in.MediaID),
		scenes: map[string]string{}}
	k.setLimits(s.limits)
	if r.corp.external.kfAccounts == nil {
		r.corp.external.kfAccounts = map[string]*kfAccount{}
	}
	r.corp.external.kfAccounts[k.id] = k
	return struct {
		ID string `json:"open_kfid"`
	}{k.id}, nil
}

func (k *kfAccount) setLimits(l Limits) {
	k.conversations.limit, k.tokens.limit, k.codes.limit, k.sentMsgIDs.limit = l.Codes, l.Codes, l.Codes, l.Codes
}

// appendEntry stores an entry for sync_msg and removes those beyond kfRetention and the limit.
func (k *kfAccount) appendEntry(e kfEntry, limit int) {
	k.entries.push(e)
	for k.entries.len() > limit || e.time.Sub(k.entries.list()[0].time) >= kfRetention {
		k.entries.pop()
		k.trimmed++
	}
}

type kfAccountReply struct {
	ID        string `json:"open_kfid"`
	Name      string `json:"name"`
	Avatar    string `json:"avatar"`
	Privilege bool   `json:"manage_privilege"`
}

// listKFAccounts implements kf/account/list.
//
// https://developer.work.weixin.qq.com/document/path/94661
func (s *Server) listKFAccounts(r *request) (any, *apiError) {
	in := struct {
		Offset Int `json:"offset"`
		Limit  Int `json:"limit"`
	}{0, 100}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if in.Limit < 1 || in.Limit > 100 || in.Offset < 0 {
		return nil, invalidParam("limit")
	}
	list := []kfAccountReply{}
	for _, k := range r.corp.external.kfAccounts {
		list = append(list, kfAccountReply{k.id, k.name, k.avatar, true})
	}
	slices.SortFunc(list, func(a, b kfAccountReply) int { return cmp.Compare(a.ID, b.ID) })
	from := min(int(in.Offset), len(list))
	return struct {
		Accounts []kfAccountReply `json:"account_list"`
	}{list[from:min(from+int(in.Limit), len(list))]}, nil
}

// getKFLink implements kf/add_contact_way. It returns the same link for the same scene.
//
// https://developer.work.weixin.qq.com/document/path/94665
func (s *Server) getKFLink(r *request) (any, *apiError) {
	var in struct {
		ID    string `json:"open_kfid"`
		Scene string `json:"scene"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	k, err := r.findKFAccount(in.ID)
	if err != nil {
		return nil, err
	}
	if !kfScenePattern.MatchString(in.Scene) {
		return nil, invalidParam("scene")
	}
	address, ok := k.scenes[in.Scene]
	if !ok {
		address = "https://work.weixin.qq.com/kf/kfc" + s.randomText(12)
		if in.Scene != "" {
			address += "?enc_scene=" + s.randomText(24)
		}
		insertBounded(k.scenes, &k.sceneOrder, s.limits.Records, in.Scene, address)
	}
	return struct {
		URL string `json:"url"`
	}{address}, nil
}

// syncKFMessages implements kf/sync_msg.
//
// https://developer.work.weixin.qq.com/document/path/94670
func (s *Server) syncKFMessages(r *request) (any, *apiError) {
	in := struct {
		ID     string `json:"open_kfid"`
		Cursor string `json:"cursor"`
		Token  string `json:"token"`
		Limit  Int    `json:"limit"`
	}{Limit: kfMaxPage}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	k, err := r.findKFAccount(in.ID)
	if err != nil {
		return nil, err
	}
	if made, ok := k.tokens.get(in.Token); in.Token != "" && (!ok || s.currentTime().Sub(made) > kfTokenTTL) {
		return nil, newAPIError(95007)
	}
	from, ok := k.parseCursor(in.Cursor)
	if !ok {
		return nil, invalidParam("cursor")
	}
	if in.Limit < 1 || in.Limit > kfMaxPage {
		return nil, invalidParam("limit")
	}
	from = max(from, k.trimmed)
	to := min(from+int(in.Limit), k.trimmed+k.entries.len())
	list := []map[string]any{}
	for _, e := range k.entries.list()[from-k.trimmed : to-k.trimmed] {
		if s.currentTime().Sub(e.time) < kfRetention { // older entries are skipped, so a page may be empty
			list = append(list, e.body)
		}
	}
	more := 0
	if to < k.trimmed+k.entries.len() {
		more = 1
	}
	return struct {
		Next string           `json:"next_cursor"`
		More int              `json:"has_more"`
		List []map[string]any `json:"msg_list"`
	}{k.formatCursor(to), more, list}, nil
}

// formatCursor encodes a position in the entries of the account. Callers must treat cursors as
// opaque.
func (k *kfAccount) formatCursor(n int) string { return k.cursorPrefix() + strconv.Itoa(n) }

func (k *kfAccount) cursorPrefix() string { return "sim" + k.id[2:8] + "." }

func (k *kfAccount) parseCursor(cursor string) (int, bool) {
	if cursor == "" {
		return 0, true
	}
	number, ok := strings.CutPrefix(cursor, k.cursorPrefix())
	n, err := strconv.Atoi(number)
	return n, ok && err == nil && n >= 0 && n <= k.trimmed+k.entries.len()
}
