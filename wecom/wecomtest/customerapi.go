package wecomtest

import (
	"cmp"
	"maps"
	"slices"
)

// checkCustomerPermission checks that the application is listed under "可调用接口的应用" of the page 客户联系.
//
// https://developer.work.weixin.qq.com/document/path/92109
func checkCustomerPermission(r *request) *apiError {
	if !r.app.Customers {
		return newAPIError(84074)
	}
	return nil
}

func (c *corpState) sortedApps() []*appState {
	out := slices.Collect(maps.Values(c.apps))
	slices.SortFunc(out, func(a, b *appState) int { return cmp.Compare(a.AgentID, b.AgentID) })
	return out
}

// canFollow reports whether a member may have external contacts and is visible to the application.
// Every active member may.
func (r *request) canFollow(m *memberState) bool {
	return m.Status == StatusActive && r.corp.seesMember(r.app, m)
}

// listFollowUsers implements externalcontact/get_follow_user_list.
//
// https://developer.work.weixin.qq.com/document/path/92571
func (s *Server) listFollowUsers(r *request) (any, *apiError) {
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	users := []string{}
	for _, m := range r.corp.allMembers() {
		if r.canFollow(m) {
			users = append(users, m.UserID)
		}
	}
	return struct {
		Users []string `json:"follow_user"`
	}{users}, nil
}

// findFollowUser returns a visible member who may have external contacts.
func (r *request) findFollowUser(userID string) (*memberState, *apiError) {
	m, ok := r.corp.members[foldUserID(userID)]
	switch {
	case userID == "":
		return nil, newAPIError(41009)
	case !ok:
		return nil, newAPIError(60111)
	case !r.corp.seesMember(r.app, m):
		return nil, newAPIError(60011)
	case m.Status != StatusActive:
		return nil, newAPIError(41054)
	}
	return m, nil
}

// listCustomers implements externalcontact/list.
//
// https://developer.work.weixin.qq.com/document/path/92113
func (s *Server) listCustomers(r *request) (any, *apiError) {
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	m, err := r.findFollowUser(r.query.Get("userid"))
	if err != nil {
		return nil, err
	}
	var ids []string
	for id, p := range r.corp.external.customers {
		if p.findFollower(m.UserID) != nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, newAPIError(84061)
	}
	slices.Sort(ids)
	return struct {
		IDs []string `json:"external_userid"`
	}{ids}, nil
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
func (s *Server) getCustomer(r *request) (any, *apiError) {
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	p, ok := r.corp.external.customers[r.query.Get("external_userid")]
	if !ok {
		return nil, newAPIError(40096)
	}
	out := externalReply{Contact: p.toReply(r.app.suite != nil)}
	for _, f := range p.followers {
		if m, ok := r.corp.members[foldUserID(f.userID)]; ok && r.corp.seesMember(r.app, m) {
			out.Followers = append(out.Followers, f.toReply())
		}
	}
	if len(out.Followers) == 0 {
		return nil, newAPIError(84061)
	}
	return out, nil
}

// toReply returns the external contact as an application sees it. Third-party applications get
// neither avatar, gender nor unionid.
func (p *customerState) toReply(provider bool) externalContact {
	out := externalContact{ExternalUserID: p.ExternalUserID, Name: p.Name, Type: p.Type, Avatar: p.Avatar, Gender: p.Gender, UnionID: p.UnionID}
	if p.Type == 2 {
		out.Position, out.CorpName, out.UnionID = p.Position, p.CorpName, ""
	}
	if provider {
		out.Avatar, out.Gender, out.UnionID = "", 0, ""
	}
	return out
}

func (f *follower) toReply() followReply {
	mobiles := f.remark.Mobiles
	if mobiles == nil {
		mobiles = []string{}
	}
	return followReply{UserID: f.userID, Remark: f.remark.Remark, Description: f.remark.Description, CreateTime: f.followedAt.Unix(), Tags: []string{},
		RemarkCorpName: f.remark.Company, RemarkMobiles: mobiles, OperUserID: f.userID, AddWay: f.addWay, State: f.state}
}

// customerRemark holds the remarks of a member on an external contact.
type customerRemark struct {
	Remark      string
	Description string
	Company     string
	Mobiles     []string
}

// remarkCustomer implements externalcontact/remark. Absent fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/92115
func (s *Server) remarkCustomer(r *request) (any, *apiError) {
	var in struct {
		UserID      string    `json:"userid"`
		ExternalID  string    `json:"external_userid"`
		Remark      *string   `json:"remark"`
		Description *string   `json:"description"`
		Company     *string   `json:"remark_company"`
		Mobiles     *[]string `json:"remark_mobiles"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	m, err := r.findFollowUser(in.UserID)
	if err != nil {
		return nil, err
	}
	p, ok := r.corp.external.customers[in.ExternalID]
	if !ok {
		return nil, newAPIError(40096)
	}
	f := p.findFollower(m.UserID)
	if f == nil {
		return nil, newAPIError(84084)
	}
	assignIfSet(&f.remark.Remark, in.Remark)
	assignIfSet(&f.remark.Description, in.Description)
	assignIfSet(&f.remark.Company, in.Company)
	assignIfSet(&f.remark.Mobiles, in.Mobiles)
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

func assignIfSet[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
