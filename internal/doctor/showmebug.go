package doctor

import (
	"context"

	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/showmebug"
)

// checkShowMeBug fetches the team with the credentials of the environment.
// Credentials entered on the settings page are tested when they are saved.
func (p *installation) checkShowMeBug(ctx context.Context) systemstatus.Result {
	c := p.ShowMeBug
	if c.ClientID == "" {
		return systemstatus.NewResult(systemstatus.Skip, "showmebug.none")
	}
	client, err := showmebug.New(showmebug.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		BaseURL: c.BaseURL, Compat: c.Compat(), Timeout: checkTimeout / 2})
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "showmebug.settings", "Error", errorWithoutURL(err))
	}
	team, err := client.Team.Me(ctx, showmebug.MemberSearch{})
	switch showmebug.ClassOf(err) {
	case showmebug.ClassNetwork, showmebug.ClassRetry, showmebug.ClassLimit:
		return systemstatus.NewResult(systemstatus.Fail, "showmebug.unreachable", "Error", errorWithoutURL(err))
	case showmebug.ClassConfig, showmebug.ClassToken:
		return systemstatus.NewResult(systemstatus.Fail, "showmebug.settings", "Error", errorWithoutURL(err))
	}
	switch {
	case err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "showmebug.refused", "Error", errorWithoutURL(err))
	case team.LeftQuota != nil && *team.LeftQuota <= 0:
		return systemstatus.NewResult(systemstatus.Warn, "showmebug.quota", "Team", team.Name)
	}
	return systemstatus.NewResult(systemstatus.OK, "showmebug.ok", "Team", team.Name)
}
