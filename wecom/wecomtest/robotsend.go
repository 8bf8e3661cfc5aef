package wecomtest

import (
	"bytes"
	"crypto/md5" // #nosec G501 -- WeCom asks for it
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"time"
)

const (
	robotText     = 2048 // bytes
	robotMarkdown = 4096
)

// robotBody is the request of webhook/send.
type robotBody struct {
	MsgType string `json:"msgtype"`
	Text    *struct {
		Text
		MentionedMobileList []string `json:"mentioned_mobile_list"`
	} `json:"text"`
	Markdown   *Markdown `json:"markdown"`
	MarkdownV2 *Markdown `json:"markdown_v2"`
	Image      *struct {
		Base64 string `json:"base64"`
		MD5    string `json:"md5"`
	} `json:"image"`
	News  *News  `json:"news"`
	File  *Media `json:"file"`
	Voice *Media `json:"voice"`
	Card  *Card  `json:"template_card"`
}

// sendRobot is webhook/send. Over-long texts are refused, where those of
// applications are cut.
//
// https://developer.work.weixin.qq.com/document/path/99110
func (s *Server) sendRobot(r *request) (any, *apiError) {
	b, err := s.robot(r)
	if err != nil {
		return nil, err
	}
	if !b.minute.hit(s.now(), time.Minute, robotMinute) && !s.NoQuotas {
		return nil, fail(45009)
	}
	var in robotBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	m := RobotMessage{Time: s.now(), MsgType: in.MsgType}
	if err := s.fillRobot(b, &in, &m); err != nil {
		return nil, err
	}
	b.keep(m, s.limits)
	s.note(change{Kind: "robot", CorpID: b.CorpID})
	return nil, nil
}

// keep stores a message of the robot, the newest ones up to the limits.
func (b *robotState) keep(m RobotMessage, l Limits) {
	b.sent.push(m)
	b.size += len(m.Image)
	for b.sent.len() > 1 && (b.sent.len() > l.Chat || b.size > l.TextBytes) {
		b.size -= len(b.sent.pop().Image)
	}
}

// fillRobot checks the content of the message's type and takes it over.
func (s *Server) fillRobot(b *robotState, in *robotBody, m *RobotMessage) (err *apiError) {
	switch in.MsgType {
	case "text":
		m.Text, err = in.text(b.corp)
	case "markdown":
		if err = robotContent("markdown", in.Markdown, robotMarkdown); err == nil {
			c := Content{Markdown: in.Markdown}
			c.mention(b.corp)
			m.Markdown = in.Markdown
		}
	case "markdown_v2":
		m.MarkdownV2, err = in.MarkdownV2, robotContent("markdown_v2", in.MarkdownV2, robotMarkdown)
	case "image":
		m.Image, err = in.picture()
	case "news":
		m.News, err = in.News, in.News.check()
	case "template_card":
		m.Card, err = in.Card, robotCard(in.Card)
	case "file":
		m.File, err = in.File, s.robotMedia(b, in.File, "file")
	case "voice":
		m.Voice, err = in.Voice, s.robotMedia(b, in.Voice, "voice")
	default:
		err = fail(40008)
	}
	return err
}

func robotContent(kind string, m *Markdown, limit int) *apiError {
	switch {
	case m == nil || m.Content == "":
		return fail(44004)
	case len(m.Content) > limit:
		return tooLong(kind+".content", limit)
	}
	return nil
}

// text writes the names of those who are called into the text, also of those
// who are named by their mobile number.
func (in *robotBody) text(c *corpState) (*Text, *apiError) {
	if in.Text == nil || in.Text.Content == "" {
		return nil, fail(44004)
	}
	if len(in.Text.Content) > robotText {
		return nil, tooLong("text.content", robotText)
	}
	out := in.Text.Text
	for _, number := range in.Text.MentionedMobileList {
		if number == "@all" {
			out.MentionedList = append(out.MentionedList, number)
			continue
		}
		if i := slices.IndexFunc(c.everyone(), func(m *memberState) bool { return m.Mobile == number }); i >= 0 {
			out.MentionedList = append(out.MentionedList, c.everyone()[i].UserID)
		}
	}
	content := Content{Text: &out}
	content.mention(c)
	return &out, nil
}

func (in *robotBody) picture() ([]byte, *apiError) {
	if in.Image == nil || in.Image.Base64 == "" {
		return nil, fail(44001)
	}
	data, err := base64.StdEncoding.DecodeString(in.Image.Base64)
	if err != nil {
		return nil, invalidParam("image.base64")
	}
	sum := md5.Sum(data) // #nosec G401 -- WeCom asks for it
	want, err := hex.DecodeString(in.Image.MD5)
	kind := http.DetectContentType(data)
	switch {
	case err != nil || !bytes.Equal(sum[:], want):
		return nil, invalidParam("image.md5")
	case len(data) > 2*megabyte:
		return nil, fail(40009)
	case kind != "image/jpeg" && kind != "image/png":
		return nil, fail(40004)
	}
	return data, nil
}

// robotCard holds a card against what robots are offered: two kinds, nothing
// that calls back.
func robotCard(c *Card) *apiError {
	switch {
	case c == nil:
		return invalidParam("template_card")
	case c.CardType != textNotice && c.CardType != newsNotice:
		return fail(42031)
	case c.ActionMenu != nil:
		return invalidParam("template_card.action_menu")
	case c.TaskID != "":
		return invalidParam("template_card.task_id")
	case c.CardType == newsNotice && c.CardImage == nil:
		return fail(42044)
	}
	return c.checkShape()
}

// robotMedia finds a file that this robot uploaded.
func (s *Server) robotMedia(b *robotState, m *Media, kind string) *apiError {
	if m == nil || m.MediaID == "" {
		return fail(41006)
	}
	f, ok := s.media.get(m.MediaID)
	if !ok || f.robot != b || f.kind != kind || s.expired(f) {
		return fail(40007)
	}
	m.Name, m.Type, m.Size = f.name, f.mime, len(f.data)
	return nil
}
