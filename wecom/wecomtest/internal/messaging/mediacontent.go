package messaging

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

func resolveMediaFile(m *model.Media, r *core.Request, kind string) *core.APIError {
	if m == nil {
		return core.NewAPIError(41006)
	}
	f, err := r.Core.FindMedia(r.Corp, m.MediaID, kind)
	if err != nil {
		return err
	}
	m.Title, m.Description = core.TruncateBytes(m.Title, 128), core.TruncateBytes(m.Description, 512)
	m.Name, m.Type, m.Size = f.Name, f.Mime, len(f.Data)
	return nil
}

func checkMPNews(n *model.MPNews, r *core.Request) *core.APIError {
	if n == nil || len(n.Articles) == 0 {
		return core.InvalidParam("mpnews.articles")
	}
	if len(n.Articles) > core.MaxArticles {
		return core.NewAPIError(45008)
	}
	for i := range n.Articles {
		a := &n.Articles[i]
		switch {
		case a.Title == "":
			return core.NewAPIError(41016)
		case len(a.Author) > 64:
			return core.NewAPIError(45032)
		case a.Content == "":
			return core.NewAPIError(44004)
		case len(a.Content) > 666*1024:
			return core.NewAPIError(45002)
		}
		if _, err := r.Core.FindMedia(r.Corp, a.ThumbMediaID, "image"); err != nil {
			return err
		}
		a.Title, a.Digest = core.TruncateBytes(a.Title, 128), core.TruncateBytes(a.Digest, 512)
	}
	return nil
}

func mpNewsIDTokenFields(n *model.MPNews) []*string {
	var out []*string
	for i := range n.Articles {
		out = append(out, &n.Articles[i].Title, &n.Articles[i].Digest, &n.Articles[i].Content)
	}
	return out
}

func checkNotice(n *model.Notice) *core.APIError {
	switch {
	case n == nil || n.AppID == "":
		return core.NewAPIError(90200)
	case len(n.ContentItem) > 10:
		return core.NewAPIError(90201)
	case len(n.Page) > 1024:
		return core.NewAPIError(90204)
	case n.Title == "":
		return core.NewAPIError(41016)
	case utf8.RuneCountInString(n.Title) < 4 || utf8.RuneCountInString(n.Title) > 12:
		return core.InvalidParam("miniprogram_notice.title")
	case n.Description != "" && (utf8.RuneCountInString(n.Description) < 4 || utf8.RuneCountInString(n.Description) > 12):
		return core.InvalidParam("miniprogram_notice.description")
	}
	var kept []model.NoticeItem
	for _, item := range n.ContentItem {
		switch {
		case utf8.RuneCountInString(item.Key) > 10:
			return core.NewAPIError(90202)
		case utf8.RuneCountInString(item.Value) > 30:
			return core.NewAPIError(90203)
		case item.Key != "" || item.Value != "":
			kept = append(kept, item)
		}
	}
	n.ContentItem = kept
	return nil
}

func noticeIDTokenFields(n *model.Notice) []*string {
	out := []*string{&n.Title, &n.Description}
	for i := range n.ContentItem {
		out = append(out, &n.ContentItem[i].Value)
	}
	return out
}

// ServeArticle serves an article of an mpnews message: HTML from the application, restricted to
// images by its Content-Security-Policy.
func (s *Service) ServeArticle(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	s.Mu.Lock()
	var article *model.MPArticle
	for _, c := range s.CorpStates {
		if m := s.FindSentMessage(c, r.PathValue("msgid")); err == nil && m != nil && m.Content.MPNews != nil && n >= 0 && n < len(m.Content.MPNews.Articles) {
			article = &m.Content.MPNews.Articles[n]
		}
	}
	s.Mu.Unlock()
	if article == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self' data: http: https:; style-src 'unsafe-inline'; sandbox allow-popups")
	_, _ = w.Write([]byte("<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>" +
		"<style>body{max-width:680px;margin:24px auto;padding:0 16px;font:16px/1.7 sans-serif}img{max-width:100%}</style>" + article.Content))
}
