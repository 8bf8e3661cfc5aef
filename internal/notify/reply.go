package notify

import (
	"context"
	"strings"

	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/chatintent"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
)

// maxReplyBytes is the limit of WeCom's text messages
// (https://developer.work.weixin.qq.com/document/path/90236).
const maxReplyBytes = 2048

// replyFormat writes answers as texts of the application: WeCom interprets links in them, and no
// other markup.
var replyFormat = chatanswer.Format{
	MaxBytes: maxReplyBytes, Introduction: "notify.reply.help", Link: link, Escape: escapeMarkup,
	Line: func(time, link, note string) string { return time + "\n" + link + note },
	More: func(link string) string { return link },
}

// replyArgsFor returns the job that replies to a text message or to a button of the menu,
// nil if there is no reply.
func replyArgsFor(corpID, userID, text, menuKey string) job.Args {
	if menuKey != "" {
		if _, known := chatintent.OfMenu(menuKey); !known {
			return nil
		}
	}
	if len(text) > chatintent.MaxText {
		text = ""
	}
	return ReplyArgs{CorpID: corpID, UserID: userID, Text: text, MenuKey: menuKey}
}

// replyToMember sends the answer to a text message or a menu button.
func (s *Service) replyToMember(ctx context.Context, args ReplyArgs, attempt job.Attempt) error {
	who, err := s.Answers.FindAsker(ctx, args.CorpID, args.UserID)
	if err != nil {
		return err
	}
	intent, ofMenu := chatintent.OfMenu(args.MenuKey)
	if !ofMenu {
		intent = who.ParseIntent(args.Text)
	}
	content, err := s.Answers.Answer(ctx, who, intent, replyFormat)
	if err != nil {
		return err
	}
	_, err = s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{who.UserID}, Text: &wecom.Text{Content: content},
	})
	if err == nil {
		return nil
	}
	if retry := s.retryError(err, attempt); retry != nil {
		return retry
	}
	return job.Cancel(err)
}

func link(address, text string) string { return `<a href="` + address + `">` + text + "</a>" }

// escapeMarkup replaces angle brackets and line breaks, so that WeCom does not
// interpret a title as a link.
func escapeMarkup(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "\n", " ").Replace(s)
}
