package customers

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// checkCustomerPermission checks that the application is listed under "可调用接口的应用" of the page 客户联系.
//
// https://developer.work.weixin.qq.com/document/path/92109
func checkCustomerPermission(r *core.Request) *core.APIError {
	if !r.App.Customers {
		return core.NewAPIError(84074)
	}
	return nil
}

// canFollow reports whether a member may have external contacts and is visible to the application.
// Every active member may.
func canFollow(r *core.Request, m *core.MemberState) bool {
	return m.Status == model.StatusActive && r.Corp.SeesMember(r.App, m)
}

// listFollowUsers implements externalcontact/get_follow_user_list.
//
// https://developer.work.weixin.qq.com/document/path/92571
func (s *Service) listFollowUsers(r *core.Request) (any, *core.APIError) {
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	users := []string{}
	for _, m := range r.Corp.AllMembers() {
		if canFollow(r, m) {
			users = append(users, m.UserID)
		}
	}
	return struct {
		Users []string `json:"follow_user"`
	}{users}, nil
}

// findFollowUser returns a visible member who may have external contacts.
func findFollowUser(r *core.Request, userID string) (*core.MemberState, *core.APIError) {
	m, ok := r.Corp.Members[core.FoldUserID(userID)]
	switch {
	case userID == "":
		return nil, core.NewAPIError(41009)
	case !ok:
		return nil, core.NewAPIError(60111)
	case !r.Corp.SeesMember(r.App, m):
		return nil, core.NewAPIError(60011)
	case m.Status != model.StatusActive:
		return nil, core.NewAPIError(41054)
	}
	return m, nil
}

// listCustomers implements externalcontact/list.
//
// https://developer.work.weixin.qq.com/document/path/92113
func (s *Service) listCustomers(r *core.Request) (any, *core.APIError) {
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	m, err := findFollowUser(r, r.Query.Get("userid"))
	if err != nil {
		return nil, err
	}
	var ids []string
	for id, p := range r.Corp.External.Customers {
		if p.FindFollower(m.UserID) != nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, core.NewAPIError(84061)
	}
	slices.Sort(ids)
	return struct {
		IDs []string `json:"external_userid"`
	}{ids}, nil
}

// Limits of externalcontact/batch/get_by_user.
const (
	maxBatchUsers    = 100
	maxBatchPage     = 100
	defaultBatchPage = 50
)

type followInfoReply struct {
	followReply
	TagIDs []string `json:"tag_id"`
	Tags   any      `json:"tags,omitempty"` // hides the field of followReply
}

type batchEntry struct {
	Contact externalContact `json:"external_contact"`
	Follow  followInfoReply `json:"follow_info"`
}

// listCustomersByUsers implements externalcontact/batch/get_by_user. The cursor is the number of entries
// that were returned; callers must treat it as opaque.
//
// https://developer.work.weixin.qq.com/document/path/92994
func (s *Service) listCustomersByUsers(r *core.Request) (any, *core.APIError) {
	var in struct {
		UserIDs []string  `json:"userid_list"`
		Cursor  string    `json:"cursor"`
		Limit   model.Int `json:"limit"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	if len(in.UserIDs) < 1 || len(in.UserIDs) > maxBatchUsers {
		return nil, core.InvalidParam("userid_list")
	}
	limit := int(cmp.Or(in.Limit, defaultBatchPage))
	from, conversionErr := strconv.Atoi(cmp.Or(in.Cursor, "0"))
	switch {
	case limit < 1 || limit > maxBatchPage:
		return nil, core.InvalidParam("limit")
	case conversionErr != nil || from < 0:
		return nil, core.InvalidParam("cursor")
	}
	var all []batchEntry
	customers := slices.Sorted(maps.Keys(r.Corp.External.Customers))
	for _, id := range in.UserIDs {
		m, err := findFollowUser(r, id)
		if err != nil {
			return nil, err
		}
		all = append(all, batchEntriesOf(r, m, customers)...)
	}
	if len(all) == 0 {
		return nil, core.NewAPIError(84061)
	}
	from = min(from, len(all))
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return struct {
		List []batchEntry `json:"external_contact_list"`
		Next string       `json:"next_cursor"`
	}{all[from:to], next}, nil
}

// batchEntriesOf returns those of the customers who are external contacts of a member.
func batchEntriesOf(r *core.Request, m *core.MemberState, customers []string) []batchEntry {
	var out []batchEntry
	for _, id := range customers {
		p := r.Corp.External.Customers[id]
		if f := p.FindFollower(m.UserID); f != nil {
			out = append(out, batchEntry{customerToReply(p, r.App.Suite != nil), followInfoReply{followReply: followerToReply(f), TagIDs: []string{}}})
		}
	}
	return out
}

type externalReply struct {
	Contact   externalContact `json:"external_contact"`
	Followers []followReply   `json:"follow_user"`
}

type externalContact struct {
	ExternalUserID string `json:"external_userid"`
	Name           string `json:"name"`
	Type           int    `json:"type"`
	Avatar         string `json:"avatar,omitempty"`
	Gender         int    `json:"gender"`
	UnionID        string `json:"unionid,omitempty"`
	Position       string `json:"position,omitempty"`
	CorpName       string `json:"corp_name,omitempty"`
}

type followReply struct {
	UserID         string   `json:"userid"`
	Remark         string   `json:"remark"`
	Description    string   `json:"description"`
	CreateTime     int64    `json:"createtime"`
	Tags           []string `json:"tags"`
	RemarkCorpName string   `json:"remark_corp_name,omitempty"`
	RemarkMobiles  []string `json:"remark_mobiles"`
	OperUserID     string   `json:"oper_userid"`
	AddWay         int      `json:"add_way"`
	State          string   `json:"state,omitempty"`
}

// getCustomer implements externalcontact/get.
//
// https://developer.work.weixin.qq.com/document/path/92114
func (s *Service) getCustomer(r *core.Request) (any, *core.APIError) {
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	p, ok := r.Corp.External.Customers[r.Query.Get("external_userid")]
	if !ok {
		return nil, core.NewAPIError(40096)
	}
	out := externalReply{Contact: customerToReply(p, r.App.Suite != nil)}
	for _, f := range p.Followers {
		if m, ok := r.Corp.Members[core.FoldUserID(f.UserID)]; ok && r.Corp.SeesMember(r.App, m) {
			out.Followers = append(out.Followers, followerToReply(f))
		}
	}
	if len(out.Followers) == 0 {
		return nil, core.NewAPIError(84061)
	}
	return out, nil
}

// customerToReply returns the external contact as an application sees it. Third-party applications get
// neither avatar, gender nor unionid.
func customerToReply(p *core.CustomerState, provider bool) externalContact {
	out := externalContact{ExternalUserID: p.ExternalUserID, Name: p.Name, Type: p.Type, Avatar: p.Avatar, Gender: p.Gender, UnionID: p.UnionID}
	if p.Type == 2 {
		out.Position, out.CorpName, out.UnionID = p.Position, p.CorpName, ""
	}
	if provider {
		out.Avatar, out.Gender, out.UnionID = "", 0, ""
	}
	return out
}

func followerToReply(f *core.Follower) followReply {
	mobiles := f.Remark.Mobiles
	if mobiles == nil {
		mobiles = []string{}
	}
	return followReply{UserID: f.UserID, Remark: f.Remark.Remark, Description: f.Remark.Description, CreateTime: f.FollowedAt.Unix(), Tags: []string{},
		RemarkCorpName: f.Remark.Company, RemarkMobiles: mobiles, OperUserID: f.UserID, AddWay: f.AddWay, State: f.State}
}

// remarkCustomer implements externalcontact/remark. Absent fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/92115
func (s *Service) remarkCustomer(r *core.Request) (any, *core.APIError) {
	var in struct {
		UserID      string    `json:"userid"`
		ExternalID  string    `json:"external_userid"`
		Remark      *string   `json:"remark"`
		Description *string   `json:"description"`
		Company     *string   `json:"remark_company"`
		Mobiles     *[]string `json:"remark_mobiles"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	m, err := findFollowUser(r, in.UserID)
	if err != nil {
		return nil, err
	}
	p, ok := r.Corp.External.Customers[in.ExternalID]
	if !ok {
		return nil, core.NewAPIError(40096)
	}
	f := p.FindFollower(m.UserID)
	if f == nil {
		return nil, core.NewAPIError(84084)
	}
	assignIfSet(&f.Remark.Remark, in.Remark)
	assignIfSet(&f.Remark.Description, in.Description)
	assignIfSet(&f.Remark.Company, in.Company)
	assignIfSet(&f.Remark.Mobiles, in.Mobiles)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	return nil, nil
}

func assignIfSet[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
