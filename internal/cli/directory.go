package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type departmentCommands struct {
	List   departmentList   `cmd:"" help:"A department and all below it."`
	Get    departmentGet    `cmd:"" help:"One department."`
	Create departmentCreate `cmd:"" help:"Add a department (secret of the contact sync helper)."`
	Update departmentUpdate `cmd:"" help:"Change a department (secret of the contact sync helper)."`
	Delete departmentDelete `cmd:"" help:"Remove a department (secret of the contact sync helper)."`
}

type departmentList struct {
	ID int64 `arg:"" optional:"" help:"Department; all that the application may see when left out."`
}

// Run lists departments.
func (c *departmentList) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]wecom.Department, error) { return w.Departments.List(ctx, c.ID) }, departmentTable)
}

func departmentTable(list []wecom.Department) table {
	t := table{head: []string{"ID", "PARENT", "NAME", "LEADERS"}}
	for _, d := range list {
		t.rows = append(t.rows, []string{number(d.ID), number(d.ParentID), d.Name, strings.Join(d.Leaders, ",")})
	}
	return t
}

type departmentGet struct {
	ID int64 `arg:""`
}

// Run shows one department.
func (c *departmentGet) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (*wecom.Department, error) { return w.Departments.Get(ctx, c.ID) }, func(d *wecom.Department) table {
		return departmentTable([]wecom.Department{*d})
	})
}

type departmentCreate struct {
	Name   string `arg:""`
	Parent int64  `short:"p" default:"1" help:"The department above."`
	ID     int64  `help:"Its id; WeCom chooses when left out."`
	Order  *int64 `short:"o" help:"Larger comes first."`
}

// Run adds a department and prints its id.
func (c *departmentCreate) Run(ctx context.Context, s *session) error {
	f := wecom.DepartmentFields{ID: c.ID, Name: c.Name, ParentID: c.Parent, Order: c.Order}
	return run(s, func(w *wecom.Client) (int64, error) { return w.Departments.Create(ctx, f) }, func(id int64) table { return one(number(id)) })
}

type departmentUpdate struct {
	ID     int64  `arg:""`
	Name   string `arg:"" optional:""`
	Parent int64  `short:"p" help:"The department above."`
	Order  *int64 `short:"o" help:"Larger comes first."`
}

// Run changes a department.
func (c *departmentUpdate) Run(ctx context.Context, s *session) error {
	f := wecom.DepartmentFields{ID: c.ID, Name: c.Name, ParentID: c.Parent, Order: c.Order}
	return change(s, func(w *wecom.Client) error { return w.Departments.Update(ctx, f) }, "changed department "+number(c.ID))
}

type departmentDelete struct {
	ID int64 `arg:""`
}

// Run removes a department.
func (c *departmentDelete) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error { return w.Departments.Delete(ctx, c.ID) }, "removed department "+number(c.ID))
}

type tagCommands struct {
	List   tagList   `cmd:"" help:"All tags."`
	Get    tagGet    `cmd:"" help:"Who has a tag."`
	Create tagCreate `cmd:"" help:"Add a tag."`
	Rename tagRename `cmd:"" help:"Rename a tag."`
	Delete tagDelete `cmd:"" help:"Remove a tag."`
	Add    tagAdd    `cmd:"" help:"Give a tag to members and departments."`
	Remove tagRemove `cmd:"" help:"Take a tag from members and departments."`
}

type tagList struct{}

// Run lists tags.
func (*tagList) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]wecom.Tag, error) { return w.Tags.List(ctx) }, func(list []wecom.Tag) table {
		t := table{head: []string{"ID", "NAME"}}
		for _, tag := range list {
			t.rows = append(t.rows, []string{number(tag.ID), tag.Name})
		}
		return t
	})
}

type tagGet struct {
	ID int64 `arg:""`
}

// Run shows who has a tag.
func (c *tagGet) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (*wecom.TagMembers, error) { return w.Tags.GetMembers(ctx, c.ID) }, func(m *wecom.TagMembers) table {
		t := table{head: []string{"KIND", "ID", "NAME"}}
		for _, u := range m.Users {
			t.rows = append(t.rows, []string{"member", u.UserID, u.Name})
		}
		for _, d := range m.Departments {
			t.rows = append(t.rows, []string{"department", number(d), ""})
		}
		return t
	})
}

type tagCreate struct {
	Name string `arg:""`
	ID   int64  `help:"Its id; WeCom chooses when left out."`
}

// Run adds a tag and prints its id.
func (c *tagCreate) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (int64, error) { return w.Tags.Create(ctx, c.Name, c.ID) }, func(id int64) table { return one(number(id)) })
}

type tagRename struct {
	ID   int64  `arg:""`
	Name string `arg:""`
}

// Run renames a tag.
func (c *tagRename) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error { return w.Tags.Rename(ctx, c.ID, c.Name) }, "renamed tag "+number(c.ID))
}

type tagDelete struct {
	ID int64 `arg:""`
}

// Run removes a tag.
func (c *tagDelete) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error { return w.Tags.Delete(ctx, c.ID) }, "removed tag "+number(c.ID))
}

type tagged struct {
	ID          int64    `arg:""`
	Users       []string `name:"user" short:"u" help:"Members."`
	Departments []int64  `name:"department" short:"d" help:"Departments."`
}

func tagChangeTable(c *wecom.TagMembersResult) table {
	if len(c.InvalidUsers)+len(c.InvalidDepartments) == 0 {
		return one("done")
	}
	return pairs("not taken, members", strings.Join(c.InvalidUsers, ","), "not taken, departments", numbers(c.InvalidDepartments))
}

type tagAdd struct{ tagged }

// Run gives a tag.
func (c *tagAdd) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (*wecom.TagMembersResult, error) {
		return w.Tags.AddMembers(ctx, c.ID, c.Users, c.Departments)
	}, tagChangeTable)
}

type tagRemove struct{ tagged }

// Run takes a tag.
func (c *tagRemove) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (*wecom.TagMembersResult, error) {
		return w.Tags.RemoveMembers(ctx, c.ID, c.Users, c.Departments)
	}, tagChangeTable)
}
