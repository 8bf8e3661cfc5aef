package cli

import (
	"context"
	"strings"

	"github.com/huimian/huimian/wecom"
)

type chatCommands struct {
	Create   chatCreate   `cmd:"" help:"Create a group chat; prints its id."`
	Get      chatGet      `cmd:"" help:"Show a group chat."`
	Update   chatUpdate   `cmd:"" help:"Change a group chat."`
	Text     chatText     `cmd:"" help:"Send a text."`
	Markdown chatMarkdown `cmd:"" help:"Send a text in WeCom's markdown."`
	Send     chatSend     `cmd:"" help:"Send any message, from JSON."`
}

type chatCreate struct {
	Users []string `arg:"" name:"userid" help:"At least two members."`
	Name  string   `help:"Name of the chat."`
	Owner string   `help:"One of the members; default: chosen by WeCom."`
	ID    string   `help:"Id of letters and digits; default: chosen by WeCom."`
}

func (c *chatCreate) Run(ctx context.Context, s *session) error {
	chat := wecom.AppChat{ChatID: c.ID, Name: c.Name, Owner: c.Owner, Users: c.Users}
	return callAndPrint(s, func(w *wecom.Client) (string, error) { return w.AppChats.Create(ctx, chat) }, singleCellTable)
}

type chatGet struct {
	ID string `arg:""`
}

func (c *chatGet) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.AppChat, error) { return w.AppChats.Get(ctx, c.ID) }, func(chat *wecom.AppChat) table {
		return keyValueTable("id", chat.ChatID, "name", chat.Name, "owner", chat.Owner, "members", strings.Join(chat.Users, ","))
	})
}

type chatUpdate struct {
	ID     string   `arg:""`
	Name   string   `help:"New name."`
	Owner  string   `help:"New owner."`
	Add    []string `help:"Members to add."`
	Remove []string `help:"Members to remove."`
}

func (c *chatUpdate) Run(ctx context.Context, s *session) error {
	ch := wecom.AppChatUpdate{ChatID: c.ID, Name: c.Name, Owner: c.Owner, AddUsers: c.Add, RemoveUsers: c.Remove}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.AppChats.Update(ctx, ch) }, "changed")
}

type chatText struct {
	ID      string   `arg:""`
	Text    string   `arg:"" help:"The text; @file for a file, - for standard input."`
	Mention []string `help:"Members to mention; @all for all members."`
}

func (c *chatText) Run(ctx context.Context, s *session) error {
	text, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	m := &wecom.AppChatMessage{ChatID: c.ID, Text: &wecom.AppChatText{Content: string(text), MentionedList: c.Mention}}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.AppChats.Send(ctx, m) }, "sent")
}

type chatMarkdown struct {
	ID   string `arg:""`
	Text string `arg:"" help:"The text; @file for a file, - for standard input."`
}

func (c *chatMarkdown) Run(ctx context.Context, s *session) error {
	text, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	m := &wecom.AppChatMessage{ChatID: c.ID, Markdown: &wecom.Markdown{Content: string(text)}}
	return callAndConfirm(s, func(w *wecom.Client) error { return w.AppChats.Send(ctx, m) }, "sent")
}

type chatSend struct {
	ID      string `arg:""`
	Message string `arg:"" help:"The message: JSON, @file, or - for standard input."`
}

func (c *chatSend) Run(ctx context.Context, s *session) error {
	var m wecom.AppChatMessage
	if err := s.readJSONArgument(c.Message, &m); err != nil {
		return err
	}
	m.ChatID = c.ID
	return callAndConfirm(s, func(w *wecom.Client) error { return w.AppChats.Send(ctx, &m) }, "sent")
}

type robotCommands struct {
	Text     robotText     `cmd:"" help:"Send a text."`
	Markdown robotMarkdown `cmd:"" help:"Send a text in WeCom's markdown."`
	Image    robotImage    `cmd:"" help:"Send an image."`
	File     robotFile     `cmd:"" help:"Send a file."`
	Card     robotCard     `cmd:"" help:"Send a template card (text_notice, news_notice), from JSON."`
}

func sendRobotMessage(ctx context.Context, s *session, m *wecom.RobotMessage) error {
	w, key, err := s.newRobotClient()
	if err != nil {
		return err
	}
	if err := w.Robots.Send(ctx, key, m); err != nil {
		return err
	}
	return s.printDone("sent")
}

type robotText struct {
	Text    string   `arg:"" help:"The text; @file for a file, - for standard input."`
	Mention []string `help:"Members to mention; @all for all members."`
	Mobile  []string `help:"Mobile numbers of members to mention."`
}

func (c *robotText) Run(ctx context.Context, s *session) error {
	text, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	return sendRobotMessage(ctx, s, &wecom.RobotMessage{Text: &wecom.RobotText{Content: string(text), MentionedList: c.Mention, MentionedMobileList: c.Mobile}})
}

type robotMarkdown struct {
	Text string `arg:"" help:"The text; @file for a file, - for standard input."`
	V2   bool   `name:"v2" help:"markdown_v2, which has tables and code but no colours and mentions."`
}

func (c *robotMarkdown) Run(ctx context.Context, s *session) error {
	text, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	if c.V2 {
		return sendRobotMessage(ctx, s, &wecom.RobotMessage{MarkdownV2: &wecom.RobotMarkdownV2{Content: string(text)}})
	}
	return sendRobotMessage(ctx, s, &wecom.RobotMessage{Markdown: &wecom.RobotMarkdown{Content: string(text)}})
}

type robotImage struct {
	File string `arg:"" type:"path"`
}

func (c *robotImage) Run(ctx context.Context, s *session) error {
	raw, err := s.readArgument("@" + c.File)
	if err != nil {
		return err
	}
	return sendRobotMessage(ctx, s, &wecom.RobotMessage{Image: &wecom.RobotImage{Data: raw}})
}

type robotFile struct {
	File string `arg:"" type:"path"`
	Name string `help:"Displayed file name; default: that of the file."`
}

func (c *robotFile) Run(ctx context.Context, s *session) error {
	w, key, err := s.newRobotClient()
	if err != nil {
		return err
	}
	up, end, err := s.openUpload(ctx, c.File, c.Name)
	if err != nil {
		return err
	}
	m, err := w.Robots.UploadMedia(ctx, key, wecom.MediaFile, up)
	end()
	if err != nil {
		return err
	}
	return sendRobotMessage(ctx, s, &wecom.RobotMessage{File: &wecom.File{MediaID: m.MediaID}})
}

type robotCard struct {
	Card string `arg:"" help:"The template_card: JSON, @file, or - for standard input."`
}

func (c *robotCard) Run(ctx context.Context, s *session) error {
	var card wecom.TemplateCard
	if err := s.readJSONArgument(c.Card, &card); err != nil {
		return err
	}
	return sendRobotMessage(ctx, s, &wecom.RobotMessage{TemplateCard: &card})
}
