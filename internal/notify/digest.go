package notify

import (
	"context"
	"strconv"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/digest"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// deliverDigest sends a member the digest of the day with what it contains now.
func (s *Service) deliverDigest(ctx context.Context, m *message.Message) error {
	if m.State != message.Queued && m.State != message.Sending {
		return nil
	}
	if proceed, err := s.applySettings(ctx, m, nil); !proceed || err != nil {
		return err
	}
	who, err := s.Answers.FindAsker(ctx, m.CorpID, m.Recipient)
	if err != nil {
		return err
	}
	c, err := s.Digests.Read(ctx, who.Actor, availability.Date(m.Data.Day))
	if err != nil {
		return err
	}
	if c == nil || c.IsEmpty() {
		return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.overtaken")
	}
	_, err = s.sendAppMessage(ctx, m, &wecom.Message{
		ToUser: wecom.IDList{m.Recipient}, Text: &wecom.Text{Content: s.digestText(who, c)},
		EnableDuplicateCheck: true, DuplicateCheckInterval: duplicateCheckSeconds,
	})
	return err
}

// digestSection is a part of a digest: a heading with the number of its lines, and as many
// lines as a message can contain.
type digestSection struct {
	heading string
	lines   []string
}

// digestText returns the text of a digest. It ends with a link to the start page, which lists
// everything.
func (s *Service) digestText(who *chatanswer.Asker, c *digest.Content) string {
	scorecard := func(i *interview.Interview) string { return chatanswer.PathOf(i) + "/scorecard" }
	sections := []digestSection{
		s.interviewSection(who, "today", c.Today, chatanswer.PathOf), s.interviewSection(who, "overdue", c.Overdue, scorecard), workSection(who, c),
	}
	out, end := "", "\n"+link(s.PublicURL+"/", translateDigest(who.Language, "open", ""))
	for _, section := range sections {
		if len(section.lines) == 0 {
			continue
		}
		for n, line := range append([]string{section.heading}, section.lines...) {
			if n > chatanswer.MaxInterviews && len(section.lines) > chatanswer.MaxInterviews || len(out)+len("\n")+len(line)+len(end) > maxReplyBytes {
				break
			}
			if out != "" {
				out += "\n"
			}
			out += line
		}
	}
	return out + end
}

func (s *Service) interviewSection(who *chatanswer.Asker, id string, list []*interview.Interview, path func(*interview.Interview) string) digestSection {
	section := digestSection{heading: translateDigest(who.Language, id, strconv.Itoa(len(list)))}
	for _, i := range list {
		section.lines = append(section.lines, timetext.FormatRange(who.Language, i, who.TimeZone)+"\n"+
			link(s.PublicURL+path(i), escapeMarkup(truncateText(i.Title, 40)))+" · "+escapeMarkup(truncateText(i.Candidate.Name, 20)))
	}
	return section
}

// workSection lists how many interviews need a recruiter, by reason.
func workSection(who *chatanswer.Asker, c *digest.Content) digestSection {
	section := digestSection{heading: translateDigest(who.Language, "work", "")}
	for _, g := range c.Work {
		section.lines = append(section.lines, translateDigest(who.Language, "work."+string(g.Reason), strconv.Itoa(g.Total)))
	}
	return section
}

func translateDigest(lang, id, value string) string {
	return i18n.T(lang, "notify.digest."+id, map[string]any{"Value": value})
}
