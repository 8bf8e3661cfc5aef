package wecomtest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tagState is a tag. Members hold the ids of their tags.
type tagState struct {
	id           int64
	name         string
	ownerAgentID int64 // agent id of the application that created it; 0 for the contact sync helper
	parties      []int64
}

// maxTags is the maximum number of tags of a company.
const maxTags = 3000

type tagBody struct {
	TagID   *Int   `json:"tagid"`
	TagName string `json:"tagname"`
}

type tagIDReply struct {
	TagID int64 `json:"tagid"`
}

func (tagIDReply) successMessage() string { return "created" }

// successReply is a reply without fields, with its own errmsg.
type successReply string

func (d successReply) successMessage() string     { return string(d) }
func (successReply) MarshalJSON() ([]byte, error) { return []byte("{}"), nil }

// createTag implements tag/create.
//
// https://developer.work.weixin.qq.com/document/path/90210
func (s *Server) createTag(r *request) (any, *apiError) {
	var in tagBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := r.corp.checkTagName(in.TagName, -1); err != nil {
		return nil, err
	}
	if len(r.corp.tags) >= maxTags {
		return nil, newAPIError(81017)
	}
	t := &tagState{name: in.TagName, ownerAgentID: r.app.AgentID}
	if in.TagID != nil {
		t.id = int64(*in.TagID)
		if _, taken := r.corp.tags[t.id]; taken || t.id < 0 {
			return nil, newAPIError(40068)
		}
	} else {
		for t.id = 1; r.corp.tags[t.id] != nil; t.id++ { // the condition finds the first free id
		}
	}
	r.corp.tags[t.id] = t
	return tagIDReply{t.id}, nil
}

func (c *corpState) checkTagName(name string, self int64) *apiError {
	switch {
	case name == "":
		return newAPIError(41018)
	case utf8.RuneCountInString(name) > 32:
		return newAPIError(40072)
	}
	for id, t := range c.tags {
		if t.name == name && id != self {
			return newAPIError(40071)
		}
	}
	return nil
}

// findOwnTag returns a tag that the calling application may change.
func (r *request) findOwnTag(id *Int) (*tagState, *apiError) {
	if id == nil {
		return nil, newAPIError(41017)
	}
	t, ok := r.corp.tags[int64(*id)]
	if !ok {
		return nil, newAPIError(40068)
	}
	if t.ownerAgentID != r.app.AgentID {
		return nil, newAPIError(81011)
	}
	return t, nil
}

func (s *Server) updateTag(r *request) (any, *apiError) {
	var in tagBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	t, err := r.findOwnTag(in.TagID)
	if err != nil {
		return nil, err
	}
	if err := r.corp.checkTagName(in.TagName, t.id); err != nil {
		return nil, err
	}
	t.name = in.TagName
	return successReply("updated"), nil
}

// tagIDFromQuery returns the tagid of a GET request, or nil.
func (r *request) tagIDFromQuery() *Int {
	n, err := strconv.ParseInt(r.query.Get("tagid"), 10, 64)
	if err != nil {
		return nil
	}
	id := Int(n)
	return &id
}

func (s *Server) deleteTag(r *request) (any, *apiError) {
	t, err := r.findOwnTag(r.tagIDFromQuery())
	if err != nil {
		return nil, err
	}
	for _, m := range r.corp.members {
		m.removeTag(t.id)
	}
	delete(r.corp.tags, t.id)
	return successReply("deleted"), nil
}

func (m *memberState) removeTag(id int64) {
	m.Tags = slices.DeleteFunc(slices.Clone(m.Tags), func(x int64) bool { return x == id })
}

type tagUser struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

// getTag implements tag/get: the tagged members in the visible range.
func (s *Server) getTag(r *request) (any, *apiError) {
	id := r.tagIDFromQuery()
	if id == nil {
		return nil, newAPIError(41017)
	}
	t, ok := r.corp.tags[int64(*id)]
	if !ok {
		return nil, newAPIError(40068)
	}
	out := struct {
		TagName   string    `json:"tagname"`
		UserList  []tagUser `json:"userlist"`
		PartyList []int64   `json:"partylist"`
	}{t.name, []tagUser{}, []int64{}}
	for _, m := range r.corp.allMembers() {
		if slices.Contains(m.Tags, t.id) && r.corp.seesMember(r.app, m) {
			out.UserList = append(out.UserList, tagUser{m.UserID, r.displayName(m)})
		}
	}
	for _, p := range t.parties {
		if r.corp.seesDepartment(r.app, p) {
			out.PartyList = append(out.PartyList, p)
		}
	}
	return out, nil
}

type tagRow struct {
	TagID   int64  `json:"tagid"`
	TagName string `json:"tagname"`
}

func (s *Server) listTags(r *request) (any, *apiError) {
	rows := []tagRow{}
	for _, t := range r.corp.tags {
		rows = append(rows, tagRow{t.id, t.name})
	}
	slices.SortFunc(rows, func(a, b tagRow) int { return cmp.Compare(a.TagID, b.TagID) })
	return struct {
		TagList []tagRow `json:"taglist"`
	}{rows}, nil
}

type tagMembers struct {
	TagID     *Int     `json:"tagid"`
	UserList  []string `json:"userlist"`
	PartyList []Int    `json:"partylist"`
}

type tagMembersReply struct {
	InvalidList  string  `json:"invalidlist,omitempty"`
	InvalidParty []int64 `json:"invalidparty,omitempty"`
	text         string
}

func (t tagMembersReply) successMessage() string { return t.text }

func (s *Server) addTagUsers(r *request) (any, *apiError) { return s.changeTagMembers(r, true) }
func (s *Server) delTagUsers(r *request) (any, *apiError) { return s.changeTagMembers(r, false) }

// changeTagMembers implements tag/addtagusers and tag/deltagusers.
//
// https://developer.work.weixin.qq.com/document/path/90214
func (s *Server) changeTagMembers(r *request, add bool) (any, *apiError) {
	var in tagMembers
	if r.decodeBody(&in) != nil {
		return nil, newAPIError(40035)
	}
	if len(in.UserList)+len(in.PartyList) == 0 || len(in.UserList) > 1000 || len(in.PartyList) > 100 {
		return nil, newAPIError(40035)
	}
	t, err := r.findOwnTag(in.TagID)
	if err != nil {
		return nil, err
	}
	out := tagMembersReply{text: "ok"}
	if !add {
		out.text = "deleted"
	}
	bad := r.changeTagUsers(t, in.UserList, add)
	out.InvalidList = strings.Join(bad, "|")
	out.InvalidParty = r.changeTagParties(t, in.PartyList, add)
	if len(bad) == len(in.UserList) && len(out.InvalidParty) == len(in.PartyList) {
		if add {
			return nil, newAPIError(40070)
		}
		return nil, newAPIError(40031)
	}
	return out, nil
}

// changeTagUsers adds or removes the tag of members and returns the invalid ids.
func (r *request) changeTagUsers(t *tagState, list []string, add bool) (bad []string) {
	for _, id := range list {
		m, ok := r.corp.members[foldUserID(id)]
		if !ok || !r.corp.seesMember(r.app, m) {
			bad = append(bad, foldUserID(id))
			continue
		}
		m.removeTag(t.id)
		if add {
			m.Tags = append(m.Tags, t.id)
		}
	}
	return bad
}

func (r *request) changeTagParties(t *tagState, list []Int, add bool) (bad []int64) {
	for _, p := range list {
		id := int64(p)
		if _, ok := r.corp.departments[id]; !ok || !r.corp.seesDepartment(r.app, id) {
			bad = append(bad, id)
			continue
		}
		t.parties = slices.DeleteFunc(t.parties, func(x int64) bool { return x == id })
		if add {
			t.parties = append(t.parties, id)
		}
	}
	return bad
}
