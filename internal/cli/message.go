package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type messageCommands struct {
	Text        messageText     `cmd:"" help:"A text."`
	Markdown    messageMarkdown `cmd:"" help:"A text in WeCom's markdown."`
	Textcard    messageCard     `cmd:"" help:"A card with a link."`
	News        messageNews     `cmd:"" help:"One linked article, or several from JSON."`
	MPNews      messageMPNews   `cmd:"" name:"mpnews" help:"Articles that WeCom keeps, from JSON."`
	Image       messageImage    `cmd:"" help:"A picture."`
	Voice       messageVoice    `cmd:"" help:"A recording (AMR)."`
	Video       messageVideo    `cmd:"" help:"A film (MP4)."`
	File        messageFile     `cmd:"" help:"A file."`
	MiniProgram messageMini     `cmd:"" name:"miniprogram" help:"A notice of a mini program, from JSON."`
	Card        messageTemplate `cmd:"" help:"A template card of any of the five kinds, from JSON."`
	Send        messageSend     `cmd:"" help:"A whole message, from JSON as WeCom's pages show it."`
	UpdateCard  messageUpdate   `cmd:"" help:"Change a card that was sent."`
	Recall      messageRecall   `cmd:"" help:"Take a message back, within 24 hours."`
}

// addressed says who gets a message and how.
type addressed struct {
	To          []string `short:"t" placeholder:"USERID" help:"Members, separated by commas; @all is everybody who sees the application."`
	Departments []int64  `name:"department" short:"d" help:"Departments with all below them."`
	Tags        []int64  `name:"tag" help:"Tags."`
	Safe        bool     `help:"Not to be shared, with watermark."`
	Once        bool     `help:"WeCom drops the same message within half an hour: sending again is then safe."`
}

// send addresses and sends the message.
func (a *addressed) send(ctx context.Context, s *session, w *wecom.Client, m *wecom.Message) error {
	m.ToUser = append(m.ToUser, a.To...)
	m.ToParty = append(m.ToParty, wecom.NewIDList(a.Departments...)...)
	m.ToTag = append(m.ToTag, wecom.NewIDList(a.Tags...)...)
	if len(m.ToUser)+len(m.ToParty)+len(m.ToTag) == 0 {
		return usagef("nobody is meant: name members with --to, departments with --department or tags with --tag")
	}
	if a.Safe {
		m.Safe = 1
	}
	if a.Once {
		m = m.WithDuplicateCheck()
	}
	r, err := w.Messages.Send(ctx, m)
	if err != nil {
		return err
	}
	return s.show(r, pairs("msgid", r.MsgID, "response_code", r.ResponseCode, "not reached, members", strings.Join(r.InvalidUser, ","),
		"not reached, departments", strings.Join(r.InvalidParty, ","), "not reached, tags", strings.Join(r.InvalidTag, ","),
		"without licence", strings.Join(r.UnlicensedUser, ",")))
}

// deliver is send with the client of the application.
func (a *addressed) deliver(ctx context.Context, s *session, m *wecom.Message) error {
	w, err := s.appClient()
	if err != nil {
		return err
	}
	return a.send(ctx, s, w, m)
}

type messageText struct {
	addressed
	Text string `arg:"" help:"The text; @file or - for the input."`
}

// Run sends a text.
func (c *messageText) Run(ctx context.Context, s *session) error {
	text, err := s.read(c.Text)
	if err != nil {
		return err
	}
	return c.deliver(ctx, s, &wecom.Message{Text: &wecom.Text{Content: string(text)}})
}

type messageMarkdown struct {
	addressed
	Text string `arg:"" help:"The text; @file or - for the input."`
}

// Run sends a markdown text.
func (c *messageMarkdown) Run(ctx context.Context, s *session) error {
	text, err := s.read(c.Text)
	if err != nil {
		return err
	}
	return c.deliver(ctx, s, &wecom.Message{Markdown: &wecom.Markdown{Content: string(text)}})
}

type messageCard struct {
	addressed
	Title       string `arg:""`
	Description string `arg:""`
	URL         string `arg:"" name:"url"`
	Button      string `help:"Text of the link, at most 4 characters."`
}

// Run sends a card with a link.
func (c *messageCard) Run(ctx context.Context, s *session) error {
	return c.deliver(ctx, s, &wecom.Message{TextCard: &wecom.TextCard{Title: c.Title, Description: c.Description, URL: c.URL, ButtonText: c.Button}})
}

type messageNews struct {
	addressed
	Title       string `xor:"source" required:"" help:"Title of the one article."`
	URL         string `name:"url" help:"Its page."`
	Description string `help:"What stands below the title."`
	Picture     string `help:"Address of its picture."`
	JSON        string `name:"articles" xor:"source" required:"" placeholder:"JSON" help:"A list of articles: JSON, @file or -."`
}

// Run sends articles.
func (c *messageNews) Run(ctx context.Context, s *session) error {
	articles := []wecom.Article{{Title: c.Title, Description: c.Description, URL: c.URL, PicURL: c.Picture}}
	if c.JSON != "" {
		if err := s.readJSON(c.JSON, &articles); err != nil {
			return err
		}
	}
	return c.deliver(ctx, s, &wecom.Message{News: &wecom.News{Articles: articles}})
}

type messageMPNews struct {
	addressed
	Articles string `arg:"" help:"A list of articles: JSON, @file or -."`
}

// Run sends articles that WeCom keeps.
func (c *messageMPNews) Run(ctx context.Context, s *session) error {
	var articles []wecom.MPArticle
	if err := s.readJSON(c.Articles, &articles); err != nil {
		return err
	}
	return c.deliver(ctx, s, &wecom.Message{MPNews: &wecom.MPNews{Articles: articles}})
}

type messageMini struct {
	addressed
	Notice string `arg:"" help:"The notice: JSON, @file or -."`
}

// Run sends a notice of a mini program.
func (c *messageMini) Run(ctx context.Context, s *session) error {
	var notice wecom.MiniProgramNotice
	if err := s.readJSON(c.Notice, &notice); err != nil {
		return err
	}
	return c.deliver(ctx, s, &wecom.Message{MiniProgramNotice: &notice})
}

type messageTemplate struct {
	addressed
	Card string `arg:"" help:"The template_card: JSON, @file or -."`
}

// Run sends a template card.
func (c *messageTemplate) Run(ctx context.Context, s *session) error {
	var card wecom.TemplateCard
	if err := s.readJSON(c.Card, &card); err != nil {
		return err
	}
	return c.deliver(ctx, s, &wecom.Message{TemplateCard: &card})
}

type messageSend struct {
	addressed
	Message string `arg:"" help:"The message: JSON, @file or -."`
}

// Run sends a whole message.
func (c *messageSend) Run(ctx context.Context, s *session) error {
	var m wecom.Message
	if err := s.readJSON(c.Message, &m); err != nil {
		return err
	}
	return c.deliver(ctx, s, &m)
}

type messageUpdate struct {
	ResponseCode string   `arg:"" help:"From sending, or from the callback; good once, within 72 hours."`
	Users        []string `short:"t" name:"to" help:"Members; everybody who got the card when left out."`
	Button       string   `xor:"what" required:"" help:"Make the buttons grey, with this text."`
	Card         string   `xor:"what" required:"" placeholder:"JSON" help:"Put another template card in its place: JSON, @file or -."`
}

// Run changes a card.
func (c *messageUpdate) Run(ctx context.Context, s *session) error {
	u := &wecom.CardUpdate{ResponseCode: c.ResponseCode, UserIDs: c.Users, AtAll: wecom.Flag(len(c.Users) == 0)}
	if c.Button != "" {
		u.Button = &wecom.CardButtonUpdate{ReplaceName: c.Button}
	} else {
		u.TemplateCard = &wecom.TemplateCard{}
		if err := s.readJSON(c.Card, u.TemplateCard); err != nil {
			return err
		}
	}
	w, err := s.appClient()
	if err != nil {
		return err
	}
	r, err := w.Messages.UpdateTemplateCard(ctx, u)
	if err != nil {
		return err
	}
	t := one("changed")
	if len(r.InvalidUser) > 0 {
		t = pairs("not reached, members", strings.Join(r.InvalidUser, ","))
	}
	return s.show(r, t)
}

type messageRecall struct {
	MsgID string `arg:"" name:"msgid"`
}

// Run takes a message back.
func (c *messageRecall) Run(ctx context.Context, s *session) error {
	return change(s, func(w *wecom.Client) error { return w.Messages.Recall(ctx, c.MsgID) }, "taken back")
}
