package app

import (
	"context"

	"github.com/huimian/huimian/internal/member"
)

// warnAboutSettings logs settings that are valid and probably wrong.
func (a *App) warnAboutSettings(ctx context.Context) {
	for _, v := range UnknownVariables() {
		a.log.WarnContext(ctx, "environment variable is not a setting and is ignored", "name", v.Name, "similar", v.Suggestion)
	}
	if err := a.warnAboutAdministrators(ctx); err != nil {
		a.log.WarnContext(ctx, "checking the administrators failed", "error", err)
	}
}

// warnAboutAdministrators logs that there is no administrator, or that configured
// ones are not among the contacts. Before the first synchronization there are no
// contacts to compare with.
func (a *App) warnAboutAdministrators(ctx context.Context) error {
	corpID := a.Config.WeCom.CorpID
	administrators, err := a.Accounts.AdministratorsOf(ctx, corpID)
	if err != nil {
		return err
	}
	if len(a.Config.Administrators) == 0 && len(administrators) == 0 {
		a.log.WarnContext(ctx, "there is no administrator: set HUIMIAN_ADMINISTRATORS to the userid of a member")
		return nil
	}
	state, err := a.Accounts.GetSyncState(ctx, corpID)
	if err != nil || state.Members == 0 {
		return err
	}
	known := map[string]bool{}
	for _, userID := range administrators {
		known[member.FoldUserID(userID)] = true
	}
	for _, userID := range a.Config.Administrators {
		if !known[member.FoldUserID(userID)] {
			a.log.WarnContext(ctx, "a member of HUIMIAN_ADMINISTRATORS is not in the application's visible range", "userId", userID)
		}
	}
	return nil
}
