package messaging

import (
	"regexp"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// msgTypes are the values of msgtype that message/send accepts.
var msgTypes = map[string]bool{
	"text": true, "image": true, "voice": true, "video": true, "file": true, "textcard": true, "news": true,
	"mpnews": true, "markdown": true, "miniprogram_notice": true, "template_card": true,
}

// checkContent checks the content of its type and truncates the fields that WeCom truncates.
func checkContent(c *model.Content, r *core.Request, kind string) *core.APIError {
	switch kind {
	case "text":
		return checkText(c.Text)
	case "textcard":
		return checkTextCard(c.TextCard)
	case "markdown":
		return checkMarkdown(c.Markdown)
	case "news":
		return checkNews(c.News)
	case "template_card":
		return checkCardForSend(c.Card, r)
	case "image":
		return resolveMediaFile(c.Image, r, kind)
	case "voice":
		return resolveMediaFile(c.Voice, r, kind)
	case "video":
		return resolveMediaFile(c.Video, r, kind)
	case "file":
		return resolveMediaFile(c.File, r, kind)
	case "mpnews":
		return checkMPNews(c.MPNews, r)
	default:
		return checkNotice(c.Notice)
	}
}

func checkText(t *model.Text) *core.APIError {
	if t == nil || t.Content == "" {
		return core.NewAPIError(44004)
	}
	t.Content = core.TruncateBytes(t.Content, 2048)
	return nil
}

func checkMarkdown(m *model.Markdown) *core.APIError {
	if m == nil || m.Content == "" {
		return core.NewAPIError(44004)
	}
	if len(m.Content) > 2048 {
		return core.TooLong("markdown.content", 2048)
	}
	return nil
}

func checkTextCard(t *model.TextCard) *core.APIError {
	switch {
	case t == nil || t.Title == "":
		return core.NewAPIError(41016)
	case t.Description == "":
		return core.NewAPIError(41033)
	case t.URL == "":
		return core.NewAPIError(41010)
	case len(t.URL) > 2048:
		return core.TooLong("textcard.url", 2048)
	case !core.IsHTTPURL(t.URL):
		return core.NewAPIError(40094)
	}
	t.Title = TruncateRunes(t.Title, 128)
	t.Description = TruncateRunes(t.Description, 512)
	t.BtnTxt = TruncateRunes(t.BtnTxt, 4)
	return nil
}

func checkNews(n *model.News) *core.APIError {
	if n == nil || len(n.Articles) == 0 {
		return core.InvalidParam("news.articles")
	}
	if len(n.Articles) > core.MaxArticles {
		return core.NewAPIError(45008)
	}
	for i := range n.Articles {
		a := &n.Articles[i]
		switch {
		case a.Title == "":
			return core.NewAPIError(41016)
		case a.URL == "" && (a.AppID == "" || a.PagePath == ""):
			return core.NewAPIError(41010)
		case len(a.URL) > 2048:
			return core.TooLong("news.articles.url", 2048)
		case a.URL != "" && !core.IsHTTPURL(a.URL):
			return core.NewAPIError(40094)
		case len(a.PicURL) > 2048:
			return core.TooLong("news.articles.picurl", 2048)
		case len(a.PagePath) > 128:
			return core.TooLong("news.articles.pagepath", 128)
		}
		a.Title = core.TruncateBytes(a.Title, 128)
		a.Description = core.TruncateBytes(a.Description, 512)
	}
	return nil
}

// TruncateRunes shortens a text to at most n characters.
func TruncateRunes(text string, n int) string {
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
func expandIDTokens(c *model.Content, corp *core.CorpState) {
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
		fields = append(fields, mpNewsIDTokenFields(c.MPNews)...)
	}
	if c.Notice != nil {
		fields = append(fields, noticeIDTokenFields(c.Notice)...)
	}
	if c.Card != nil {
		fields = append(fields, core.CardIDTokenFields(c.Card)...)
	}
	for _, f := range fields {
		*f = idTokenPattern.ReplaceAllStringFunc(*f, func(token string) string { return resolveIDToken(corp, token) })
	}
}

// resolveIDToken returns the text for one id token.
func resolveIDToken(c *core.CorpState, whole string) string {
	part := idTokenPattern.FindStringSubmatch(whole)
	kind, id := part[1], part[2]
	if kind == "departmentName" {
		n, err := strconv.ParseInt(id, 10, 64)
		if d, ok := c.Departments[n]; err == nil && ok {
			return d.Name
		}
		return whole
	}
	m, ok := c.Members[core.FoldUserID(id)]
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
