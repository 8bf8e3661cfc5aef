package wecom

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// UserFields are the fields of a member that Create and Update set. Empty
// fields are omitted: Update leaves them unchanged.
type UserFields struct {
	UserID         string   `json:"userid"`
	NewUserID      string   `json:"new_userid,omitempty"` // Update only: allowed once, when WeCom chose the userid
	Name           string   `json:"name,omitempty"`       // 1 to 64 characters
	Alias          string   `json:"alias,omitempty"`
	Mobile         string   `json:"mobile,omitempty"` // this or Email is required; ignored for members who have joined
	Email          string   `json:"email,omitempty"`  // 6 to 64 bytes
	BizMail        string   `json:"biz_mail,omitempty"`
	Department     []int64  `json:"department,omitempty"` // at most 100
	Order          []int64  `json:"order,omitempty"`      // per entry of Department
	MainDepartment int64    `json:"main_department,omitempty"`
	IsLeaderInDept []Flag   `json:"is_leader_in_dept,omitempty"` // per entry of Department
	DirectLeader   []string `json:"direct_leader,omitempty"`
	Position       string   `json:"position,omitempty"` // at most 128 characters
	Gender         string   `json:"gender,omitempty"`   // "1" male, "2" female
	Telephone      string   `json:"telephone,omitempty"`
	Address        string   `json:"address,omitempty"` // at most 128 characters
	AvatarMediaID  string   `json:"avatar_mediaid,omitempty"`
	Enable         *Flag    `json:"enable,omitempty"`    // false disables the member
	ToInvite       *bool    `json:"to_invite,omitempty"` // Create only: whether to invite the member to join; true by default
}

var userIDPattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$`)

func (u *UserFields) checkFields(k *fieldChecker) {
	for field, id := range map[string]string{"userid": u.UserID, "new_userid": u.NewUserID} {
		if !userIDPattern.MatchString(id) && (id != "" || field == "userid") {
			k.Reject(field, "must have 1 to 64 digits, letters, _, -, @ or ., and start with a digit or letter")
		}
	}
	k.CheckRunes("name", u.Name, 64)
	k.CheckRunes("position", u.Position, 128)
	k.CheckRunes("address", u.Address, 128)
	k.CheckBytes("email", u.Email, 64)
	k.CheckBytes("telephone", u.Telephone, 32)
	k.CheckCount("department", len(u.Department), 0, 100)
	if n := len(u.Department); len(u.Order) > 0 && len(u.Order) != n || len(u.IsLeaderInDept) > 0 && len(u.IsLeaderInDept) != n {
		k.Reject("department", "must have the same length as order and is_leader_in_dept")
	}
}

// Create adds a member. It requires the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90195
func (s *UserService) Create(ctx context.Context, u UserFields) error {
	var k fieldChecker
	u.checkFields(&k)
	k.CheckRequired("name", u.Name)
	if u.Mobile == "" && u.Email == "" {
		k.Reject("mobile", "is empty, and so is email")
	}
	if err := k.firstError(); err != nil {
		return err
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/user/create", u), &struct{ envelope }{})
}

// Update updates a member. It requires the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90197
func (s *UserService) Update(ctx context.Context, u UserFields) error {
	var k fieldChecker
	if u.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/user/update", u), &struct{ envelope }{})
}

// DepartmentFields are the fields of a department that Create and Update set.
// Update leaves empty fields unchanged.
type DepartmentFields struct {
	ID       int64  `json:"id,omitempty"` // above 1; when 0, WeCom chooses the id of a new department
	Name     string `json:"name,omitempty"`
	NameEN   string `json:"name_en,omitempty"`
	ParentID int64  `json:"parentid,omitempty"`
	Order    *int64 `json:"order,omitempty"` // larger values come first
}

func (d *DepartmentFields) checkFields(k *fieldChecker) {
	for field, name := range map[string]string{"name": d.Name, "name_en": d.NameEN} {
		k.CheckRunes(field, name, 64)
		if strings.ContainsAny(name, `\:*?"<>|`) {
			k.Reject(field, `contains one of \ : * ? " < > |`)
		}
	}
}

// Create adds a department and returns its id. It requires the secret of the
// contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90205
func (s *DepartmentService) Create(ctx context.Context, d DepartmentFields) (int64, error) {
	var k fieldChecker
	d.checkFields(&k)
	if utf8.RuneCountInString(d.Name) == 0 || d.ParentID == 0 {
		k.Reject("name", "and parentid are required")
	}
	if err := k.firstError(); err != nil {
		return 0, err
	}
	var reply struct {
		envelope
		ID int64 `json:"id"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/department/create", d), &reply); err != nil {
		return 0, err
	}
	return reply.ID, nil
}

// Update updates a department. It requires the secret of the contact sync
// helper.
// See https://developer.work.weixin.qq.com/document/path/90206
func (s *DepartmentService) Update(ctx context.Context, d DepartmentFields) error {
	var k fieldChecker
	if d.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	op := s.client.postCall("/cgi-bin/department/update", d)
	op.idempotent = true // repeating it has no further effect
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// Delete deletes a department that has neither members nor subdepartments. It
// requires the secret of the contact sync helper.
// See https://developer.work.weixin.qq.com/document/path/90207
func (s *DepartmentService) Delete(ctx context.Context, id int64) error {
	op := s.client.getCall("/cgi-bin/department/delete", url.Values{"id": {strconv.FormatInt(id, 10)}})
	op.idempotent = false // a GET that changes state
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}
