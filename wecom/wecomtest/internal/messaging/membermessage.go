package messaging

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// messageIDBase makes the MsgId of members' messages 64-bit numbers as long as WeCom's.
const messageIDBase = 7300000000000000000

// SendMessage implements the function of wecomtest.
func (s *Service) SendMessage(ctx context.Context, corpID, userID string, agentID int64, in model.MemberMessage) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *core.AppState, m *core.MemberState) ([]*core.PendingCallback, error) {
		o, err := s.newMemberMessage(a, m, &in)
		if err != nil {
			return nil, fmt.Errorf("sending a message of %s: %w", userID, err)
		}
		return []*core.PendingCallback{o}, nil
	})
}

// SendText implements the method of wecomtest.Server.
func (s *Service) SendText(ctx context.Context, corpID, userID string, agentID int64, text string) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *core.AppState, m *core.MemberState) ([]*core.PendingCallback, error) {
		return []*core.PendingCallback{s.addMemberMessage(a, m, newMemberText(text))}, nil
	})
}

// memberMessage is a message of a member and the elements of its callback.
type memberMessage struct {
	core.InboxMessage
	size     int // of its texts in bytes
	elements func(*core.XMLBuilder)
}

func newMemberText(text string) *memberMessage {
	out := &memberMessage{size: len(text), elements: func(e *core.XMLBuilder) { e.AddText("Content", text) }}
	out.MsgType, out.Content.Text = "text", &model.Text{Content: text}
	return out
}

// newMemberMessage adds a message to the chat of a member and returns its callback. Mu must be held.
func (s *Service) newMemberMessage(a *core.AppState, m *core.MemberState, in *model.MemberMessage) (*core.PendingCallback, error) {
	if err := checkOneKind(in); err != nil {
		return nil, err
	}
	var out *memberMessage
	var err error
	switch {
	case in.Image != nil:
		out, err = s.newMemberImage(m, in.Image)
	case in.Voice != nil:
		out, err = s.newMemberVoice(m, in.Voice)
	case in.Video != nil:
		out, err = s.newMemberVideo(m, in.Video)
	case in.Location != nil:
		out, err = newMemberLocation(*in.Location)
	case in.Link != nil:
		out, err = newMemberLink(*in.Link)
	default:
		out = newMemberText(in.Text)
	}
	if err != nil {
		return nil, err
	}
	return s.addMemberMessage(a, m, out), nil
}

func checkOneKind(in *model.MemberMessage) error {
	n := 0
	for _, set := range []bool{in.Text != "", in.Image != nil, in.Voice != nil, in.Video != nil, in.Location != nil, in.Link != nil} {
		if set {
			n++
		}
	}
	if n != 1 {
		return errors.New("exactly one of text, image, voice, video, location and link is required")
	}
	return nil
}

// addMemberMessage adds a message to the chat of a member and returns its callback. Mu must be held.
func (s *Service) addMemberMessage(a *core.AppState, m *core.MemberState, in *memberMessage) *core.PendingCallback {
	s.Seq++
	d := &in.InboxMessage
	d.Member, d.Seq, d.AgentID, d.Time = m, s.Seq, a.AgentID, s.CurrentTime()
	s.AddToInbox(m, d)
	s.AddToMailbox(&core.MailboxEntry{FromMember: d, Size: in.size})
	e := core.NewMessageXML(m.CorpID, m.UserID, s.CurrentTime(), d.MsgType)
	in.elements(e)
	e.AddNumber("MsgId", messageIDBase+d.Seq)
	if d.Location != nil {
		e.AddText("AppType", "wxwork")
	}
	return s.Contacts.NewAppEvent(a, m, d.MsgType, e)
}

func (s *Service) newMemberImage(m *core.MemberState, in *model.MemberFile) (*memberMessage, error) {
	media, err := s.storeMemberFile(m, "image", in)
	if err != nil {
		return nil, err
	}
	out := &memberMessage{elements: func(e *core.XMLBuilder) {
		e.AddText("PicUrl", s.mediaURL(media.MediaID)).AddText("MediaId", media.MediaID)
	}}
	out.MsgType, out.Content.Image = "image", media
	return out, nil
}

func (s *Service) newMemberVoice(m *core.MemberState, in *model.MemberFile) (*memberMessage, error) {
	media, err := s.storeMemberFile(m, "voice", in)
	if err != nil {
		return nil, err
	}
	out := &memberMessage{elements: func(e *core.XMLBuilder) {
		e.AddText("MediaId", media.MediaID).AddText("Format", voiceFormats[media.Type])
	}}
	out.MsgType, out.Content.Voice = "voice", media
	return out, nil
}

func (s *Service) newMemberVideo(m *core.MemberState, in *model.MemberFile) (*memberMessage, error) {
	media, err := s.storeMemberFile(m, "video", in)
	if err != nil {
		return nil, err
	}
	thumb, err := s.storeMemberFile(m, "image", &model.MemberFile{})
	if err != nil {
		return nil, err
	}
	out := &memberMessage{elements: func(e *core.XMLBuilder) {
		e.AddText("MediaId", media.MediaID).AddText("ThumbMediaId", thumb.MediaID)
	}}
	out.MsgType, out.Content.Video = "video", media
	return out, nil
}

// checkLocation sets the scale that is not given, and returns an error for a place that does not exist.
func checkLocation(in *model.Location) error {
	if in.Latitude < -90 || in.Latitude > 90 || in.Longitude < -180 || in.Longitude > 180 {
		return fmt.Errorf("%v, %v is not a latitude and longitude", in.Latitude, in.Longitude)
	}
	in.Scale = cmp.Or(in.Scale, 15)
	return nil
}

func newMemberLocation(in model.Location) (*memberMessage, error) {
	if err := checkLocation(&in); err != nil {
		return nil, err
	}
	out := &memberMessage{size: len(in.Label) + len(in.PoiName), elements: func(e *core.XMLBuilder) {
		e.AddFloat("Location_X", in.Latitude).AddFloat("Location_Y", in.Longitude).AddNumber("Scale", int64(in.Scale)).AddText("Label", in.Label)
	}}
	out.MsgType, out.Location = "location", &in
	return out, nil
}

func newMemberLink(in model.SharedLink) (*memberMessage, error) {
	if !core.IsHTTPURL(in.Link) {
		return nil, fmt.Errorf("the link %q does not begin with http:// or https://", in.Link)
	}
	out := &memberMessage{size: len(in.Title) + len(in.Desc) + len(in.Link) + len(in.Image), elements: func(e *core.XMLBuilder) {
		e.AddText("Title", in.Title).AddText("Description", in.Desc).AddText("Url", in.Link).AddText("PicUrl", in.Image)
	}}
	out.MsgType, out.Link = "link", &in
	return out, nil
}

// mediaURL returns the address of a file for browsers.
func (s *Service) mediaURL(id string) string { return s.URL() + "/sim/media/" + url.PathEscape(id) }
