package callback

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Reply is a passive reply, which is sent in the response to a callback. The
// zero value sends no reply.
// See https://developer.work.weixin.qq.com/document/path/90241
type Reply struct {
	msgType  string
	elements string // XML elements of the type
	err      error
}

// Article is an article of NewNewsReply.
type Article struct {
	Title       string // at most 128 bytes
	Description string // at most 512 bytes
	PicURL      string
	URL         string
}

// NewTextReply replies with a text of at most 2048 bytes.
func NewTextReply(content string) Reply {
	return Reply{"text", cdataElement("Content", content), checkMaxBytes("Content", content, 2048)}
}

// NewImageReply replies with an uploaded image.
func NewImageReply(mediaID string) Reply {
	return Reply{msgType: "image", elements: wrapElement("Image", cdataElement("MediaId", mediaID))}
}

// NewVoiceReply replies with an uploaded voice recording.
func NewVoiceReply(mediaID string) Reply {
	return Reply{msgType: "voice", elements: wrapElement("Voice", cdataElement("MediaId", mediaID))}
}

// NewVideoReply replies with an uploaded video, a title of at most 128 bytes
// and a description of at most 512 bytes.
func NewVideoReply(mediaID, title, description string) Reply {
	inner := wrapElement("Video", cdataElement("MediaId", mediaID)+cdataElement("Title", title)+cdataElement("Description", description))
	return Reply{"video", inner, firstError(checkMaxBytes("Title", title, 128), checkMaxBytes("Description", description, 512))}
}

// NewNewsReply replies with 1 to 8 linked articles.
func NewNewsReply(articles ...Article) Reply {
	if len(articles) < 1 || len(articles) > 8 {
		return Reply{msgType: "news", err: fmt.Errorf("callback: reply has %d articles, not 1 to 8", len(articles))}
	}
	var items strings.Builder
	var err error
	for _, a := range articles {
		err = firstError(err, checkMaxBytes("Title", a.Title, 128), checkMaxBytes("Description", a.Description, 512))
		items.WriteString(wrapElement("item", cdataElement("Title", a.Title)+cdataElement("Description", a.Description)+
			cdataElement("PicUrl", a.PicURL)+cdataElement("Url", a.URL)))
	}
	count := "<ArticleCount>" + strconv.Itoa(len(articles)) + "</ArticleCount>"
	return Reply{"news", count + wrapElement("Articles", items.String()), err}
}

// NewUpdateButtonReply disables the buttons of the card and replaces their
// text, for the member who tapped. WeCom's pages disagree on whether it works
// for taps on buttons; UpdateTemplateCard of the API always does.
func NewUpdateButtonReply(replaceName string) Reply {
	return Reply{msgType: "update_button", elements: wrapElement("Button", cdataElement("ReplaceName", replaceName))}
}

// encryptReply returns the encrypted response to a message.
func (r Reply) encryptReply(c *Codec, to *Message, now time.Time, nonce string) ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	plain := "<xml>" + cdataElement("ToUserName", to.FromUserName) + cdataElement("FromUserName", to.ToUserName) +
		"<CreateTime>" + strconv.FormatInt(now.Unix(), 10) + "</CreateTime>" +
		cdataElement("MsgType", r.msgType) + r.elements + "</xml>"
	return c.EncryptEnvelope([]byte(plain), strconv.FormatInt(now.Unix(), 10), nonce)
}

// EncryptEnvelope encrypts and signs a message and wraps it in the XML of a
// passive reply.
func (c *Codec) EncryptEnvelope(message []byte, timestamp, nonce string) ([]byte, error) {
	encrypted, err := c.Encrypt(message)
	if err != nil {
		return nil, err
	}
	return []byte("<xml>" + cdataElement("Encrypt", encrypted) +
		cdataElement("MsgSignature", c.Sign(timestamp, nonce, encrypted)) +
		"<TimeStamp>" + timestamp + "</TimeStamp>" + cdataElement("Nonce", nonce) + "</xml>"), nil
}

// cdataElement returns an element with a CDATA section. The text may contain
// the end of a CDATA section; characters that XML cannot represent are dropped.
func cdataElement(name, text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text)
	return wrapElement(name, "<![CDATA["+strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>")+"]]>")
}

func wrapElement(name, inner string) string { return "<" + name + ">" + inner + "</" + name + ">" }

func checkMaxBytes(field, text string, limit int) error {
	if len(text) > limit {
		return fmt.Errorf("callback: reply: %s has %d bytes, at most %d are allowed", field, len(text), limit)
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
