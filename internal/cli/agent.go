package cli

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type agentCommands struct {
	Get  agentGet  `cmd:"" help:"Settings and visible range of the application."`
	List agentList `cmd:"" help:"Applications that the secret sees."`
	Set  agentSet  `cmd:"" help:"Change settings of the application."`
}

// agentView is the application as scripts read it.
type agentView struct {
	AgentID        int64    `json:"agentid"`
	Name           string   `json:"name"`
	Description    string   `json:"description"`
	HomeURL        string   `json:"home_url"`
	RedirectDomain string   `json:"redirect_domain"`
	Closed         bool     `json:"closed"`
	ReportEnter    bool     `json:"isreportenter"`
	AllowUsers     []string `json:"allow_users"`
	AllowParties   []int64  `json:"allow_partys"`
	AllowTags      []int64  `json:"allow_tags"`
}

type agentGet struct{}

// Run shows the application.
func (*agentGet) Run(ctx context.Context, s *session) error {
	w, err := s.appClient()
	if err != nil {
		return err
	}
	a, err := w.Agent.Get(ctx)
	if err != nil {
		return err
	}
	v := agentView{a.AgentID, a.Name, a.Description, a.HomeURL, a.RedirectDomain, a.Closed, a.ReportEnter,
		filled(a.AllowUsers), filled(a.AllowParties), filled(a.AllowTags)}
	return s.show(v, pairs("agentid", number(a.AgentID), "name", a.Name, "description", a.Description, "home page", a.HomeURL,
		"trusted domain", a.RedirectDomain, "closed", yes(a.Closed), "reports entering", yes(a.ReportEnter),
		"visible to members", strings.Join(a.AllowUsers, ","), "visible to departments", numbers(a.AllowParties), "visible to tags", numbers(a.AllowTags)))
}

// filled is a list that JSON shows as [] rather than null.
func filled[T any](list []T) []T { return append([]T{}, list...) }

type agentList struct{}

// Run lists applications.
func (*agentList) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]wecom.SimpleAgent, error) { return w.Agent.List(ctx) }, func(list []wecom.SimpleAgent) table {
		t := table{head: []string{"AGENTID", "NAME"}}
		for _, a := range list {
			t.rows = append(t.rows, []string{number(a.AgentID), a.Name})
		}
		return t
	})
}

type agentSet struct {
	Name        string `help:"Name."`
	Description string `help:"Description, 4 to 120 characters."`
	HomeURL     string `name:"home" help:"Page that the workbench opens."`
	Domain      string `help:"Trusted domain."`
	Logo        string `placeholder:"MEDIA-ID" help:"An uploaded picture."`
}

// Run changes the application.
func (c *agentSet) Run(ctx context.Context, s *session) error {
	settings := wecom.AgentSettings{Name: c.Name, Description: c.Description, HomeURL: c.HomeURL, RedirectDomain: c.Domain, LogoMediaID: c.Logo}
	if settings == (wecom.AgentSettings{}) {
		return usagef("nothing is to be changed: name a setting")
	}
	return change(s, func(w *wecom.Client) error { return w.Agent.Set(ctx, settings) }, "changed")
}

type menuCommands struct {
	Get    menuGet    `cmd:"" help:"Show the menu."`
	Create menuCreate `cmd:"" help:"Make the menu, in place of the one there is."`
	Delete menuDelete `cmd:"" help:"Remove the menu."`
}

type menu struct {
	Button []wecom.MenuButton `json:"button"`
}

type menuGet struct{}

// Run shows the menu. Its JSON is what create takes.
func (*menuGet) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (menu, error) {
		buttons, err := w.Menu.Get(ctx)
		return menu{buttons}, err
	}, func(m menu) table {
		t := table{head: []string{"NAME", "TYPE", "KEY OR PAGE"}}
		for _, b := range m.Button {
			t.rows = append(t.rows, menuRow("", b))
			for _, sub := range b.SubButton {
				t.rows = append(t.rows, menuRow("  ", sub))
			}
		}
		return t
	})
}

func menuRow(indent string, b wecom.MenuButton) []string {
	return []string{indent + b.Name, b.Type, orText(b.Key, orText(b.URL, b.PagePath))}
}

type menuCreate struct {
	Menu string `arg:"" help:"{\"button\":[…]} as menu get --json shows it: JSON, @file or -."`
}

// Run makes the menu.
func (c *menuCreate) Run(ctx context.Context, s *session) error {
	var m menu
	if err := s.readJSON(c.Menu, &m); err != nil {
		return err
	}
	return change(s, func(w *wecom.Client) error { return w.Menu.Create(ctx, m.Button...) }, strconv.Itoa(len(m.Button))+" buttons")
}

type menuDelete struct{}

// Run removes the menu.
func (*menuDelete) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error { return w.Menu.Delete(ctx) }, "removed")
}

type externalCommands struct {
	Members externalMembers `cmd:"" help:"Members who may have external contacts."`
	List    externalList    `cmd:"" help:"External contacts of a member."`
	Get     externalGet     `cmd:"" help:"One external contact."`
}

func lines(list []string) table {
	var t table
	for _, v := range list {
		t.rows = append(t.rows, []string{v})
	}
	return t
}

type externalMembers struct{}

// Run lists members.
func (*externalMembers) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]string, error) { return w.ExternalContacts.ListFollowUsers(ctx) }, lines)
}

type externalList struct {
	UserID string `arg:"" name:"userid"`
}

// Run lists external contacts.
func (c *externalList) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]string, error) { return w.ExternalContacts.List(ctx, c.UserID) }, lines)
}

type externalGet struct {
	ID     string `arg:"" name:"external-userid"`
	Cursor string `help:"Where to go on when many members have the contact."`
}

// Run shows an external contact.
func (c *externalGet) Run(ctx context.Context, s *session) error {
	type view struct {
		*wecom.ExternalContact
		Next string `json:"next_cursor,omitempty"`
	}
	return run(s, func(w *wecom.Client) (view, error) {
		contact, next, err := w.ExternalContacts.Get(ctx, c.ID, c.Cursor)
		return view{contact, next}, err
	}, func(v view) table {
		return pairs("external_userid", v.ExternalUserID, "name", v.Name, "company", v.CorpName, "position", v.Position, "next cursor", v.Next)
	})
}

type ipCommands struct {
	Callback callbackIPs `cmd:"" help:"Addresses from which WeCom calls back: let them in."`
	API      apiIPs      `cmd:"" name:"api" help:"Addresses of WeCom's API: let calls out to them."`
}

type callbackIPs struct{}

// Run lists addresses.
func (*callbackIPs) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]string, error) { return w.Server.GetCallbackIPs(ctx) }, lines)
}

type apiIPs struct{}

// Run lists addresses.
func (*apiIPs) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) ([]string, error) { return w.Server.GetAPIDomainIPs(ctx) }, lines)
}

// raw shows an answer of WeCom's as it came.
func (s *session) raw(answer json.RawMessage) error {
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		return wrap("reading the answer", err)
	}
	if m, ok := v.(map[string]any); ok {
		delete(m, "errcode")
		delete(m, "errmsg")
	}
	return encode(s.Out, v)
}
