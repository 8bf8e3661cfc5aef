package wecom

import (
	"context"
	"net/url"
	"strconv"
)

// TagService manages tags, which group members and departments. Only the app
// that created a tag may change it.
// See https://developer.work.weixin.qq.com/document/path/90210
type TagService struct{ client *Client }

// Tag is a tag without its members.
type Tag struct {
	ID   int64  `json:"tagid"`
	Name string `json:"tagname"`
}

const (
	maxTagNameChars = 32   // characters
	maxTagMembers   = 1000 // members or departments per call
)

// Create creates a tag with a name of at most 32 characters and returns its id.
// With id 0 WeCom chooses the id.
// See https://developer.work.weixin.qq.com/document/path/90210
func (s *TagService) Create(ctx context.Context, name string, id int64) (int64, error) {
	var k fieldChecker
	k.CheckRequired("tagname", name)
	k.CheckRunes("tagname", name, maxTagNameChars)
	if err := k.firstError(); err != nil {
		return 0, err
	}
	body := struct {
		Name string `json:"tagname"`
		ID   int64  `json:"tagid,omitempty"`
	}{name, id}
	var reply struct {
		envelope
		ID int64 `json:"tagid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/tag/create", body), &reply); err != nil {
		return 0, err
	}
	return reply.ID, nil
}

// Rename renames a tag, with at most 32 characters.
// See https://developer.work.weixin.qq.com/document/path/90211
func (s *TagService) Rename(ctx context.Context, id int64, name string) error {
	var k fieldChecker
	k.CheckRequired("tagname", name)
	k.CheckRunes("tagname", name, maxTagNameChars)
	if err := k.firstError(); err != nil {
		return err
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/tag/update", Tag{id, name}), &struct{ envelope }{})
}

// Delete deletes a tag.
// See https://developer.work.weixin.qq.com/document/path/90212
func (s *TagService) Delete(ctx context.Context, id int64) error {
	op := s.client.getCall("/cgi-bin/tag/delete", tagQuery(id))
	op.idempotent = false // a GET that changes state
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// TagMembers are the members and departments with a tag, as far as visible to
// the app.
type TagMembers struct {
	Name        string       `json:"tagname"`
	Users       []SimpleUser `json:"userlist"`
	Departments []int64      `json:"partylist"`
}

// GetMembers returns the name, members and departments of a tag.
// See https://developer.work.weixin.qq.com/document/path/90213
func (s *TagService) GetMembers(ctx context.Context, id int64) (*TagMembers, error) {
	var reply struct {
		envelope
		TagMembers
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/tag/get", tagQuery(id)), &reply); err != nil {
		return nil, err
	}
	return &reply.TagMembers, nil
}

// List returns all tags.
// See https://developer.work.weixin.qq.com/document/path/90216
func (s *TagService) List(ctx context.Context) ([]Tag, error) {
	var reply struct {
		envelope
		Tags []Tag `json:"taglist"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/tag/list", nil), &reply); err != nil {
		return nil, err
	}
	return reply.Tags, nil
}

// TagMembersResult lists the invalid entries of a partly successful change.
type TagMembersResult struct {
	InvalidUsers       IDList  `json:"invalidlist"`
	InvalidDepartments []int64 `json:"invalidparty"`
}

// AddMembers adds a tag to members and departments, at most 1,000 of each. When
// all entries are invalid, WeCom returns 40070.
// See https://developer.work.weixin.qq.com/document/path/90214
func (s *TagService) AddMembers(ctx context.Context, id int64, users []string, departments []int64) (*TagMembersResult, error) {
	return s.changeMembers(ctx, "/cgi-bin/tag/addtagusers", id, users, departments)
}

// RemoveMembers removes a tag from members and departments, at most 1,000 of
// each. When all entries are invalid, WeCom returns 40031.
// See https://developer.work.weixin.qq.com/document/path/90215
func (s *TagService) RemoveMembers(ctx context.Context, id int64, users []string, departments []int64) (*TagMembersResult, error) {
	return s.changeMembers(ctx, "/cgi-bin/tag/deltagusers", id, users, departments)
}

func (s *TagService) changeMembers(ctx context.Context, path string, id int64, users []string, departments []int64) (*TagMembersResult, error) {
	var k fieldChecker
	k.CheckCount("userlist", len(users), 0, maxTagMembers)
	k.CheckCount("partylist", len(departments), 0, maxTagMembers)
	if len(users)+len(departments) == 0 {
		k.Reject("userlist", "is empty, and so is partylist")
	}
	if err := k.firstError(); err != nil {
		return nil, err
	}
	body := struct {
		ID          int64    `json:"tagid"`
		Users       []string `json:"userlist,omitempty"`
		Departments []int64  `json:"partylist,omitempty"`
	}{id, users, departments}
	var reply struct {
		envelope
		TagMembersResult
	}
	op := s.client.postCall(path, body)
	op.idempotent = true // repeating it has no further effect
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.TagMembersResult, nil
}

func tagQuery(id int64) url.Values { return url.Values{"tagid": {strconv.FormatInt(id, 10)}} }
