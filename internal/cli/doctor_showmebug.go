package cli

import (
	"context"

	"github.com/huimian/huimian/showmebug"
)

// showMeBug asks for the team with the credentials that are set here. Those
// entered on the settings page were tested there.
func (p *patient) showMeBug(ctx context.Context) outcome {
	c := p.ShowMeBug
	if c.ClientID == "" {
		return found(stateSkip, "showmebug.none")
	}
	client, err := showmebug.New(showmebug.Config{ClientID: c.ClientID, ClientSecret: showmebug.Secret(c.ClientSecret),
		BaseURL: c.BaseURL, Compat: c.Compat(), Timeout: checkTime / 2})
	if err != nil {
		return found(stateFail, "showmebug.settings", "Error", plain(err))
	}
	team, err := client.Team.Me(ctx, showmebug.MemberSearch{})
	switch showmebug.ClassOf(err) {
	case showmebug.ClassNetwork, showmebug.ClassRetry, showmebug.ClassLimit:
		return found(stateFail, "showmebug.unreachable", "Error", plain(err))
	case showmebug.ClassConfig, showmebug.ClassToken:
		return found(stateFail, "showmebug.settings", "Error", plain(err))
	}
	switch {
	case err != nil:
		return found(stateFail, "showmebug.refused", "Error", plain(err))
	case team.LeftQuota != nil && *team.LeftQuota <= 0:
		return found(stateWarn, "showmebug.quota", "Team", team.Name)
	}
	return found(stateOK, "showmebug.ok", "Team", team.Name)
}
