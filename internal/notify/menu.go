package notify

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/chatintent"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
)

// menuInterval is the interval of the job that creates the menu of the application.
const menuInterval = 24 * time.Hour

// codeNoMenu is WeCom's errcode for an application without a menu
// (https://developer.work.weixin.qq.com/document/path/90313).
const codeNoMenu = 46003

// MenuArgs is the job that creates the menu of the application if it has none.
type MenuArgs struct{}

// Kind implements job.Args.
func (MenuArgs) Kind() string { return "notify_menu" }

// createMenu creates the menu of the application. One that exists, such as an
// administrator's own, remains. All members have the same menu, in the default language.
func (s *Service) createMenu(ctx context.Context, _ MenuArgs, _ job.Attempt) error {
	_, err := s.Client.Menu.Get(ctx)
	if wecom.IsCode(err, codeNoMenu) {
		err = s.Client.Menu.Create(ctx, newMenu(s.PublicURL)...)
		if err == nil {
			s.Logger.InfoContext(ctx, "created the menu of the application")
		}
	}
	if err != nil && !isRetryable(err) {
		s.Logger.WarnContext(ctx, "the menu of the application could not be created", "error", err)
		return nil // the next period is another attempt
	}
	return err
}

func newMenu(publicURL string) []wecom.MenuButton {
	text := func(id string) string { return i18n.T(i18n.DefaultLanguage, "notify.menu."+id, nil) }
	return []wecom.MenuButton{
		{Name: text("today"), Type: wecom.MenuClick, Key: chatintent.MenuToday},
		{Name: text("scorecards"), Type: wecom.MenuClick, Key: chatintent.MenuScorecards},
		{Name: text("new"), Type: wecom.MenuView, URL: publicURL + "/interviews/new"}, // the page redirects interviewers
	}
}
