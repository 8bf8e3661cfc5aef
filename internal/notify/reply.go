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

// Limits of a reply. WeCom's text messages have at most 2,048 bytes
// (https://developer.work.weixin.qq.com/document/path/90236).
const (
	replyDays          = 7
	maxReplyInterviews = 8
	maxReplyBytes      = 2048
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
	list, next, err := s.Interview.List(ctx, interviewerActor(args.CorpID, userID), interview.Filter{
		Mine: true, From: now, To: now.Add(replyDays * 24 * time.Hour),
		States: []interview.State{interview.Scheduled, interview.InProgress},
		Page:   pagination.Page{Limit: maxReplyInterviews},
	})
	if err != nil {
		return err
	}
	lines := make([]string, 0, len(list))
	for _, i := range list {
		line := timeRange(lang, i, s.Account.Corp.TimeZone) + "\n" +
			`<a href="` + s.PublicURL + "/interviews/" + i.ID + `">` + escapeMarkup(truncateText(i.Title, 40)) + "</a>"
		if i.HasDeclined(userID) { // listed because the sender is its organizer
			line += i18n.T(lang, "notify.reply.declined", nil)
		}
		lines = append(lines, line)
	}
	if len(list) == 0 {
		lines = append(lines, i18n.T(lang, "notify.reply.none", nil))
	}
	head := i18n.T(lang, "notify.reply.help", nil) + "\n"
	more := `<a href="` + s.PublicURL + `/interviews">` + i18n.T(lang, "notify.reply.more", nil) + "</a>"
	content := joinLines(head, lines, more, next != "")
	_, err = s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{userID}, Text: &wecom.Text{Content: content},
	})
	if err != nil && !isRetryable(err) {
		return job.Cancel(err)
	}
	return err
}

// joinLines joins the head and as many lines as maxReplyBytes permits. When lines are
// left out, or truncated is set, it ends with more.
func joinLines(head string, lines []string, more string, truncated bool) string {
	out := head
	for n, line := range lines {
		rest := len("\n") + len(more)
		if n == len(lines)-1 && !truncated {
			rest = 0
		}
		if len(out)+len("\n")+len(line)+rest > maxReplyBytes {
			truncated = true
			break
		}
		out += "\n" + line
	}
	if truncated {
		out += "\n" + more
	}
	return out
}

// escapeMarkup replaces angle brackets and line breaks, so that WeCom does not
// interpret a title as a link.
func escapeMarkup(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "\n", " ").Replace(s)
}
