package chatanswer

import (
	"context"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/chatintent"
)

// AnswerInGroup returns the answer to a text in a group chat, whose members WeCom does not name: others
// than the asker read it. It contains no name, title or time of an interview, and nothing about the
// asker. A recruiter gets the number of the company's interviews; the link opens a page that shows each
// reader what this reader may see. The answer about a candidate does not depend on whether there is one.
// See ADR 0053.
func (s *Service) AnswerInGroup(ctx context.Context, who *Asker, intent chatintent.Intent, f Format) (string, error) {
	open := func(path string) string { return f.Link(s.PublicURL+path, who.translate("group_open")) }
	private := f.formatText(who.translate("group_private")) + "\n"
	switch intent.Kind {
	case chatintent.OnDays:
		if !who.May(actor.ReadInterviews) {
			return private + open(interviewsPath), nil
		}
		a, err := s.findDays(ctx, who, intent.Days)
		if err != nil {
			return "", err
		}
		if len(a.list) == 0 {
			return f.formatText(a.none), nil
		}
		return f.formatText(who.translateCount("group_days", who.formatDays(intent.Days), a.countFrom(0))) + "\n" + open(interviewsPath), nil
	case chatintent.Scorecards:
		return private + open(startPath), nil
	case chatintent.Candidate:
		return private + open(searchPath(intent.Name)), nil
	case chatintent.Help, chatintent.Other:
	}
	return f.formatText(who.translate("group_help")), nil
}
