package wecomtest

import (
	"cmp"
	"maps"
	"slices"
)

// customersAllowed: the application must stand under "可调用接口的应用" of the
// page 客户联系.
//
// https://developer.work.weixin.qq.com/document/path/92109
func customersAllowed(r *request) *apiError {
	if !r.app.Customers {
		return fail(84074)
	}
	return nil
}

func (c *corpState) appsInOrder() []*appState {
	out := slices.Collect(maps.Values(c.apps))
	slices.SortFunc(out, func(a, b *appState) int { return cmp.Compare(a.AgentID, b.AgentID) })
	return out
}

// mayFollow reports whether a member may have customers, as the application
// sees it. Every active member may.
func (r *request) mayFollow(m *memberState) bool {
	return m.Status == StatusActive && r.corp.sees(r.app, m)
}

// followUsers is externalcontact/get_follow_user_list.
//
// https://developer.work.weixin.qq.com/document/path/92571
func (s *Server) followUsers(r *request) (any, *apiError) {
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	users := []string{}
	for _, m := range r.corp.everyone() {
		if r.mayFollow(m) {
			users = append(users, m.UserID)
		}
	}
	return struct {
		Users []string `json:"follow_user"`
	}{users}, nil
}

// follower finds a member named in a call who may have customers.
func (r *request) follower(userID string) (*memberState, *apiError) {
	m, ok := r.corp.members[fold(userID)]
	switch {
	case userID == "":
		return nil, fail(41009)
	case !ok:
		return nil, fail(60111)
	case !r.corp.sees(r.app, m):
		return nil, fail(60011)
	case m.Status != StatusActive:
		return nil, fail(41054)
	}
	return m, nil
}

// listCustomers is externalcontact/list.
//
// https://developer.work.weixin.qq.com/document/path/92113
func (s *Server) listCustomers(r *request) (any, *apiError) {
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	m, err := r.follower(r.query.Get("userid"))
	if err != nil {
		return nil, err
	}
	var ids []string
	for id, p := range r.corp.outside.people {
		if p.followedBy(m.UserID) != nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, fail(84061)
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

// getCustomer is externalcontact/get.
//
// https://developer.work.weixin.qq.com/document/path/92114
func (s *Server) getCustomer(r *request) (any, *apiError) {
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	p, ok := r.corp.outside.people[r.query.Get("external_userid")]
	if !ok {
		return nil, fail(40096)
	}
	out := externalReply{Contact: p.reply(r.app.suite != nil)}
	for _, f := range p.followers {
		if m, ok := r.corp.members[fold(f.user)]; ok && r.corp.sees(r.app, m) {
			out.Followers = append(out.Followers, f.reply())
		}
	}
	if len(out.Followers) == 0 {
		return nil, fail(84061)
	}
	return out, nil
}

// reply is the person as an application sees them; a provider's application
// sees neither picture nor gender.
func (p *customerState) reply(provider bool) externalContact {
	out := externalContact{ExternalUserID: p.ExternalUserID, Name: p.Name, Type: p.Type, Avatar: p.Avatar, Gender: p.Gender, UnionID: p.UnionID}
	if p.Type == 2 {
		out.Position, out.CorpName, out.UnionID = p.Position, p.CorpName, ""
	}
	if provider {
		out.Avatar, out.Gender, out.UnionID = "", 0, ""
	}
	return out
}

func (f *follower) reply() followReply {
	mobiles := f.remark.Mobiles
	if mobiles == nil {
		mobiles = []string{}
	}
	return followReply{UserID: f.user, Remark: f.remark.Remark, Description: f.remark.Description, CreateTime: f.since.Unix(), Tags: []string{},
		RemarkCorpName: f.remark.Company, RemarkMobiles: mobiles, OperUserID: f.user, AddWay: f.way, State: f.state}
}

// remark is what a member noted about somebody outside.
type remark struct {
	Remark      string
	Description string
	Company     string
	Mobiles     []string
}

// remarkCustomer is externalcontact/remark. Fields that are left out stay.
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
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	m, err := r.follower(in.UserID)
	if err != nil {
		return nil, err
	}
	p, ok := r.corp.outside.people[in.ExternalID]
	if !ok {
		return nil, fail(40096)
	}
	f := p.followedBy(m.UserID)
	if f == nil {
		return nil, fail(84084)
	}
	set(&f.remark.Remark, in.Remark)
	set(&f.remark.Description, in.Description)
	set(&f.remark.Company, in.Company)
	set(&f.remark.Mobiles, in.Mobiles)
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
