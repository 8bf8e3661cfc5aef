package wecomtest

import (
	"bytes"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"time"
)

const (
	maxRobotText     = 2048 // bytes
	maxRobotMarkdown = 4096
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

// sendRobotMessage implements webhook/send. Texts over the limit are rejected, while those of applications
// are truncated.
//
// https://developer.work.weixin.qq.com/document/path/99110
func (s *Server) sendRobotMessage(r *request) (any, *apiError) {
	b, err := s.findRobot(r)
	if err != nil {
		return nil, err
	}
	if !b.minuteWindow.countEvent(s.currentTime(), time.Minute, robotMessagesPerMinute) && !s.NoQuotas {
		return nil, newAPIError(45009)
	}
	var in robotBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	m := RobotMessage{Time: s.currentTime(), MsgType: in.MsgType}
	if err := s.fillRobotMessage(b, &in, &m); err != nil {
		return nil, err
	}
	b.storeMessage(m, s.limits)
	s.notifyChange(change{Kind: "robot", CorpID: b.CorpID})
	return nil, nil
}

// storeMessage stores a message of the robot and evicts the oldest ones beyond the limits.
func (b *robotState) storeMessage(m RobotMessage, l Limits) {
	b.messages.push(m)
	b.imageBytes += len(m.Image)
	for b.messages.len() > 1 && (b.messages.len() > l.Chat || b.imageBytes > l.TextBytes) {
		b.imageBytes -= len(b.messages.pop().Image)
	}
}

// fillRobotMessage checks the content of the message's type and copies it to m.
func (s *Server) fillRobotMessage(b *robotState, in *robotBody, m *RobotMessage) (err *apiError) {
	switch in.MsgType {
	case "text":
		m.Text, err = in.buildText(b.corp)
	case "markdown":
		if err = checkRobotMarkdown("markdown", in.Markdown, maxRobotMarkdown); err == nil {
			c := Content{Markdown: in.Markdown}
			c.expandMentions(b.corp)
			m.Markdown = in.Markdown
		}
	case "markdown_v2":
		m.MarkdownV2, err = in.MarkdownV2, checkRobotMarkdown("markdown_v2", in.MarkdownV2, maxRobotMarkdown)
	case "image":
		m.Image, err = in.decodeImage()
	case "news":
		m.News, err = in.News, in.News.checkAndTruncate()
	case "template_card":
		m.Card, err = in.Card, checkRobotCard(in.Card)
	case "file":
		m.File, err = in.File, s.checkRobotMedia(b, in.File, "file")
	case "voice":
		m.Voice, err = in.Voice, s.checkRobotMedia(b, in.Voice, "voice")
	default:
		err = newAPIError(40008)
	}
	return err
}

func checkRobotMarkdown(kind string, m *Markdown, limit int) *apiError {
	switch {
	case m == nil || m.Content == "":
		return newAPIError(44004)
	case len(m.Content) > limit:
		return tooLong(kind+".content", limit)
	}
	return nil
}

// buildText replaces mentions by member names. mentioned_mobile_list mentions members by mobile
// number.
func (in *robotBody) buildText(c *corpState) (*Text, *apiError) {
	if in.Text == nil || in.Text.Content == "" {
		return nil, newAPIError(44004)
	}
	if len(in.Text.Content) > maxRobotText {
		return nil, tooLong("text.content", maxRobotText)
	}
	out := in.Text.Text
	for _, number := range in.Text.MentionedMobileList {
		if number == "@all" {
			out.MentionedList = append(out.MentionedList, number)
			continue
		}
		if i := slices.IndexFunc(c.allMembers(), func(m *memberState) bool { return m.Mobile == number }); i >= 0 {
			out.MentionedList = append(out.MentionedList, c.allMembers()[i].UserID)
		}
	}
	content := Content{Text: &out}
	content.expandMentions(c)
	return &out, nil
}

func (in *robotBody) decodeImage() ([]byte, *apiError) {
	if in.Image == nil || in.Image.Base64 == "" {
		return nil, newAPIError(44001)
	}
	data, err := base64.StdEncoding.DecodeString(in.Image.Base64)
	if err != nil {
		return nil, invalidParam("image.base64")
	}
	sum := md5.Sum(data) // #nosec G401 -- required by WeCom
	want, err := hex.DecodeString(in.Image.MD5)
	kind := http.DetectContentType(data)
	switch {
	case err != nil || !bytes.Equal(sum[:], want):
		return nil, invalidParam("image.md5")
	case len(data) > 2*megabyte:
		return nil, newAPIError(40009)
	case kind != "image/jpeg" && kind != "image/png":
		return nil, newAPIError(40004)
	}
	return data, nil
}

// checkRobotCard checks a card of a robot: only the two notice types, without action_menu and
// task_id, which require a callback.
func checkRobotCard(c *Card) *apiError {
	switch {
	case c == nil:
		return invalidParam("template_card")
	case c.CardType != textNotice && c.CardType != newsNotice:
		return newAPIError(42031)
	case c.ActionMenu != nil:
		return invalidParam("template_card.action_menu")
	case c.TaskID != "":
		return invalidParam("template_card.task_id")
	case c.CardType == newsNotice && c.CardImage == nil:
		return newAPIError(42044)
	}
	return c.checkFields()
}

// checkRobotMedia checks that the file was uploaded by this robot, and fills in its name, type and
// size.
func (s *Server) checkRobotMedia(b *robotState, m *Media, kind string) *apiError {
	if m == nil || m.MediaID == "" {
		return newAPIError(41006)
	}
	f, ok := s.media.get(m.MediaID)
	if !ok || f.robot != b || f.kind != kind || s.isMediaExpired(f) {
		return newAPIError(40007)
	}
	m.Name, m.Type, m.Size = f.name, f.mime, len(f.data)
	return nil
}
