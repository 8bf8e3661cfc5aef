package contacts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// MaxTags is the maximum number of tags of a company.
const MaxTags = 3000

type tagBody struct {
	TagID   model.OptionalInt `json:"tagid"`
	TagName string            `json:"tagname"`
}

type tagIDReply struct {
	TagID int64 `json:"tagid"`
}

func (tagIDReply) SuccessMessage() string { return "created" }

// successReply is a reply without fields, with its own errmsg.
type successReply string

func (d successReply) SuccessMessage() string { return string(d) }

func (successReply) MarshalJSON() ([]byte, error) { return []byte("{}"), nil }

// createTag implements tag/create.
//
// https://developer.work.weixin.qq.com/document/path/90210
func (s *Service) createTag(r *core.Request) (any, *core.APIError) {
	var in tagBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkTagName(r.Corp, in.TagName, -1); err != nil {
		return nil, err
	}
	if len(r.Corp.Tags) >= MaxTags {
		return nil, core.NewAPIError(81017)
	}
	t := &core.TagState{Name: in.TagName, OwnerAgentID: r.App.AgentID}
	if in.TagID.Given {
		t.ID = int64(in.TagID.Value)
		if _, taken := r.Corp.Tags[t.ID]; taken || t.ID < 0 {
			return nil, core.NewAPIError(40068)
		}
	} else {
		for t.ID = 1; r.Corp.Tags[t.ID] != nil; t.ID++ { // the condition finds the first free id
		}
	}
	r.Corp.Tags[t.ID] = t
	return tagIDReply{t.ID}, nil
}

func checkTagName(c *core.CorpState, name string, self int64) *core.APIError {
	switch {
	case name == "":
		return core.NewAPIError(41018)
	case utf8.RuneCountInString(name) > 32:
		return core.NewAPIError(40072)
	}
	for id, t := range c.Tags {
		if t.Name == name && id != self {
			return core.NewAPIError(40071)
		}
	}
	return nil
}

// findOwnTag returns a tag that the calling application may change.
func findOwnTag(r *core.Request, id model.OptionalInt) (*core.TagState, *core.APIError) {
	if !id.Given {
		return nil, core.NewAPIError(41017)
	}
	t, ok := r.Corp.Tags[int64(id.Value)]
	if !ok {
		return nil, core.NewAPIError(40068)
	}
	if t.OwnerAgentID != r.App.AgentID {
		return nil, core.NewAPIError(81011)
	}
	return t, nil
}

func (s *Service) updateTag(r *core.Request) (any, *core.APIError) {
	var in tagBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	t, err := findOwnTag(r, in.TagID)
	if err != nil {
		return nil, err
	}
	if err := checkTagName(r.Corp, in.TagName, t.ID); err != nil {
		return nil, err
	}
	t.Name = in.TagName
	return successReply("updated"), nil
}

// tagIDFromQuery returns the tagid of a GET request.
func tagIDFromQuery(r *core.Request) model.OptionalInt {
	n, err := strconv.ParseInt(r.Query.Get("tagid"), 10, 64)
	return model.OptionalInt{Value: model.Int(n), Given: err == nil}
}

func (s *Service) deleteTag(r *core.Request) (any, *core.APIError) {
	t, err := findOwnTag(r, tagIDFromQuery(r))
	if err != nil {
		return nil, err
	}
	before := newTagMembership(r.Corp, t)
	for _, m := range r.Corp.Members {
		removeMemberTag(m, t.ID)
	}
	t.Parties = nil
	r.Events = append(r.Events, withoutOwnEvents(r, s.newTagEvents(r.Corp, t, before))...)
	delete(r.Corp.Tags, t.ID)
	return successReply("deleted"), nil
}

func removeMemberTag(m *core.MemberState, id int64) {
	m.Tags = slices.DeleteFunc(slices.Clone(m.Tags), func(x int64) bool { return x == id })
}

type tagUser struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

// getTag implements tag/get: the tagged members in the visible range.
func (s *Service) getTag(r *core.Request) (any, *core.APIError) {
	id := tagIDFromQuery(r)
	if !id.Given {
		return nil, core.NewAPIError(41017)
	}
	t, ok := r.Corp.Tags[int64(id.Value)]
	if !ok {
		return nil, core.NewAPIError(40068)
	}
	out := struct {
		TagName   string    `json:"tagname"`
		UserList  []tagUser `json:"userlist"`
		PartyList []int64   `json:"partylist"`
	}{t.Name, []tagUser{}, []int64{}}
	for _, m := range r.Corp.AllMembers() {
		if slices.Contains(m.Tags, t.ID) && r.Corp.SeesMember(r.App, m) {
			out.UserList = append(out.UserList, tagUser{m.UserID, displayName(r, m)})
		}
	}
	for _, p := range t.Parties {
		if r.Corp.SeesDepartment(r.App, p) {
			out.PartyList = append(out.PartyList, p)
		}
	}
	return out, nil
}

type tagRow struct {
	TagID   int64  `json:"tagid"`
	TagName string `json:"tagname"`
}

func (s *Service) listTags(r *core.Request) (any, *core.APIError) {
	rows := []tagRow{}
	for _, t := range r.Corp.Tags {
		rows = append(rows, tagRow{t.ID, t.Name})
	}
	slices.SortFunc(rows, func(a, b tagRow) int { return cmp.Compare(a.TagID, b.TagID) })
	return struct {
		TagList []tagRow `json:"taglist"`
	}{rows}, nil
}

type tagMembers struct {
	TagID     model.OptionalInt `json:"tagid"`
	UserList  []string          `json:"userlist"`
	PartyList []model.Int       `json:"partylist"`
}

type tagMembersReply struct {
	InvalidList  string  `json:"invalidlist,omitempty"`
	InvalidParty []int64 `json:"invalidparty,omitempty"`
	text         string
}

func (t tagMembersReply) SuccessMessage() string { return t.text }

func (s *Service) addTagUsers(r *core.Request) (any, *core.APIError) {
	return s.changeTagMembers(r, true)
}

func (s *Service) delTagUsers(r *core.Request) (any, *core.APIError) {
	return s.changeTagMembers(r, false)
}

// changeTagMembers implements tag/addtagusers and tag/deltagusers.
//
// https://developer.work.weixin.qq.com/document/path/90214
func (s *Service) changeTagMembers(r *core.Request, add bool) (any, *core.APIError) {
	var in tagMembers
	if r.DecodeBody(&in) != nil {
		return nil, core.NewAPIError(40035)
	}
	if len(in.UserList)+len(in.PartyList) == 0 || len(in.UserList) > 1000 || len(in.PartyList) > 100 {
		return nil, core.NewAPIError(40035)
	}
	t, err := findOwnTag(r, in.TagID)
	if err != nil {
		return nil, err
	}
	out := tagMembersReply{text: "ok"}
	if !add {
		out.text = "deleted"
	}
	before := newTagMembership(r.Corp, t)
	bad := changeTagUsers(r, t, in.UserList, add)
	out.InvalidList = strings.Join(bad, "|")
	out.InvalidParty = changeTagParties(r, t, in.PartyList, add)
	if len(bad) == len(in.UserList) && len(out.InvalidParty) == len(in.PartyList) {
		if add {
			return nil, core.NewAPIError(40070)
		}
		return nil, core.NewAPIError(40031)
	}
	r.Events = append(r.Events, withoutOwnEvents(r, s.newTagEvents(r.Corp, t, before))...)
	return out, nil
}

// changeTagUsers adds or removes the tag of members and returns the invalid ids.
func changeTagUsers(r *core.Request, t *core.TagState, list []string, add bool) (bad []string) {
	for _, id := range list {
		m, ok := r.Corp.Members[core.FoldUserID(id)]
		if !ok || !r.Corp.SeesMember(r.App, m) {
			bad = append(bad, core.FoldUserID(id))
			continue
		}
		removeMemberTag(m, t.ID)
		if add {
			m.Tags = append(m.Tags, t.ID)
		}
	}
	return bad
}

func changeTagParties(r *core.Request, t *core.TagState, list []model.Int, add bool) (bad []int64) {
	for _, p := range list {
		id := int64(p)
		if _, ok := r.Corp.Departments[id]; !ok || !r.Corp.SeesDepartment(r.App, id) {
			bad = append(bad, id)
			continue
		}
		t.Parties = slices.DeleteFunc(t.Parties, func(x int64) bool { return x == id })
		if add {
			t.Parties = append(t.Parties, id)
		}
	}
	return bad
}
