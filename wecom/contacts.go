package wecom

import (
	"context"
	"net/url"
	"strconv"
)

// UserService reads members and, with the secret of the contact sync helper,
// writes them. An app sees the members in its visible range only, and apps
// created after 2022-06-20 do not receive avatar, mobile number and e-mail
// address.
// See https://developer.work.weixin.qq.com/document/path/90196
type UserService struct{ client *Client }

// States of a member.
const (
	UserActive   = 1
	UserDisabled = 2
	UserInactive = 4 // has not joined yet
	UserLeft     = 5
)

// User is a member of the company.
type User struct {
	UserID         string   `json:"userid"`
	Name           string   `json:"name"`
	Alias          string   `json:"alias"`
	Department     []int64  `json:"department"`        // only those visible to the app
	Order          []int64  `json:"order"`             // per entry of Department; larger values come first
	IsLeaderInDept []Flag   `json:"is_leader_in_dept"` // per entry of Department
	DirectLeader   []string `json:"direct_leader"`
	MainDepartment int64    `json:"main_department"`
	Position       string   `json:"position"`
	Status         int      `json:"status"` // UserActive, UserDisabled, UserInactive or UserLeft
	Gender         string   `json:"gender"` // "0" unknown, "1" male, "2" female
	Avatar         string   `json:"avatar"`
	ThumbAvatar    string   `json:"thumb_avatar"`
	Mobile         string   `json:"mobile"`
	Telephone      string   `json:"telephone"`
	Email          string   `json:"email"`
	BizMail        string   `json:"biz_mail"`
	Address        string   `json:"address"`
	QRCode         string   `json:"qr_code"`
	OpenUserID     string   `json:"open_userid"` // third-party apps only

	ExternalPosition string `json:"external_position"`
}

// Get returns one member. WeCom returns 60111 when there is no such userid, or
// when the member is outside the app's visible range.
// See https://developer.work.weixin.qq.com/document/path/90196
func (s *UserService) Get(ctx context.Context, userID string) (*User, error) {
	var reply struct {
		envelope
		User
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/user/get", url.Values{"userid": {userID}}), &reply); err != nil {
		return nil, err
	}
	return &reply.User, nil
}

// List returns the members of one department with all fields, without those of
// its subdepartments.
// See https://developer.work.weixin.qq.com/document/path/90201
func (s *UserService) List(ctx context.Context, departmentID int64) ([]User, error) {
	var reply struct {
		envelope
		UserList []User `json:"userlist"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/user/list", departmentQuery(departmentID)), &reply); err != nil {
		return nil, err
	}
	return reply.UserList, nil
}

// SimpleUser is a member with name and departments only.
type SimpleUser struct {
	UserID     string  `json:"userid"`
	Name       string  `json:"name"`
	Department []int64 `json:"department"`
	OpenUserID string  `json:"open_userid"` // third-party apps only
}

// SimpleList returns the names of the members of one department.
// See https://developer.work.weixin.qq.com/document/path/90200
func (s *UserService) SimpleList(ctx context.Context, departmentID int64) ([]SimpleUser, error) {
	var reply struct {
		envelope
		UserList []SimpleUser `json:"userlist"`
	}
	op := s.client.getCall("/cgi-bin/user/simplelist", departmentQuery(departmentID))
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.UserList, nil
}

func departmentQuery(id int64) url.Values {
	return url.Values{"department_id": {strconv.FormatInt(id, 10)}}
}

// DepartmentService reads departments and, with the secret of the contact sync
// helper, writes them.
// See https://developer.work.weixin.qq.com/document/path/90208
type DepartmentService struct{ client *Client }

// RootDepartment is the id of the top-level department, the company itself.
const RootDepartment = 1

// Department is a department of the company.
type Department struct {
	ID       int64    `json:"id"`
	Name     string   `json:"name"`
	NameEN   string   `json:"name_en"`
	Leaders  []string `json:"department_leader"`
	ParentID int64    `json:"parentid"`
	Order    int64    `json:"order"` // larger values come first
}

// List returns a department with all its descendants; id 0 means everything
// visible to the app. WeCom describes it as slow and recommends SimpleList and
// Get.
// See https://developer.work.weixin.qq.com/document/path/90208
func (s *DepartmentService) List(ctx context.Context, id int64) ([]Department, error) {
	var reply struct {
		envelope
		Department []Department `json:"department"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/department/list", optionalIDQuery(id)), &reply); err != nil {
		return nil, err
	}
	return reply.Department, nil
}

// SimpleDepartment is a department without its name.
type SimpleDepartment struct {
	ID       int64 `json:"id"`
	ParentID int64 `json:"parentid"`
	Order    int64 `json:"order"`
}

// SimpleList returns the ids of a department and all its descendants; id 0
// means everything visible to the app.
// See https://developer.work.weixin.qq.com/document/path/95350
func (s *DepartmentService) SimpleList(ctx context.Context, id int64) ([]SimpleDepartment, error) {
	var reply struct {
		envelope
		DepartmentID []SimpleDepartment `json:"department_id"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/department/simplelist", optionalIDQuery(id)), &reply); err != nil {
		return nil, err
	}
	return reply.DepartmentID, nil
}

// Get returns one department.
// See https://developer.work.weixin.qq.com/document/path/95351
func (s *DepartmentService) Get(ctx context.Context, id int64) (*Department, error) {
	var reply struct {
		envelope
		Department Department `json:"department"`
	}
	query := url.Values{"id": {strconv.FormatInt(id, 10)}}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/department/get", query), &reply); err != nil {
		return nil, err
	}
	return &reply.Department, nil
}

func optionalIDQuery(id int64) url.Values {
	if id == 0 {
		return nil
	}
	return url.Values{"id": {strconv.FormatInt(id, 10)}}
}

// Sizes of the image of GetJoinQRCode, in pixels of a side.
const (
	JoinQRCode171  = 1
	JoinQRCode399  = 2
	JoinQRCode741  = 3
	JoinQRCode2052 = 4
)

// GetJoinQRCode returns the URL of a QR code with which people join the company. It
// is valid for seven days and requires the secret of the contact sync helper. size
// is JoinQRCode171 or one of the others.
// See https://developer.work.weixin.qq.com/document/path/91714
func (s *UserService) GetJoinQRCode(ctx context.Context, size int) (string, error) {
	if size < JoinQRCode171 || size > JoinQRCode2052 {
		return "", &FieldError{Field: "size_type", Message: "must be 1 to 4"}
	}
	var reply struct {
		envelope
		URL string `json:"join_qrcode"`
	}
	op := s.client.getCall("/cgi-bin/corp/get_join_qrcode", url.Values{"size_type": {strconv.Itoa(size)}})
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return "", err
	}
	return reply.URL, nil
}
