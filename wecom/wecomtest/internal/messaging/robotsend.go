package messaging

import (
	"bytes"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

const (
	maxRobotText     = 2048 // bytes
	maxRobotMarkdown = 4096
)

// robotBody is the request of webhook/send.
type robotBody struct {
	MsgType string `json:"msgtype"`
	Text    *struct {
		model.Text
		MentionedMobileList []string `json:"mentioned_mobile_list"`
	} `json:"text"`
	Markdown   *model.Markdown `json:"markdown"`
	MarkdownV2 *model.Markdown `json:"markdown_v2"`
	Image      *struct {
		Base64 string `json:"base64"`
		MD5    string `json:"md5"`
	} `json:"image"`
	News  *model.News  `json:"news"`
	File  *model.Media `json:"file"`
	Voice *model.Media `json:"voice"`
	Card  *model.Card  `json:"template_card"`
}

// sendRobotMessage implements webhook/send. Texts over the limit are rejected, while those of applications
// are truncated.
//
// https://developer.work.weixin.qq.com/document/path/99110
func (s *Service) sendRobotMessage(r *core.Request) (any, *core.APIError) {
	b, err := s.findRobot(r)
	if err != nil {
		return nil, err
	}
	if !b.MinuteWindow.CountEvent(s.CurrentTime(), time.Minute, RobotMessagesPerMinute) && !s.Config().NoQuotas {
		return nil, core.NewAPIError(45009)
	}
	var in robotBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m := model.RobotMessage{Time: s.CurrentTime(), MsgType: in.MsgType}
	if err := s.fillRobotMessage(b, &in, &m); err != nil {
		return nil, err
	}
	b.StoreMessage(m, s.Limits)
	s.NotifyChange(core.Change{Kind: "robot", CorpID: b.CorpID})
	return nil, nil
}

// fillRobotMessage checks the content of the message's type and copies it to m.
func (s *Service) fillRobotMessage(b *core.RobotState, in *robotBody, m *model.RobotMessage) (err *core.APIError) {
	switch in.MsgType {
	case "text":
		m.Text, err = in.buildText(b.Corp)
	case "markdown":
		if err = checkRobotMarkdown("markdown", in.Markdown, maxRobotMarkdown); err == nil {
			c := model.Content{Markdown: in.Markdown}
			expandMentions(&c, b.Corp)
			m.Markdown = in.Markdown
		}
	case "markdown_v2":
		m.MarkdownV2, err = in.MarkdownV2, checkRobotMarkdown("markdown_v2", in.MarkdownV2, maxRobotMarkdown)
	case "image":
		m.Image, err = in.decodeImage()
	case "news":
		m.News, err = in.News, checkNews(in.News)
	case "template_card":
		m.Card, err = in.Card, checkRobotCard(in.Card)
	case "file":
		m.File, err = in.File, s.checkRobotMedia(b, in.File, "file")
	case "voice":
		m.Voice, err = in.Voice, s.checkRobotMedia(b, in.Voice, "voice")
	default:
		err = core.NewAPIError(40008)
	}
	return err
}

func checkRobotMarkdown(kind string, m *model.Markdown, limit int) *core.APIError {
	switch {
	case m == nil || m.Content == "":
		return core.NewAPIError(44004)
	case len(m.Content) > limit:
		return core.TooLong(kind+".content", limit)
	}
	return nil
}

// buildText replaces mentions by member names. mentioned_mobile_list mentions members by mobile
// number.
func (in *robotBody) buildText(c *core.CorpState) (*model.Text, *core.APIError) {
	if in.Text == nil || in.Text.Content == "" {
		return nil, core.NewAPIError(44004)
	}
	if len(in.Text.Content) > maxRobotText {
		return nil, core.TooLong("text.content", maxRobotText)
	}
	out := in.Text.Text
	for _, number := range in.Text.MentionedMobileList {
		if number == "@all" {
			out.MentionedList = append(out.MentionedList, number)
			continue
		}
		if i := slices.IndexFunc(c.AllMembers(), func(m *core.MemberState) bool { return m.Mobile == number }); i >= 0 {
			out.MentionedList = append(out.MentionedList, c.AllMembers()[i].UserID)
		}
	}
	content := model.Content{Text: &out}
	expandMentions(&content, c)
	return &out, nil
}

func (in *robotBody) decodeImage() ([]byte, *core.APIError) {
	if in.Image == nil || in.Image.Base64 == "" {
		return nil, core.NewAPIError(44001)
	}
	data, err := base64.StdEncoding.DecodeString(in.Image.Base64)
	if err != nil {
		return nil, core.InvalidParam("image.base64")
	}
	sum := md5.Sum(data) // #nosec G401 -- required by WeCom
	want, err := hex.DecodeString(in.Image.MD5)
	kind := http.DetectContentType(data)
	switch {
	case err != nil || !bytes.Equal(sum[:], want):
		return nil, core.InvalidParam("image.md5")
	case len(data) > 2*core.Megabyte:
		return nil, core.NewAPIError(40009)
	case kind != "image/jpeg" && kind != "image/png":
		return nil, core.NewAPIError(40004)
	}
	return data, nil
}

// checkRobotCard checks a card of a robot: only the two notice types, without action_menu and
// task_id, which require a callback.
func checkRobotCard(c *model.Card) *core.APIError {
	switch {
	case c == nil:
		return core.InvalidParam("template_card")
	case c.CardType != core.TextNotice && c.CardType != core.NewsNotice:
		return core.NewAPIError(42031)
	case c.ActionMenu != nil:
		return core.InvalidParam("template_card.action_menu")
	case c.TaskID != "":
		return core.InvalidParam("template_card.task_id")
	case c.CardType == core.NewsNotice && c.CardImage == nil:
		return core.NewAPIError(42044)
	}
	return CheckCard(c)
}

// checkRobotMedia checks that the file was uploaded by this robot, and fills in its name, type and
// size.
func (s *Service) checkRobotMedia(b *core.RobotState, m *model.Media, kind string) *core.APIError {
	if m == nil || m.MediaID == "" {
		return core.NewAPIError(41006)
	}
	f, ok := s.Media.Get(m.MediaID)
	if !ok || f.Robot != b || f.Kind != kind || s.IsMediaExpired(f) {
		return core.NewAPIError(40007)
	}
	m.Name, m.Type, m.Size = f.Name, f.Mime, len(f.Data)
	return nil
}
