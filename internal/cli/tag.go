package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type tagCommands struct {
	List   tagList   `cmd:"" help:"All tags."`
	Get    tagGet    `cmd:"" help:"Members and departments with a tag."`
	Create tagCreate `cmd:"" help:"Create a tag."`
	Rename tagRename `cmd:"" help:"Rename a tag."`
	Delete tagDelete `cmd:"" help:"Delete a tag."`
	Add    tagAdd    `cmd:"" help:"Add a tag to members and departments."`
	Remove tagRemove `cmd:"" help:"Remove a tag from members and departments."`
}

type tagList struct{}

func (*tagList) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]wecom.Tag, error) { return w.Tags.List(ctx) }, func(list []wecom.Tag) table {
		t := table{head: []string{"ID", "NAME"}}
		for _, tag := range list {
			t.rows = append(t.rows, []string{formatInt(tag.ID), tag.Name})
		}
		return t
	})
}

type tagGet struct {
	ID int64 `arg:""`
}

func (c *tagGet) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.TagMembers, error) { return w.Tags.GetMembers(ctx, c.ID) }, func(m *wecom.TagMembers) table {
		t := table{head: []string{"KIND", "ID", "NAME"}}
		for _, u := range m.Users {
			t.rows = append(t.rows, []string{"member", u.UserID, u.Name})
		}
		for _, d := range m.Departments {
			t.rows = append(t.rows, []string{"department", formatInt(d), ""})
		}
		return t
	})
}

type tagCreate struct {
	Name string `arg:""`
	ID   int64  `help:"Tag id; default: chosen by WeCom."`
}

// Run prints the id of the new tag.
func (c *tagCreate) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (int64, error) { return w.Tags.Create(ctx, c.Name, c.ID) }, func(id int64) table { return singleCellTable(formatInt(id)) })
}

type tagRename struct {
	ID   int64  `arg:""`
	Name string `arg:""`
}

func (c *tagRename) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Tags.Rename(ctx, c.ID, c.Name) }, "renamed tag "+formatInt(c.ID))
}

type tagDelete struct {
	ID int64 `arg:""`
}

func (c *tagDelete) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Tags.Delete(ctx, c.ID) }, "removed tag "+formatInt(c.ID))
}

type tagTargetFlags struct {
	ID          int64    `arg:""`
	Users       []string `name:"user" short:"u" help:"Members."`
	Departments []int64  `name:"department" short:"d" help:"Departments."`
}

func tagChangeTable(c *wecom.TagMembersResult) table {
	if len(c.InvalidUsers)+len(c.InvalidDepartments) == 0 {
		return singleCellTable("done")
	}
	return keyValueTable("not taken, members", strings.Join(c.InvalidUsers, ","), "not taken, departments", formatInts(c.InvalidDepartments))
}

type tagAdd struct{ tagTargetFlags }

func (c *tagAdd) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.TagMembersResult, error) {
		return w.Tags.AddMembers(ctx, c.ID, c.Users, c.Departments)
	}, tagChangeTable)
}

type tagRemove struct{ tagTargetFlags }

func (c *tagRemove) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.TagMembersResult, error) {
		return w.Tags.RemoveMembers(ctx, c.ID, c.Users, c.Departments)
	}, tagChangeTable)
}
