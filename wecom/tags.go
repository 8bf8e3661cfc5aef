package wecom

import (
	"context"
	"net/url"
	"strconv"
)

// TagService keeps tags, which group members and departments. Only the app
// that made a tag may change it.
// See https://developer.work.weixin.qq.com/document/path/90210
type TagService struct{ client *Client }

// Tag is a tag without its members.
type Tag struct {
	ID   int64  `json:"tagid"`
	Name string `json:"tagname"`
}

const (
	maxTagNameChars = 32   // characters
	maxTagMembers   = 1000 // members or departments in one call
)

// Create makes a tag of at most 32 characters and returns its id. id 0 lets
// WeCom choose one.
// See https://developer.work.weixin.qq.com/document/path/90210
func (s *TagService) Create(ctx context.Context, name string, id int64) (int64, error) {
	var k fieldChecker
	k.checkRequired("tagname", name)
	k.checkRunes("tagname", name, maxTagNameChars)
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

// Rename gives a tag another name of at most 32 characters.
// See https://developer.work.weixin.qq.com/document/path/90211
func (s *TagService) Rename(ctx context.Context, id int64, name string) error {
	var k fieldChecker
	k.checkRequired("tagname", name)
	k.checkRunes("tagname", name, maxTagNameChars)
	if err := k.firstError(); err != nil {
		return err
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/tag/update", Tag{id, name}), &struct{ envelope }{})
}

// Delete removes a tag.
// See https://developer.work.weixin.qq.com/document/path/90212
func (s *TagService) Delete(ctx context.Context, id int64) error {
	op := s.client.getCall("/cgi-bin/tag/delete", tagQuery(id))
	op.idempotent = false // a GET that changes something
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// TagMembers are those who have a tag, as far as the app may see them.
type TagMembers struct {
	Name        string       `json:"tagname"`
	Users       []SimpleUser `json:"userlist"`
	Departments []int64      `json:"partylist"`
}

// GetMembers reads who has a tag.
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

// List reads all tags.
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

// TagMembersResult is what became of a change of a tag that was partly good.
type TagMembersResult struct {
	InvalidUsers       IDList  `json:"invalidlist"`
	InvalidDepartments []int64 `json:"invalidparty"`
}

// AddMembers gives a tag to members and departments, at most 1,000 of each. When all
// are bad WeCom answers 40070.
// See https://developer.work.weixin.qq.com/document/path/90214
func (s *TagService) AddMembers(ctx context.Context, id int64, users []string, departments []int64) (*TagMembersResult, error) {
	return s.changeMembers(ctx, "/cgi-bin/tag/addtagusers", id, users, departments)
}

// RemoveMembers takes a tag from members and departments, at most 1,000 of each. When
// all are bad WeCom answers 40031.
// See https://developer.work.weixin.qq.com/document/path/90215
func (s *TagService) RemoveMembers(ctx context.Context, id int64, users []string, departments []int64) (*TagMembersResult, error) {
	return s.changeMembers(ctx, "/cgi-bin/tag/deltagusers", id, users, departments)
}

func (s *TagService) changeMembers(ctx context.Context, path string, id int64, users []string, departments []int64) (*TagMembersResult, error) {
	var k fieldChecker
	k.checkCount("userlist", len(users), 0, maxTagMembers)
	k.checkCount("partylist", len(departments), 0, maxTagMembers)
	if len(users)+len(departments) == 0 {
		k.addError("userlist", "is empty, and so is partylist")
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
	op.idempotent = true // the same change twice is the same as once
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.TagMembersResult, nil
}

func tagQuery(id int64) url.Values { return url.Values{"tagid": {strconv.FormatInt(id, 10)}} }
