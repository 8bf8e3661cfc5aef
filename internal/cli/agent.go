package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type agentCommands struct {
	Get  agentGet  `cmd:"" help:"Settings and visible range of the application."`
	List agentList `cmd:"" help:"Applications visible to the secret."`
	Set  agentSet  `cmd:"" help:"Change settings of the application."`
}

// agentOutput is the JSON output of agent get.
type agentOutput struct {
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

func (*agentGet) Run(ctx context.Context, s *session) error {
	w, err := s.newAppClient()
	if err != nil {
		return err
	}
	a, err := w.Agent.Get(ctx)
	if err != nil {
		return err
	}
	v := agentOutput{a.AgentID, a.Name, a.Description, a.HomeURL, a.RedirectDomain, a.Closed, a.ReportEnter,
		nonNilSlice(a.AllowUsers), nonNilSlice(a.AllowParties), nonNilSlice(a.AllowTags)}
	return s.printResult(v, keyValueTable("agentid", formatInt(a.AgentID), "name", a.Name, "description", a.Description, "home page", a.HomeURL,
		"trusted domain", a.RedirectDomain, "closed", yesOrEmpty(a.Closed), "reports entering", yesOrEmpty(a.ReportEnter),
		"visible to members", strings.Join(a.AllowUsers, ","), "visible to departments", formatInts(a.AllowParties), "visible to tags", formatInts(a.AllowTags)))
}

// nonNilSlice returns a copy that JSON encodes as [] instead of null.
func nonNilSlice[T any](list []T) []T { return append([]T{}, list...) }

type agentList struct{}

func (*agentList) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]wecom.SimpleAgent, error) { return w.Agent.List(ctx) }, func(list []wecom.SimpleAgent) table {
		t := table{head: []string{"AGENTID", "NAME"}}
		for _, a := range list {
			t.rows = append(t.rows, []string{formatInt(a.AgentID), a.Name})
		}
		return t
	})
}

type agentSet struct {
	Name        string `help:"Name."`
	Description string `help:"Description, 4 to 120 characters."`
	HomeURL     string `name:"home" help:"Home page in the workbench."`
	Domain      string `help:"Trusted domain."`
	Logo        string `placeholder:"MEDIA-ID" help:"Media id of an uploaded image."`
}

func (c *agentSet) Run(ctx context.Context, s *session) error {
	settings := wecom.AgentSettings{Name: c.Name, Description: c.Description, HomeURL: c.HomeURL, RedirectDomain: c.Domain, LogoMediaID: c.Logo}
	if settings == (wecom.AgentSettings{}) {
		return usageErrorf("nothing to change: pass at least one setting")
	}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Agent.Set(ctx, settings) }, "changed")
}
