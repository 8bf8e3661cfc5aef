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

// Limits of WeChat customer service.
//
// https://developer.work.weixin.qq.com/document/path/94677
const (
	kfWindow   = 48 * time.Hour     // to answer since the customer last wrote
	kfAnswers  = 5                  // since the customer last wrote
	kfHistory  = 3 * 24 * time.Hour // that sync_msg reads
	kfTokenAge = 10 * time.Minute
	kfPage     = 1000
)

// kfAccount is an account to which people outside write.
type kfAccount struct {
	id, name, avatar string
	log              queue[kfEntry]
	read             int                    // entries before those in log
	talks            shelf[string, *kfTalk] // by external_userid
	tokens           shelf[string, time.Time]
	codes            shelf[string, *kfCode]
	sent             shelf[string, bool] // msgids
	scenes           map[string]string
	scenesCame       queue[string]
	servicers        []string // by folded user id
	parties          []int64
}

// kfEntry is a message or an event as sync_msg answers it.
type kfEntry struct {
	at   time.Time
	body map[string]any
}

// kfTalk is the conversation of an account with one person.
type kfTalk struct {
	wrote    time.Time // last
	answers  int       // since
	welcomed time.Time
	state    int    // see kfNew
	servicer string // in the state kfHuman
}

type kfCode struct {
	person  *customerState
	expires time.Time
	used    bool
	state   *int // that has to last; nil for a welcome
}

var kfSceneForm = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// kfAllowed: the application must stand under 微信客服 → API.
func kfAllowed(r *request) *apiError {
	if !r.app.CustomerService {
		return fail(48007)
	}
	return nil
}

// kf finds the account that a call names.
func (r *request) kf(id string) (*kfAccount, *apiError) {
	if err := kfAllowed(r); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(id, "wk") {
		return nil, fail(95000)
	}
	k, ok := r.corp.outside.kf[id]
	if !ok {
		return nil, fail(95004)
	}
	return k, nil
}

// addKFAccount is kf/account/add.
//
// https://developer.work.weixin.qq.com/document/path/94662
func (s *Server) addKFAccount(r *request) (any, *apiError) {
	var in struct {
		Name    string `json:"name"`
		MediaID string `json:"media_id"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := kfAllowed(r); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 16 {
		return nil, fail(95006)
	}
	if _, err := s.findMedia(r.corp, in.MediaID, "image"); err != nil {
		return nil, err
	}
	if len(r.corp.outside.kf) >= 5000 {
		return nil, fail(95005)
	}
	k := &kfAccount{id: "wk" + s.randomText(22), name: in.Name, avatar: s.URL() + "/sim/media/" + url.PathEscape(in.MediaID),
		scenes: map[string]string{}}
	k.bound(s.limits)
	if r.corp.outside.kf == nil {
		r.corp.outside.kf = map[string]*kfAccount{}
	}
	r.corp.outside.kf[k.id] = k
	return struct {
		ID string `json:"open_kfid"`
	}{k.id}, nil
}

func (k *kfAccount) bound(l Limits) {
	k.talks.limit, k.tokens.limit, k.codes.limit, k.sent.limit = l.Codes, l.Codes, l.Codes, l.Codes
}

// write keeps an entry for sync_msg, and forgets what that does not read any
// more.
func (k *kfAccount) write(e kfEntry, limit int) {
	k.log.push(e)
	for k.log.len() > limit || e.at.Sub(k.log.list()[0].at) >= kfHistory {
		k.log.pop()
		k.read++
	}
}

type kfAccountReply struct {
	ID        string `json:"open_kfid"`
	Name      string `json:"name"`
	Avatar    string `json:"avatar"`
	Privilege bool   `json:"manage_privilege"`
}

// listKFAccounts is kf/account/list.
//
// https://developer.work.weixin.qq.com/document/path/94661
func (s *Server) listKFAccounts(r *request) (any, *apiError) {
	in := struct {
		Offset Int `json:"offset"`
		Limit  Int `json:"limit"`
	}{0, 100}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := kfAllowed(r); err != nil {
		return nil, err
	}
	if in.Limit < 1 || in.Limit > 100 || in.Offset < 0 {
		return nil, invalidParam("limit")
	}
	list := []kfAccountReply{}
	for _, k := range r.corp.outside.kf {
		list = append(list, kfAccountReply{k.id, k.name, k.avatar, true})
	}
	slices.SortFunc(list, func(a, b kfAccountReply) int { return cmp.Compare(a.ID, b.ID) })
	from := min(int(in.Offset), len(list))
	return struct {
		Accounts []kfAccountReply `json:"account_list"`
	}{list[from:min(from+int(in.Limit), len(list))]}, nil
}

// kfLink is kf/add_contact_way. The same scene gets the same address.
//
// https://developer.work.weixin.qq.com/document/path/94665
func (s *Server) kfLink(r *request) (any, *apiError) {
	var in struct {
		ID    string `json:"open_kfid"`
		Scene string `json:"scene"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	k, err := r.kf(in.ID)
	if err != nil {
		return nil, err
	}
	if !kfSceneForm.MatchString(in.Scene) {
		return nil, invalidParam("scene")
	}
	address, ok := k.scenes[in.Scene]
	if !ok {
		address = "https://work.weixin.qq.com/kf/kfc" + s.randomText(12)
		if in.Scene != "" {
			address += "?enc_scene=" + s.randomText(24)
		}
		keepNewest(k.scenes, &k.scenesCame, s.limits.Records, in.Scene, address)
	}
	return struct {
		URL string `json:"url"`
	}{address}, nil
}

// syncKF is kf/sync_msg.
//
// https://developer.work.weixin.qq.com/document/path/94670
func (s *Server) syncKF(r *request) (any, *apiError) {
	in := struct {
		ID     string `json:"open_kfid"`
		Cursor string `json:"cursor"`
		Token  string `json:"token"`
		Limit  Int    `json:"limit"`
	}{Limit: kfPage}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	k, err := r.kf(in.ID)
	if err != nil {
		return nil, err
	}
	if made, ok := k.tokens.get(in.Token); in.Token != "" && (!ok || s.now().Sub(made) > kfTokenAge) {
		return nil, fail(95007)
	}
	from, ok := k.position(in.Cursor)
	if !ok {
		return nil, invalidParam("cursor")
	}
	if in.Limit < 1 || in.Limit > kfPage {
		return nil, invalidParam("limit")
	}
	from = max(from, k.read)
	to := min(from+int(in.Limit), k.read+k.log.len())
	list := []map[string]any{}
	for _, e := range k.log.list()[from-k.read : to-k.read] {
		if s.now().Sub(e.at) < kfHistory { // what is older is passed over, so that a page may be empty
			list = append(list, e.body)
		}
	}
	more := 0
	if to < k.read+k.log.len() {
		more = 1
	}
	return struct {
		Next string           `json:"next_cursor"`
		More int              `json:"has_more"`
		List []map[string]any `json:"msg_list"`
	}{k.cursor(to), more, list}, nil
}

// cursor names a position in what was written to the account. Its form is
// nothing that a caller may rely on.
func (k *kfAccount) cursor(n int) string { return k.cursorHead() + strconv.Itoa(n) }

func (k *kfAccount) cursorHead() string { return "sim" + k.id[2:8] + "." }

func (k *kfAccount) position(cursor string) (int, bool) {
	if cursor == "" {
		return 0, true
	}
	number, ok := strings.CutPrefix(cursor, k.cursorHead())
	n, err := strconv.Atoi(number)
	return n, ok && err == nil && n >= 0 && n <= k.read+k.log.len()
}
