package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type messageCommands struct {
	Text        messageText     `cmd:"" help:"A text."`
	Markdown    messageMarkdown `cmd:"" help:"A text in WeCom's markdown."`
	Textcard    messageCard     `cmd:"" help:"A card with a link."`
	News        messageNews     `cmd:"" help:"A linked article, or several from JSON."`
	MPNews      messageMPNews   `cmd:"" name:"mpnews" help:"Articles stored by WeCom, from JSON."`
	Image       messageImage    `cmd:"" help:"An image."`
	Voice       messageVoice    `cmd:"" help:"A voice recording (AMR)."`
	Video       messageVideo    `cmd:"" help:"A video (MP4)."`
	File        messageFile     `cmd:"" help:"A file."`
	MiniProgram messageMini     `cmd:"" name:"miniprogram" help:"A mini program notice, from JSON."`
	Card        messageTemplate `cmd:"" help:"A template card of any of the five kinds, from JSON."`
	Send        messageSend     `cmd:"" help:"A complete message, from JSON as documented by WeCom."`
	UpdateCard  messageUpdate   `cmd:"" help:"Update a card that was sent."`
	Recall      messageRecall   `cmd:"" help:"Recall a message within 24 hours."`
}

// recipientFlags are the recipients and delivery options of a message.
type recipientFlags struct {
	To          []string `short:"t" placeholder:"USERID" help:"Members, separated by commas; @all for all members in the visible range."`
	Departments []int64  `name:"department" short:"d" help:"Departments including their subdepartments."`
	Tags        []int64  `name:"tag" help:"Tags."`
	Safe        bool     `help:"Confidential: with a watermark, not shareable."`
	Once        bool     `help:"Let WeCom drop duplicates for half an hour, so that sending again is safe."`
}

// sendWith adds the recipients to the message and sends it.
func (a *recipientFlags) sendWith(ctx context.Context, s *session, w *wecom.Client, m *wecom.Message) error {
	m.ToUser = append(m.ToUser, a.To...)
	m.ToParty = append(m.ToParty, wecom.NewIDList(a.Departments...)...)
	m.ToTag = append(m.ToTag, wecom.NewIDList(a.Tags...)...)
	if len(m.ToUser)+len(m.ToParty)+len(m.ToTag) == 0 {
		return usageErrorf("no recipients: pass --to, --department or --tag")
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
	return s.printResult(r, keyValueTable("msgid", r.MsgID, "response_code", r.ResponseCode, "not reached, members", strings.Join(r.InvalidUser, ","),
		"not reached, departments", strings.Join(r.InvalidParty, ","), "not reached, tags", strings.Join(r.InvalidTag, ","),
		"without licence", strings.Join(r.UnlicensedUser, ",")))
}

// sendFromApp calls sendWith with the client of the application.
func (a *recipientFlags) sendFromApp(ctx context.Context, s *session, m *wecom.Message) error {
	w, err := s.newAppClient()
	if err != nil {
		return err
	}
	return a.sendWith(ctx, s, w, m)
}

type messageText struct {
	recipientFlags
	Text string `arg:"" help:"The text; @file for a file, - for standard input."`
}

func (c *messageText) Run(ctx context.Context, s *session) error {
	text, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	return c.sendFromApp(ctx, s, &wecom.Message{Text: &wecom.Text{Content: string(text)}})
}

type messageMarkdown struct {
	recipientFlags
	Text string `arg:"" help:"The text; @file for a file, - for standard input."`
}

func (c *messageMarkdown) Run(ctx context.Context, s *session) error {
	text, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	return c.sendFromApp(ctx, s, &wecom.Message{Markdown: &wecom.Markdown{Content: string(text)}})
}

type messageCard struct {
	recipientFlags
	Title       string `arg:""`
	Description string `arg:""`
	URL         string `arg:"" name:"url"`
	Button      string `help:"Text of the link, at most 4 characters."`
}

func (c *messageCard) Run(ctx context.Context, s *session) error {
	return c.sendFromApp(ctx, s, &wecom.Message{TextCard: &wecom.TextCard{Title: c.Title, Description: c.Description, URL: c.URL, ButtonText: c.Button}})
}

type messageNews struct {
	recipientFlags
	Articles    string `arg:"" optional:"" help:"A list of articles: JSON, @file, or - for standard input."`
	Title       string `help:"Title of one article."`
	URL         string `name:"url" help:"URL of the article."`
	Description string `help:"Text below the title."`
	Picture     string `help:"URL of the picture."`
	JSON        string `name:"articles" placeholder:"JSON" help:"The same as the argument ARTICLES."`
}

func (c *messageNews) Run(ctx context.Context, s *session) error {
	one := wecom.Article{Title: c.Title, Description: c.Description, URL: c.URL, PicURL: c.Picture}
	list := cmp.Or(c.Articles, c.JSON)
	switch {
	case c.Articles != "" && c.JSON != "", list != "" && one != (wecom.Article{}):
		return usageErrorf("articles are given twice: pass either a list of articles or --title and --url")
	case list == "" && c.Title == "":
		return usageErrorf("no articles: pass a list of articles as JSON, @file or -, or --title and --url")
	}
	articles := []wecom.Article{one}
	if list != "" {
		articles = nil
		if err := s.readJSONArgument(list, &articles); err != nil {
			return err
		}
	}
	return c.sendFromApp(ctx, s, &wecom.Message{News: &wecom.News{Articles: articles}})
}

type messageMPNews struct {
	recipientFlags
	Articles string `arg:"" help:"A list of articles: JSON, @file, or - for standard input."`
}

func (c *messageMPNews) Run(ctx context.Context, s *session) error {
	var articles []wecom.MPArticle
	if err := s.readJSONArgument(c.Articles, &articles); err != nil {
		return err
	}
	return c.sendFromApp(ctx, s, &wecom.Message{MPNews: &wecom.MPNews{Articles: articles}})
}

type messageMini struct {
	recipientFlags
	Notice string `arg:"" help:"The notice: JSON, @file, or - for standard input."`
}

func (c *messageMini) Run(ctx context.Context, s *session) error {
	var notice wecom.MiniProgramNotice
	if err := s.readJSONArgument(c.Notice, &notice); err != nil {
		return err
	}
	return c.sendFromApp(ctx, s, &wecom.Message{MiniProgramNotice: &notice})
}

type messageTemplate struct {
	recipientFlags
	Card string `arg:"" help:"The template_card: JSON, @file, or - for standard input."`
}

func (c *messageTemplate) Run(ctx context.Context, s *session) error {
	var card wecom.TemplateCard
	if err := s.readJSONArgument(c.Card, &card); err != nil {
		return err
	}
	return c.sendFromApp(ctx, s, &wecom.Message{TemplateCard: &card})
}

type messageSend struct {
	recipientFlags
	Message string `arg:"" help:"The message: JSON, @file, or - for standard input."`
}

func (c *messageSend) Run(ctx context.Context, s *session) error {
	var m wecom.Message
	if err := s.readJSONArgument(c.Message, &m); err != nil {
		return err
	}
	return c.sendFromApp(ctx, s, &m)
}

type messageUpdate struct {
	ResponseCode string   `arg:"" help:"From the response of sending or from the callback; valid once, within 72 hours."`
	Users        []string `short:"t" name:"to" help:"Members; default: all recipients of the card."`
	Button       string   `xor:"what" required:"" help:"Disable the buttons and show this text."`
	Card         string   `xor:"what" required:"" placeholder:"JSON" help:"Replace the card by this template card: JSON, @file, or - for standard input."`
}

func (c *messageUpdate) Run(ctx context.Context, s *session) error {
	u := &wecom.CardUpdate{ResponseCode: c.ResponseCode, UserIDs: c.Users, AtAll: wecom.Flag(len(c.Users) == 0)}
	if c.Button != "" {
		u.Button = &wecom.CardButtonUpdate{ReplaceName: c.Button}
	} else {
		u.TemplateCard = &wecom.TemplateCard{}
		if err := s.readJSONArgument(c.Card, u.TemplateCard); err != nil {
			return err
		}
	}
	w, err := s.newAppClient()
	if err != nil {
		return err
	}
	r, err := w.Messages.UpdateTemplateCard(ctx, u)
	if err != nil {
		return err
	}
	t := singleCellTable("changed")
	if len(r.InvalidUser) > 0 {
		t = keyValueTable("not reached, members", strings.Join(r.InvalidUser, ","))
	}
	return s.printResult(r, t)
}

type messageRecall struct {
	MsgID string `arg:"" name:"msgid"`
}

func (c *messageRecall) Run(ctx context.Context, s *session) error {
	return callAndConfirm(s, func(w *wecom.Client) error { return w.Messages.Recall(ctx, c.MsgID) }, "recalled")
}
