package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type departmentCommands struct {
	List   departmentList   `cmd:"" help:"A department and its subdepartments."`
	Get    departmentGet    `cmd:"" help:"One department."`
	Create departmentCreate `cmd:"" help:"Add a department (secret of the contact sync helper)."`
	Update departmentUpdate `cmd:"" help:"Update a department (secret of the contact sync helper)."`
	Delete departmentDelete `cmd:"" help:"Delete a department (secret of the contact sync helper)."`
}

type departmentList struct {
	ID int64 `arg:"" optional:"" help:"Department; default: all departments visible to the application."`
}

func (c *departmentList) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]wecom.Department, error) { return w.Departments.List(ctx, c.ID) }, departmentTable)
}

func departmentTable(list []wecom.Department) table {
	t := table{head: []string{"ID", "PARENT", "NAME", "LEADERS"}}
	for _, d := range list {
		t.rows = append(t.rows, []string{formatInt(d.ID), formatInt(d.ParentID), d.Name, strings.Join(d.Leaders, ",")})
	}
	return t
}

type departmentGet struct {
	ID int64 `arg:""`
}

func (c *departmentGet) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.Department, error) { return w.Departments.Get(ctx, c.ID) }, func(d *wecom.Department) table {
		return departmentTable([]wecom.Department{*d})
	})
}

type departmentCreate struct {
	Name   string `arg:""`
	Parent int64  `short:"p" default:"1" help:"Parent department."`
	ID     int64  `help:"Department id; default: chosen by WeCom."`
	Order  *int64 `short:"o" help:"Sort order; larger numbers come first."`
}

// Run prints the id of the new department.
func (c *departmentCreate) Run(ctx context.Context, s *session) error {
	f := wecom.DepartmentFields{ID: c.ID, Name: c.Name, ParentID: c.Parent, Order: c.Order}
	return callAndPrint(s, func(w *wecom.Client) (int64, error) { return w.Departments.Create(ctx, f) }, func(id int64) table { return singleCellTable(formatInt(id)) })
}

type departmentUpdate struct {
	ID     int64  `arg:""`
	Name   string `arg:"" optional:""`
	Parent int64  `short:"p" help:"Parent department."`
	Order  *int64 `short:"o" help:"Sort order; larger numbers come first."`
}

func (c *departmentUpdate) Run(ctx context.Context, s *session) error {
	f := wecom.DepartmentFields{ID: c.ID, Name: c.Name, ParentID: c.Parent, Order: c.Order}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Departments.Update(ctx, f) }, "changed department "+formatInt(c.ID))
}

type departmentDelete struct {
	ID int64 `arg:""`
}

func (c *departmentDelete) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Departments.Delete(ctx, c.ID) }, "removed department "+formatInt(c.ID))
}
