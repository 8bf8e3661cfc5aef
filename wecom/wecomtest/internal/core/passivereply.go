package core

import (
	"errors"
	"fmt"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// passiveMessageTypes are the types of passive replies that are messages to the member.
var passiveMessageTypes = map[string]bool{"text": true, "image": true, "voice": true, "video": true, "news": true}

// MaxArticles is the maximum number of articles of a news message.
const MaxArticles = 8

// newPassiveContent returns the content of a passive reply. Texts over their limit are truncated, as
// those of message/send are. Mu must be held.
//
// https://developer.work.weixin.qq.com/document/path/90241
func (s *Core) newPassiveContent(c *CorpState, reply *passiveReply) (out model.Content, err error) {
	switch reply.MsgType {
	case "text":
		if reply.Content == "" {
			return out, errors.New("no Content")
		}
		out.Text = &model.Text{Content: TruncateBytes(reply.Content, 2048)}
	case "image":
		out.Image, err = newPassiveMedia(s, c, reply.MsgType, reply.Image)
	case "voice":
		out.Voice, err = newPassiveMedia(s, c, reply.MsgType, reply.Voice)
	case "video":
		out.Video, err = newPassiveMedia(s, c, reply.MsgType, reply.Video)
	default:
		out.News, err = newPassiveNews(reply)
	}
	return out, err
}

func newPassiveMedia(s *Core, c *CorpState, kind string, m passiveMedia) (*model.Media, error) {
	f, err := s.FindMedia(c, m.MediaID, kind)
	if err != nil {
		return nil, fmt.Errorf("no valid %[2]s has the MediaId %[1]q", m.MediaID, kind)
	}
	return &model.Media{MediaID: m.MediaID, Title: TruncateBytes(m.Title, 128), Description: TruncateBytes(m.Description, 512),
		Name: f.Name, Type: f.Mime, Size: len(f.Data)}, nil
}

func newPassiveNews(reply *passiveReply) (*model.News, error) {
	if n := len(reply.Items); n == 0 || n > MaxArticles {
		return nil, fmt.Errorf("got %d articles, want 1 to %d", n, MaxArticles)
	}
	out := &model.News{}
	for _, x := range reply.Items {
		if x.Title == "" {
			return nil, errors.New("an article has no Title")
		}
		out.Articles = append(out.Articles, model.Article{Title: TruncateBytes(x.Title, 128),
			Description: TruncateBytes(x.Description, 512), PicURL: x.PicURL, URL: x.URL})
	}
	return out, nil
}
