package model

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
