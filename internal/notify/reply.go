package notify

import (
	"context"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/wecom"
)

// Limits of a reply. WeCom's text messages have at most 2,048 bytes.
const (
	replyDays          = 7
	maxReplyInterviews = 8
)

// replyWithInterviews replies to a text message with the sender's interviews of the next
// replyDays days.
func (s *Service) replyWithInterviews(ctx context.Context, args ReplyArgs, _ job.Attempt) error {
	userID, err := s.Account.CanonicalUserID(ctx, args.CorpID, args.UserID)
	if err != nil {
		return err
	}
	lang, err := s.languageOf(ctx, args.CorpID, userID)
	if err != nil {
		return err
	}
	now := s.Now()
	list, _, err := s.Interview.List(ctx, interviewerActor(args.CorpID, userID), interview.Filter{
		Mine: true, From: now, To: now.Add(replyDays * 24 * time.Hour),
		States: []interview.State{interview.Scheduled, interview.InProgress},
		Page:   pagination.Page{Limit: maxReplyInterviews},
	})
	if err != nil {
		return err
	}
	lines := []string{i18n.T(lang, "notify.reply.help", nil), ""}
	if len(list) == 0 {
		lines = append(lines, i18n.T(lang, "notify.reply.none", nil))
	}
	for _, i := range list {
		lines = append(lines, timeRange(lang, i, s.Account.Corp.TimeZone), `<a href="`+s.PublicURL+"/interviews/"+i.ID+`">`+escapeMarkup(truncateText(i.Title, 40))+"</a>")
	}
	_, err = s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{userID}, Text: &wecom.Text{Content: strings.Join(lines, "\n")},
	})
	if err != nil && !isRetryable(err) {
		return job.Cancel(err)
	}
	return err
}

// escapeMarkup replaces angle brackets and line breaks, so that WeCom does not
// interpret a title as a link.
func escapeMarkup(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "\n", " ").Replace(s)
}
