package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type userCommands struct {
	Get        userGet    `cmd:"" help:"One member."`
	List       userList   `cmd:"" help:"Members of a department with their fields."`
	SimpleList userSimple `cmd:"" help:"Members of a department, names only."`
	Find       userFind   `cmd:"" help:"The userid of a mobile number or an e-mail address."`
	Create     userCreate `cmd:"" help:"Add a member (secret of the contact sync helper)."`
	Update     userUpdate `cmd:"" help:"Change a member (secret of the contact sync helper)."`
	Delete     userDelete `cmd:"" help:"Remove members (secret of the contact sync helper)."`
	OpenID     userOpenID `cmd:"" name:"openid" help:"The openid of a member."`
	FromOpenID fromOpenID `cmd:"" name:"from-openid" help:"The member of an openid."`
}

var userStates = map[int]string{wecom.UserActive: "active", wecom.UserDisabled: "disabled", wecom.UserInactive: "not joined", wecom.UserLeft: "left"}

type userGet struct {
	UserID string `arg:"" name:"userid"`
}

// Run shows one member.
func (c *userGet) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (*wecom.User, error) { return w.Users.Get(ctx, c.UserID) }, func(u *wecom.User) table {
		return pairs("userid", u.UserID, "name", u.Name, "alias", u.Alias, "departments", numbers(u.Department), "position", u.Position,
			"state", userStates[u.Status], "mobile", u.Mobile, "email", u.Email, "work mail", u.BizMail, "leaders", strings.Join(u.DirectLeader, ","))
	})
}

type within struct {
	Department int64 `arg:"" optional:"" default:"1" help:"Department; 1 is the company."`
	Recursive  bool  `short:"r" help:"With the departments below."`
}

type userList struct {
	within
	Status string `short:"s" enum:",active,disabled,inactive,left" default:"" help:"Only those: active, disabled, inactive or left."`
}

// Run lists members with their fields.
func (c *userList) Run(ctx context.Context, s *session) error {
	fetch := func(w *wecom.Client, id int64) ([]wecom.User, error) { return w.Users.List(ctx, id) }
	return run(s, func(w *wecom.Client) ([]wecom.User, error) {
		all, err := everywhere(ctx, s, w, c.within, fetch, func(u wecom.User) string { return u.UserID })
		return c.filter(all), err
	}, func(list []wecom.User) table {
		t := table{head: []string{"USERID", "NAME", "DEPARTMENTS", "POSITION", "STATE"}}
		for _, u := range list {
			t.rows = append(t.rows, []string{u.UserID, u.Name, numbers(u.Department), u.Position, userStates[u.Status]})
		}
		return t
	})
}

func (c *userList) filter(all []wecom.User) []wecom.User {
	want := map[string]int{"active": wecom.UserActive, "disabled": wecom.UserDisabled, "inactive": wecom.UserInactive, "left": wecom.UserLeft}[c.Status]
	kept := []wecom.User{}
	for _, u := range all {
		if want == 0 || u.Status == want {
			kept = append(kept, u)
		}
	}
	return kept
}

type userSimple struct{ within }

// Run lists the names of members.
func (c *userSimple) Run(ctx context.Context, s *session) error {
	fetch := func(w *wecom.Client, id int64) ([]wecom.SimpleUser, error) { return w.Users.SimpleList(ctx, id) }
	return run(s, func(w *wecom.Client) ([]wecom.SimpleUser, error) {
		return everywhere(ctx, s, w, c.within, fetch, func(u wecom.SimpleUser) string { return u.UserID })
	}, func(list []wecom.SimpleUser) table {
		t := table{head: []string{"USERID", "NAME", "DEPARTMENTS"}}
		for _, u := range list {
			t.rows = append(t.rows, []string{u.UserID, u.Name, numbers(u.Department)})
		}
		return t
	})
}

// everywhere fetches from one department, or from it and all below, with each
// member once.
func everywhere[T any](ctx context.Context, s *session, w *wecom.Client, in within, fetch func(*wecom.Client, int64) ([]T, error), id func(T) string) ([]T, error) {
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
	p := s.progress(ctx, int64(len(departments)))
	defer p.end()
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
			p.set(int64(i + 1))
		}
	}
	return all, nil
}

type userFind struct {
	Mobile string `xor:"by" required:"" help:"Mobile number."`
	Email  string `xor:"by" required:"" help:"E-mail address."`
	Own    bool   `help:"The e-mail address is the member's own rather than the company's."`
}

// Run finds a member.
func (c *userFind) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (string, error) {
		if c.Mobile != "" {
			return w.Users.GetUserIDByMobile(ctx, c.Mobile)
		}
		kind := 1
		if c.Own {
			kind = 2
		}
		return w.Users.GetUserIDByEmail(ctx, c.Email, kind)
	}, one)
}

// one is a table of nothing but a value.
func one(value string) table { return table{rows: [][]string{{value}}} }

type userFields struct {
	Name       string  `help:"Name."`
	Department []int64 `short:"d" help:"Departments."`
	Mobile     string  `short:"m" help:"Mobile number."`
	Email      string  `short:"e" help:"E-mail address."`
	Position   string  `help:"Position."`
}

func (f *userFields) fields(id string) wecom.UserFields {
	return wecom.UserFields{UserID: id, Name: f.Name, Department: f.Department, Mobile: f.Mobile, Email: f.Email, Position: f.Position}
}

type userCreate struct {
	UserID string `arg:"" name:"userid"`
	userFields
}

// Run adds a member.
func (c *userCreate) Run(ctx context.Context, s *session) error {
	f := c.fields(c.UserID)
	if len(f.Department) == 0 {
		f.Department = []int64{wecom.RootDepartment}
	}
	return change(s, func(w *wecom.Client) error { return w.Users.Create(ctx, f) }, "added "+c.UserID)
}

type userUpdate struct {
	UserID string `arg:"" name:"userid"`
	userFields
}

// Run changes a member.
func (c *userUpdate) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error { return w.Users.Update(ctx, c.fields(c.UserID)) }, "changed "+c.UserID)
}

type userDelete struct {
	UserIDs []string `arg:"" name:"userid"`
}

// Run removes members.
func (c *userDelete) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error {
		if len(c.UserIDs) == 1 {
			return w.Users.Delete(ctx, c.UserIDs[0])
		}
		return w.Users.BatchDelete(ctx, c.UserIDs...)
	}, "removed "+strings.Join(c.UserIDs, ", "))
}

type userOpenID struct {
	UserID string `arg:"" name:"userid"`
}

// Run converts a userid.
func (c *userOpenID) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (string, error) { return w.Users.ConvertToOpenID(ctx, c.UserID) }, one)
}

type fromOpenID struct {
	OpenID string `arg:"" name:"openid"`
}

// Run converts an openid.
func (c *fromOpenID) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (string, error) { return w.Users.ConvertToUserID(ctx, c.OpenID) }, one)
}
