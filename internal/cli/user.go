package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type userCommands struct {
	Get        userGet        `cmd:"" help:"One member."`
	List       userList       `cmd:"" help:"Members of a department with their fields."`
	SimpleList userSimpleList `cmd:"" help:"Members of a department, names only."`
	Find       userFind       `cmd:"" help:"Find the userid by mobile number or email address."`
	Create     userCreate     `cmd:"" help:"Add a member (secret of the contact sync helper)."`
	Update     userUpdate     `cmd:"" help:"Update a member (secret of the contact sync helper)."`
	Delete     userDelete     `cmd:"" help:"Delete members (secret of the contact sync helper)."`
	OpenID     userOpenID     `cmd:"" name:"openid" help:"The openid of a member."`
	FromOpenID userFromOpenID `cmd:"" name:"from-openid" help:"The member of an openid."`
}

var userStates = map[int]string{wecom.UserActive: "active", wecom.UserDisabled: "disabled", wecom.UserInactive: "not joined", wecom.UserLeft: "left"}

type userGet struct {
	UserID string `arg:"" name:"userid"`
}

func (c *userGet) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.User, error) { return w.Users.Get(ctx, c.UserID) }, func(u *wecom.User) table {
		return keyValueTable("userid", u.UserID, "name", u.Name, "alias", u.Alias, "departments", formatInts(u.Department), "position", u.Position,
			"state", userStates[u.Status], "mobile", u.Mobile, "email", u.Email, "work mail", u.BizMail, "leaders", strings.Join(u.DirectLeader, ","))
	})
}

type departmentScope struct {
	Department int64 `arg:"" optional:"" default:"1" help:"Department; 1 is the company."`
	Recursive  bool  `short:"r" help:"Include subdepartments."`
}

type userList struct {
	departmentScope
	Status string `short:"s" enum:",active,disabled,inactive,left" default:"" help:"Filter by status: active, disabled, inactive or left."`
}

func (c *userList) Run(ctx context.Context, s *session) error {
	fetch := func(w *wecom.Client, id int64) ([]wecom.User, error) { return w.Users.List(ctx, id) }
	return callAndPrint(s, func(w *wecom.Client) ([]wecom.User, error) {
		all, err := listScope(ctx, s, w, c.departmentScope, fetch, func(u wecom.User) string { return u.UserID })
		return c.filterByStatus(all), err
	}, func(list []wecom.User) table {
		t := table{head: []string{"USERID", "NAME", "DEPARTMENTS", "POSITION", "STATE"}}
		for _, u := range list {
			t.rows = append(t.rows, []string{u.UserID, u.Name, formatInts(u.Department), u.Position, userStates[u.Status]})
		}
		return t
	})
}

func (c *userList) filterByStatus(all []wecom.User) []wecom.User {
	want := map[string]int{"active": wecom.UserActive, "disabled": wecom.UserDisabled, "inactive": wecom.UserInactive, "left": wecom.UserLeft}[c.Status]
	kept := []wecom.User{}
	for _, u := range all {
		if want == 0 || u.Status == want {
			kept = append(kept, u)
		}
	}
	return kept
}

type userSimpleList struct{ departmentScope }

func (c *userSimpleList) Run(ctx context.Context, s *session) error {
	fetch := func(w *wecom.Client, id int64) ([]wecom.SimpleUser, error) { return w.Users.SimpleList(ctx, id) }
	return callAndPrint(s, func(w *wecom.Client) ([]wecom.SimpleUser, error) {
		return listScope(ctx, s, w, c.departmentScope, fetch, func(u wecom.SimpleUser) string { return u.UserID })
	}, func(list []wecom.SimpleUser) table {
		t := table{head: []string{"USERID", "NAME", "DEPARTMENTS"}}
		for _, u := range list {
			t.rows = append(t.rows, []string{u.UserID, u.Name, formatInts(u.Department)})
		}
		return t
	})
}

// listScope fetches the members of a department or, recursively, of its
// subdepartments too, without duplicates.
func listScope[T any](ctx context.Context, s *session, w *wecom.Client, in departmentScope, fetch func(*wecom.Client, int64) ([]T, error), id func(T) string) ([]T, error) {
	departments := []int64{in.Department}
	if in.Recursive {
		list, err := w.Departments.SimpleList(ctx, in.Department)
		if err != nil {
			return nil, err
		}
		departments = departments[:0]
		for _, d := range list {
			departments = append(departments, d.ID)
		}
	}
	p := s.newProgressBar(ctx, int64(len(departments)))
	defer p.finish()
	all, seen := []T{}, map[string]bool{}
	for i, d := range departments {
		list, err := fetch(w, d)
		if err != nil {
			return nil, err
		}
		for _, v := range list {
			if !seen[id(v)] {
				seen[id(v)] = true
				all = append(all, v)
			}
		}
		if in.Recursive {
			p.setDone(int64(i + 1))
		}
	}
	return all, nil
}

type userFind struct {
	Mobile string `xor:"by" required:"" help:"Mobile number."`
	Email  string `xor:"by" required:"" help:"E-mail address."`
	Own    bool   `help:"Search personal instead of company email addresses."`
}

func (c *userFind) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (string, error) {
		if c.Mobile != "" {
			return w.Users.GetUserIDByMobile(ctx, c.Mobile)
		}
		kind := 1
		if c.Own {
			kind = 2
		}
		return w.Users.GetUserIDByEmail(ctx, c.Email, kind)
	}, singleCellTable)
}

// singleCellTable returns a table that consists of one value.
func singleCellTable(value string) table { return table{rows: [][]string{{value}}} }

type userFieldFlags struct {
	Name       string  `help:"Name."`
	Department []int64 `short:"d" help:"Departments."`
	Mobile     string  `short:"m" help:"Mobile number."`
	Email      string  `short:"e" help:"E-mail address."`
	Position   string  `help:"Position."`
}

func (f *userFieldFlags) toUserFields(id string) wecom.UserFields {
	return wecom.UserFields{UserID: id, Name: f.Name, Department: f.Department, Mobile: f.Mobile, Email: f.Email, Position: f.Position}
}

type userCreate struct {
	UserID string `arg:"" name:"userid"`
	userFieldFlags
}

func (c *userCreate) Run(ctx context.Context, s *session) error {
	f := c.toUserFields(c.UserID)
	if len(f.Department) == 0 {
		f.Department = []int64{wecom.RootDepartment}
	}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Users.Create(ctx, f) }, "added "+c.UserID)
}

type userUpdate struct {
	UserID string `arg:"" name:"userid"`
	userFieldFlags
}

func (c *userUpdate) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Users.Update(ctx, c.toUserFields(c.UserID)) }, "changed "+c.UserID)
}

type userDelete struct {
	UserIDs []string `arg:"" name:"userid"`
}

func (c *userDelete) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error {
		if len(c.UserIDs) == 1 {
			return w.Users.Delete(ctx, c.UserIDs[0])
		}
		return w.Users.BatchDelete(ctx, c.UserIDs...)
	}, "removed "+strings.Join(c.UserIDs, ", "))
}

type userOpenID struct {
	UserID string `arg:"" name:"userid"`
}

func (c *userOpenID) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (string, error) { return w.Users.ConvertToOpenID(ctx, c.UserID) }, singleCellTable)
}

type userFromOpenID struct {
	OpenID string `arg:"" name:"openid"`
}

func (c *userFromOpenID) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (string, error) { return w.Users.ConvertToUserID(ctx, c.OpenID) }, singleCellTable)
}
