package customers

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
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

var kfScenePattern = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// checkKFPermission checks that the application is listed under 微信客服 → API.
func checkKFPermission(r *core.Request) *core.APIError {
	if !r.App.CustomerService {
		return core.NewAPIError(48007)
	}
	return nil
}

// findKFAccount returns the account with the given open_kfid.
func findKFAccount(r *core.Request, id string) (*core.KFAccount, *core.APIError) {
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(id, "wk") {
		return nil, core.NewAPIError(95000)
	}
	k, ok := r.Corp.External.KFAccounts[id]
	if !ok {
		return nil, core.NewAPIError(95004)
	}
	return k, nil
}

// addKFAccount implements kf/account/add.
//
// https://developer.work.weixin.qq.com/document/path/94662
func (s *Service) addKFAccount(r *core.Request) (any, *core.APIError) {
	var in struct {
		Name    string `json:"name"`
		MediaID string `json:"media_id"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 16 {
		return nil, core.NewAPIError(95006)
	}
	if _, err := s.FindMedia(r.Corp, in.MediaID, "image"); err != nil {
		return nil, err
	}
	if len(r.Corp.External.KFAccounts) >= 5000 {
		return nil, core.NewAPIError(95005)
	}
	return struct {
		ID string `json:"open_kfid"`
	}{s.insertKFAccount(r.Corp, in.Name, s.mediaURL(in.MediaID)).ID}, nil
}

// insertKFAccount adds an account. Mu must be held.
func (s *Service) insertKFAccount(c *core.CorpState, name, avatar string) *core.KFAccount {
	k := &core.KFAccount{ID: "wk" + s.RandomText(22), Name: name, Avatar: avatar, Scenes: map[string]string{}}
	setKFLimits(k, s.Limits)
	if c.External.KFAccounts == nil {
		c.External.KFAccounts = map[string]*core.KFAccount{}
	}
	c.External.KFAccounts[k.ID] = k
	return k
}

// AddKFAccount implements the method of wecomtest.Server.
func (s *Service) AddKFAccount(corpID, name string) (string, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[corpID]
	if !ok {
		return "", fmt.Errorf("adding a customer service account: corp %q is unknown", corpID)
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > 16 || len(c.External.KFAccounts) >= 5000 {
		return "", fmt.Errorf("adding a customer service account: %q must have 1 to 16 characters, and a company at most 5,000 accounts", name)
	}
	return s.insertKFAccount(c, name, "").ID, nil
}

// updateKFAccount implements kf/account/update. Empty fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/94664
func (s *Service) updateKFAccount(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID      string `json:"open_kfid"`
		Name    string `json:"name"`
		MediaID string `json:"media_id"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(in.Name) > 16 {
		return nil, core.NewAPIError(95006)
	}
	if in.MediaID != "" {
		if _, err := s.FindMedia(r.Corp, in.MediaID, "image"); err != nil {
			return nil, err
		}
		k.Avatar = s.mediaURL(in.MediaID)
	}
	k.Name = cmp.Or(in.Name, k.Name)
	return nil, nil
}

// deleteKFAccount implements kf/account/del.
//
// https://developer.work.weixin.qq.com/document/path/94663
func (s *Service) deleteKFAccount(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID string `json:"open_kfid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, err
	}
	delete(r.Corp.External.KFAccounts, k.ID)
	return nil, nil
}

// mediaURL returns the URL of an uploaded image.
func (s *Service) mediaURL(mediaID string) string {
	return s.URL() + "/sim/media/" + url.PathEscape(mediaID)
}

func setKFLimits(k *core.KFAccount, l model.Limits) {
	k.Conversations.Limit, k.Tokens.Limit, k.Codes.Limit, k.SentMsgIDs.Limit = l.Codes, l.Codes, l.Codes, l.Codes
}

// appendEntry stores an entry for sync_msg and removes those beyond kfRetention and the limit.
func appendEntry(k *core.KFAccount, e core.KFEntry, limit int) {
	k.Entries.Push(e)
	for k.Entries.Len() > limit || e.Time.Sub(k.Entries.List()[0].Time) >= kfRetention {
		k.Entries.Pop()
		k.Trimmed++
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
func (s *Service) listKFAccounts(r *core.Request) (any, *core.APIError) {
	var in struct {
		Offset model.Int `json:"offset"`
		Limit  model.Int `json:"limit"`
	}
	if err := r.DecodeOptionalBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	limit := int(cmp.Or(in.Limit, 100))
	if limit < 1 || limit > 100 || in.Offset < 0 {
		return nil, core.InvalidParam("limit")
	}
	list := []kfAccountReply{}
	for _, k := range r.Corp.External.KFAccounts {
		list = append(list, kfAccountReply{k.ID, k.Name, k.Avatar, true})
	}
	slices.SortFunc(list, func(a, b kfAccountReply) int { return cmp.Compare(a.ID, b.ID) })
	from := min(int(in.Offset), len(list))
	return struct {
		Accounts []kfAccountReply `json:"account_list"`
	}{list[from:min(from+limit, len(list))]}, nil
}

// getKFLink implements kf/add_contact_way. It returns the same link for the same scene.
//
// https://developer.work.weixin.qq.com/document/path/94665
func (s *Service) getKFLink(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID    string `json:"open_kfid"`
		Scene string `json:"scene"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, err
	}
	if !kfScenePattern.MatchString(in.Scene) {
		return nil, core.InvalidParam("scene")
	}
	address, ok := k.Scenes[in.Scene]
	if !ok {
		address = "https://work.weixin.qq.com/kf/kfc" + s.RandomText(12)
		if in.Scene != "" {
			address += "?enc_scene=" + s.RandomText(24)
		}
		bounded.Insert(k.Scenes, &k.SceneOrder, s.Limits.Records, in.Scene, address)
	}
	return struct {
		URL string `json:"url"`
	}{address}, nil
}

// syncKFMessages implements kf/sync_msg.
//
// https://developer.work.weixin.qq.com/document/path/94670
func (s *Service) syncKFMessages(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID     string    `json:"open_kfid"`
		Cursor string    `json:"cursor"`
		Token  string    `json:"token"`
		Limit  model.Int `json:"limit"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, err
	}
	if made, ok := k.Tokens.Get(in.Token); in.Token != "" && (!ok || s.CurrentTime().Sub(made) > kfTokenTTL) {
		return nil, core.NewAPIError(95007)
	}
	from, ok := parseCursor(k, in.Cursor)
	if !ok {
		return nil, core.InvalidParam("cursor")
	}
	limit := int(cmp.Or(in.Limit, kfMaxPage))
	if limit < 1 || limit > kfMaxPage {
		return nil, core.InvalidParam("limit")
	}
	from = max(from, k.Trimmed)
	to := min(from+limit, k.Trimmed+k.Entries.Len())
	list := []map[string]any{}
	for _, e := range k.Entries.List()[from-k.Trimmed : to-k.Trimmed] {
		if s.CurrentTime().Sub(e.Time) < kfRetention { // older entries are skipped, so a page may be empty
			list = append(list, e.Body)
		}
	}
	more := 0
	if to < k.Trimmed+k.Entries.Len() {
		more = 1
	}
	return struct {
		Next string           `json:"next_cursor"`
		More int              `json:"has_more"`
		List []map[string]any `json:"msg_list"`
	}{formatCursor(k, to), more, list}, nil
}

// formatCursor encodes a position in the entries of the account. Callers must treat cursors as
// opaque.
func formatCursor(k *core.KFAccount, n int) string { return cursorPrefix(k) + strconv.Itoa(n) }

func cursorPrefix(k *core.KFAccount) string { return "sim" + k.ID[2:8] + "." }

func parseCursor(k *core.KFAccount, cursor string) (int, bool) {
	if cursor == "" {
		return 0, true
	}
	number, ok := strings.CutPrefix(cursor, cursorPrefix(k))
	n, err := strconv.Atoi(number)
	return n, ok && err == nil && n >= 0 && n <= k.Trimmed+k.Entries.Len()
}
