package wecomtest

import (
	"net/http"
	"strconv"
	"unicode/utf8"
)

// Media refers to an uploaded file.
type Media struct {
	MediaID     string `json:"media_id"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	// Name, Type and Size of the file are set by the simulator.
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
	Size int    `json:"size,omitempty"`
}

func (m *Media) resolveFile(r *request, kind string) *apiError {
	if m == nil {
		return newAPIError(41006)
	}
	f, err := r.server.findMedia(r.corp, m.MediaID, kind)
	if err != nil {
		return err
	}
	m.Title, m.Description = truncateBytes(m.Title, 128), truncateBytes(m.Description, 512)
	m.Name, m.Type, m.Size = f.name, f.mime, len(f.data)
	return nil
}

// MPNews is the body of an mpnews message, whose articles WeCom stores.
type MPNews struct {
	Articles []MPArticle `json:"articles"`
}

// MPArticle is one article of MPNews. Content is HTML.
type MPArticle struct {
	Title            string `json:"title"`
	ThumbMediaID     string `json:"thumb_media_id"`
	Author           string `json:"author,omitempty"`
	ContentSourceURL string `json:"content_source_url,omitempty"`
	Content          string `json:"content"`
	Digest           string `json:"digest,omitempty"`
}

func (n *MPNews) checkAndTruncate(r *request) *apiError {
	if n == nil || len(n.Articles) == 0 {
		return invalidParam("mpnews.articles")
	}
	if len(n.Articles) > 8 {
		return newAPIError(45008)
	}
	for i := range n.Articles {
		a := &n.Articles[i]
		switch {
		case a.Title == "":
			return newAPIError(41016)
		case len(a.Author) > 64:
			return newAPIError(45032)
		case a.Content == "":
			return newAPIError(44004)
		case len(a.Content) > 666*1024:
			return newAPIError(45002)
		}
		if _, err := r.server.findMedia(r.corp, a.ThumbMediaID, "image"); err != nil {
			return err
		}
		a.Title, a.Digest = truncateBytes(a.Title, 128), truncateBytes(a.Digest, 512)
	}
	return nil
}

func (n *MPNews) idTokenFields() []*string {
	var out []*string
	for i := range n.Articles {
		out = append(out, &n.Articles[i].Title, &n.Articles[i].Digest, &n.Articles[i].Content)
	}
	return out
}

// Notice is the body of a miniprogram_notice message.
type Notice struct {
	AppID             string       `json:"appid"`
	Page              string       `json:"page,omitempty"`
	Title             string       `json:"title"`
	Description       string       `json:"description,omitempty"`
	EmphasisFirstItem bool         `json:"emphasis_first_item,omitempty"`
	ContentItem       []NoticeItem `json:"content_item,omitempty"`
}

// NoticeItem is one line of a Notice.
type NoticeItem struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (n *Notice) checkFields() *apiError {
	switch {
	case n == nil || n.AppID == "":
		return newAPIError(90200)
	case len(n.ContentItem) > 10:
		return newAPIError(90201)
	case len(n.Page) > 1024:
		return newAPIError(90204)
	case n.Title == "":
		return newAPIError(41016)
	case utf8.RuneCountInString(n.Title) < 4 || utf8.RuneCountInString(n.Title) > 12:
		return invalidParam("miniprogram_notice.title")
	case n.Description != "" && (utf8.RuneCountInString(n.Description) < 4 || utf8.RuneCountInString(n.Description) > 12):
		return invalidParam("miniprogram_notice.description")
	}
	var kept []NoticeItem
	for _, item := range n.ContentItem {
		switch {
		case utf8.RuneCountInString(item.Key) > 10:
			return newAPIError(90202)
		case utf8.RuneCountInString(item.Value) > 30:
			return newAPIError(90203)
		case item.Key != "" || item.Value != "":
			kept = append(kept, item)
		}
	}
	n.ContentItem = kept
	return nil
}

func (n *Notice) idTokenFields() []*string {
	out := []*string{&n.Title, &n.Description}
	for i := range n.ContentItem {
		out = append(out, &n.ContentItem[i].Value)
	}
	return out
}

// serveArticle serves an article of an mpnews message: HTML from the application, restricted to
// images by its Content-Security-Policy.
func (s *Server) serveArticle(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	s.mu.Lock()
	var article *MPArticle
	for _, c := range s.corps {
		if m := s.findSentMessage(c, r.PathValue("msgid")); err == nil && m != nil && m.content.MPNews != nil && n >= 0 && n < len(m.content.MPNews.Articles) {
			article = &m.content.MPNews.Articles[n]
		}
	}
	s.mu.Unlock()
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
