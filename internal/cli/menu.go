package cli

import (
	"cmp"
	"context"
	"strconv"

	"github.com/huimian/huimian/wecom"
)

type menuCommands struct {
	Get    menuGet    `cmd:"" help:"Show the menu."`
	Create menuCreate `cmd:"" help:"Create the menu, replacing the present one."`
	Delete menuDelete `cmd:"" help:"Remove the menu."`
}

type menuDocument struct {
	Button []wecom.MenuButton `json:"button"`
}

type menuGet struct{}

// Run prints the menu. The JSON output is valid input of menu create.
func (*menuGet) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (menuDocument, error) {
		buttons, err := w.Menu.Get(ctx)
		return menuDocument{buttons}, err
	}, func(m menuDocument) table {
		t := table{head: []string{"NAME", "TYPE", "KEY OR PAGE"}}
		for _, b := range m.Button {
			t.rows = append(t.rows, menuTableRow("", b))
			for _, sub := range b.SubButton {
				t.rows = append(t.rows, menuTableRow("  ", sub))
			}
		}
		return t
	})
}

func menuTableRow(indent string, b wecom.MenuButton) []string {
	return []string{indent + b.Name, b.Type, cmp.Or(b.Key, cmp.Or(b.URL, b.PagePath))}
}

type menuCreate struct {
	Menu string `arg:"" help:"{\"button\":[…]} as printed by menu get --json: JSON, @file, or - for standard input."`
}

func (c *menuCreate) Run(ctx context.Context, s *session) error {
	var m menuDocument
	if err := s.readJSONArgument(c.Menu, &m); err != nil {
		return err
	}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Menu.Create(ctx, m.Button...) }, strconv.Itoa(len(m.Button))+" buttons")
}

type menuDelete struct{}

func (*menuDelete) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Menu.Delete(ctx) }, "removed")
}
