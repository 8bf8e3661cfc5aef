package wecomtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// msgTypes are the values of msgtype that message/send accepts.
var msgTypes = map[string]bool{
	"text": true, "image": true, "voice": true, "video": true, "file": true, "textcard": true, "news": true,
	"mpnews": true, "markdown": true, "miniprogram_notice": true, "template_card": true,
}

// Int is a JSON number that may also be given as a string, which WeCom accepts.
type Int int64

// UnmarshalJSON accepts 7 and "7".
func (n *Int) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("reading %q as a number: %w", b, err)
	}
	*n = Int(v)
	return nil
}

// Content is the body of a message; only the field of its type is set.
type Content struct {
	Text     *Text     `json:"text,omitempty"`
	TextCard *TextCard `json:"textcard,omitempty"`
	Markdown *Markdown `json:"markdown,omitempty"`
	News     *News     `json:"news,omitempty"`
	Card     *Card     `json:"template_card,omitempty"`
	Image    *Media    `json:"image,omitempty"`
	Voice    *Media    `json:"voice,omitempty"`
	Video    *Media    `json:"video,omitempty"`
	File     *Media    `json:"file,omitempty"`
	MPNews   *MPNews   `json:"mpnews,omitempty"`
	Notice   *Notice   `json:"miniprogram_notice,omitempty"`
}

// Text is the body of a text message.
type Text struct {
	Content string `json:"content"`
	// MentionedList are the user ids to mention; only in group chats.
	MentionedList []string `json:"mentioned_list,omitempty"`
}

// Markdown is the body of a markdown message.
type Markdown struct {
	Content string `json:"content"`
}

// TextCard is the body of a textcard message.
type TextCard struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	BtnTxt      string `json:"btntxt,omitempty"`
}

// News is the body of a news message.
type News struct {
	Articles []Article `json:"articles"`
}

// Article is one entry of News.
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	PicURL      string `json:"picurl,omitempty"`
	AppID       string `json:"appid,omitempty"`
	PagePath    string `json:"pagepath,omitempty"`
}

// checkAndTruncate checks the content of its type and truncates the fields that WeCom truncates.
func (c *Content) checkAndTruncate(r *request, kind string) *apiError {
	switch kind {
	case "text":
		return c.Text.checkAndTruncate()
	case "textcard":
		return c.TextCard.checkAndTruncate()
	case "markdown":
		return c.Markdown.checkFields()
	case "news":
		return c.News.checkAndTruncate()
	case "template_card":
		return c.Card.checkForSend(r)
	case "image":
		return c.Image.resolveFile(r, kind)
	case "voice":
		return c.Voice.resolveFile(r, kind)
	case "video":
		return c.Video.resolveFile(r, kind)
	case "file":
		return c.File.resolveFile(r, kind)
	case "mpnews":
		return c.MPNews.checkAndTruncate(r)
	default:
		return c.Notice.checkFields()
	}
}

func (t *Text) checkAndTruncate() *apiError {
	if t == nil || t.Content == "" {
		return newAPIError(44004)
	}
	t.Content = truncateBytes(t.Content, 2048)
	return nil
}

func (m *Markdown) checkFields() *apiError {
	if m == nil || m.Content == "" {
		return newAPIError(44004)
	}
	if len(m.Content) > 2048 {
		return tooLong("markdown.content", 2048)
	}
	return nil
}

func (t *TextCard) checkAndTruncate() *apiError {
	switch {
	case t == nil || t.Title == "":
		return newAPIError(41016)
	case t.Description == "":
		return newAPIError(41033)
	case t.URL == "":
		return newAPIError(41010)
	case len(t.URL) > 2048:
		return tooLong("textcard.url", 2048)
	case !isHTTPURL(t.URL):
		return newAPIError(40094)
	}
	t.Title = truncateRunes(t.Title, 128)
	t.Description = truncateRunes(t.Description, 512)
	t.BtnTxt = truncateRunes(t.BtnTxt, 4)
	return nil
}

func (n *News) checkAndTruncate() *apiError {
	if n == nil || len(n.Articles) == 0 {
		return invalidParam("news.articles")
	}
	if len(n.Articles) > 8 {
		return newAPIError(45008)
	}
	for i := range n.Articles {
		a := &n.Articles[i]
		switch {
		case a.Title == "":
			return newAPIError(41016)
		case a.URL == "" && (a.AppID == "" || a.PagePath == ""):
			return newAPIError(41010)
		case len(a.URL) > 2048:
			return tooLong("news.articles.url", 2048)
		case a.URL != "" && !isHTTPURL(a.URL):
			return newAPIError(40094)
		case len(a.PicURL) > 2048:
			return tooLong("news.articles.picurl", 2048)
		case len(a.PagePath) > 128:
			return tooLong("news.articles.pagepath", 128)
		}
		a.Title = truncateBytes(a.Title, 128)
		a.Description = truncateBytes(a.Description, 512)
	}
	return nil
}

func isHTTPURL(u string) bool {
	return strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://")
}

// truncateBytes shortens a text to at most n bytes without splitting a character.
func truncateBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// truncateRunes shortens a text to at most n characters.
func truncateRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

var idTokenPattern = regexp.MustCompile(`\$(userName|userAlias|userAliasOrName|departmentName)=([^$]+)\$`)

// expandIDTokens replaces the id tokens (enable_id_trans) in the documented fields. Tokens that
// cannot be resolved are kept.
func (c *Content) expandIDTokens(corp *corpState) {
	var fields []*string
	if c.Text != nil {
		fields = append(fields, &c.Text.Content)
	}
	if c.TextCard != nil {
		fields = append(fields, &c.TextCard.Title, &c.TextCard.Description)
	}
	if c.News != nil {
		for i := range c.News.Articles {
			fields = append(fields, &c.News.Articles[i].Title, &c.News.Articles[i].Description)
		}
	}
	if c.MPNews != nil {
		fields = append(fields, c.MPNews.idTokenFields()...)
	}
	if c.Notice != nil {
		fields = append(fields, c.Notice.idTokenFields()...)
	}
	if c.Card != nil {
		fields = append(fields, c.Card.idTokenFields()...)
	}
	for _, f := range fields {
		*f = idTokenPattern.ReplaceAllStringFunc(*f, corp.resolveIDToken)
	}
}

// resolveIDToken returns the text for one id token.
func (c *corpState) resolveIDToken(whole string) string {
	part := idTokenPattern.FindStringSubmatch(whole)
	kind, id := part[1], part[2]
	if kind == "departmentName" {
		n, err := strconv.ParseInt(id, 10, 64)
		if d, ok := c.departments[n]; err == nil && ok {
			return d.Name
		}
		return whole
	}
	m, ok := c.members[foldUserID(id)]
	switch {
	case !ok:
		return whole
	case kind == "userName", kind == "userAliasOrName" && m.Alias == "":
		return m.Name
	case m.Alias != "":
		return m.Alias
	}
	return whole
}
