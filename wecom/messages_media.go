package wecom

import "unicode/utf8"

// Media is a message with an uploaded file. The media id is valid for three
// days in every app of the company.
type Media struct {
	MediaID string `json:"media_id"`
}

// Image is an image message.
type Image Media

// Voice is a voice message.
type Voice Media

// File is a file message. With Message.Safe set, WeCom accepts only some document and
// image types.
type File Media

func (*Image) msgType() string { return "image" }
func (*Voice) msgType() string { return "voice" }
func (*File) msgType() string  { return "file" }

func (m *Image) checkFields(k *fieldChecker) { k.CheckRequired("image.media_id", m.MediaID) }
func (m *Voice) checkFields(k *fieldChecker) { k.CheckRequired("voice.media_id", m.MediaID) }
func (m *File) checkFields(k *fieldChecker)  { k.CheckRequired("file.media_id", m.MediaID) }

// Video is a video message.
type Video struct {
	MediaID     string `json:"media_id"`
	Title       string `json:"title,omitempty"`       // at most 128 bytes
	Description string `json:"description,omitempty"` // at most 512 bytes
}

func (*Video) msgType() string { return "video" }

func (v *Video) checkFields(k *fieldChecker) {
	k.CheckRequired("video.media_id", v.MediaID)
	k.CheckBytes("video.title", v.Title, 128)
	k.CheckBytes("video.description", v.Description, 512)
}

// News is a message with 1 to 8 linked articles.
type News struct {
	Articles []Article `json:"articles"`
}

// Article links to a page or to a mini program.
type Article struct {
	Title       string `json:"title"`                 // at most 128 bytes
	Description string `json:"description,omitempty"` // at most 512 bytes
	URL         string `json:"url,omitempty"`         // at most 2048 bytes; or AppID and PagePath
	PicURL      string `json:"picurl,omitempty"`      // at most 2048 bytes
	AppID       string `json:"appid,omitempty"`       // of a mini program linked to the app
	PagePath    string `json:"pagepath,omitempty"`    // at most 128 bytes
}

func (*News) msgType() string { return "news" }

func (n *News) checkFields(k *fieldChecker) {
	k.CheckCount("news.articles", len(n.Articles), 1, 8)
	for i := range n.Articles {
		n.Articles[i].checkFields(k, indexedField("news.articles", i))
	}
}

func (a *Article) checkFields(k *fieldChecker, field string) {
	k.CheckRequired(field+".title", a.Title)
	k.CheckBytes(field+".title", a.Title, 128)
	k.CheckBytes(field+".description", a.Description, 512)
	k.CheckBytes(field+".picurl", a.PicURL, 2048)
	k.CheckBytes(field+".pagepath", a.PagePath, 128)
	if a.AppID == "" && a.PagePath == "" {
		k.checkURL(field+".url", a.URL, 2048)
		return
	}
	k.CheckRequired(field+".appid", a.AppID)
	k.CheckRequired(field+".pagepath", a.PagePath)
}

// MPNews is a message with 1 to 8 articles that WeCom hosts and displays
// itself.
type MPNews struct {
	Articles []MPArticle `json:"articles"`
}

// MPArticle is an article with its text.
type MPArticle struct {
	Title            string `json:"title"`                        // at most 128 bytes
	ThumbMediaID     string `json:"thumb_media_id"`               // of an uploaded image
	Author           string `json:"author,omitempty"`             // at most 64 bytes
	ContentSourceURL string `json:"content_source_url,omitempty"` // target of "read the original"
	Content          string `json:"content"`                      // HTML, at most 666 KB
	Digest           string `json:"digest,omitempty"`             // at most 512 bytes
}

func (*MPNews) msgType() string { return "mpnews" }

func (n *MPNews) checkFields(k *fieldChecker) {
	k.CheckCount("mpnews.articles", len(n.Articles), 1, 8)
	for i, a := range n.Articles {
		field := indexedField("mpnews.articles", i)
		k.CheckRequired(field+".title", a.Title)
		k.CheckBytes(field+".title", a.Title, 128)
		k.CheckRequired(field+".thumb_media_id", a.ThumbMediaID)
		k.CheckBytes(field+".author", a.Author, 64)
		k.CheckRequired(field+".content", a.Content)
		k.CheckBytes(field+".content", a.Content, 666<<10)
		k.CheckBytes(field+".digest", a.Digest, 512)
	}
}

// MiniProgramNotice is a notice that opens a mini program. It cannot be sent to
// AllMembers.
type MiniProgramNotice struct {
	AppID             string                  `json:"appid"`                 // of a mini program that is linked to the app
	Page              string                  `json:"page,omitempty"`        // at most 1024 bytes
	Title             string                  `json:"title"`                 // 4 to 12 characters
	Description       string                  `json:"description,omitempty"` // 4 to 12 characters
	EmphasisFirstItem bool                    `json:"emphasis_first_item,omitempty"`
	ContentItem       []MiniProgramNoticeItem `json:"content_item,omitempty"` // at most 10
}

// MiniProgramNoticeItem is a line of key and value.
type MiniProgramNoticeItem struct {
	Key   string `json:"key"`   // at most 10 characters
	Value string `json:"value"` // at most 30 characters
}

func (*MiniProgramNotice) msgType() string { return "miniprogram_notice" }

func (n *MiniProgramNotice) checkFields(k *fieldChecker) {
	k.CheckRequired("miniprogram_notice.appid", n.AppID)
	k.CheckBytes("miniprogram_notice.page", n.Page, 1024)
	checkNoticeText(k, "miniprogram_notice.title", n.Title)
	if n.Description != "" {
		checkNoticeText(k, "miniprogram_notice.description", n.Description)
	}
	k.CheckCount("miniprogram_notice.content_item", len(n.ContentItem), 0, 10)
	for i, item := range n.ContentItem {
		k.CheckRunes(indexedField("miniprogram_notice.content_item", i)+".key", item.Key, 10)
		k.CheckRunes(indexedField("miniprogram_notice.content_item", i)+".value", item.Value, 30)
	}
}

func checkNoticeText(k *fieldChecker, field, value string) {
	if utf8.RuneCountInString(value) < 4 {
		k.Reject(field, "has fewer than 4 characters")
	}
	k.CheckRunes(field, value, 12)
}
