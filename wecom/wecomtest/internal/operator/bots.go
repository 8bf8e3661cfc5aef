package operator

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/bots"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// putBot adds or changes a smart bot. A field that is absent keeps its value; the callback address is
// taken as verified.
func (s *Service) putBot(_ context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.SmartBot{}, body)
	if err != nil {
		return nil, err
	}
	if old, ok := s.Bots.Bot(in.ID); ok {
		if in, err = webpage.Merge(old, body); err != nil {
			return nil, err
		}
	}
	if err := bots.CheckBot(in); err != nil {
		return nil, err
	}
	if !s.hasCorp(in.CorpID) {
		return nil, core.ErrNotFound
	}
	s.Bots.AddBot(in)
	return nil, nil
}

// putBotGroup adds or changes a group with a smart bot. A field that is absent keeps its value.
func (s *Service) putBotGroup(_ context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.BotGroup{}, body)
	if err != nil {
		return nil, err
	}
	if old, ok := s.Bots.Group(in.ID); ok {
		if in, err = webpage.Merge(old, body); err != nil {
			return nil, err
		}
	}
	if in.ID == "" {
		return nil, errors.New("id is missing")
	}
	if b, ok := s.Bots.Bot(in.BotID); !ok || !s.hasCorp(in.CorpID) || b.CorpID != in.CorpID {
		return nil, core.ErrNotFound
	}
	s.Bots.AddGroup(in)
	return nil, nil
}

// saveBotCallback saves the callback of a smart bot after its address has been verified.
func (s *Service) saveBotCallback(ctx context.Context, in struct {
	BotID string `json:"botId"`
	model.Callback
}) (any, error) {
	return nil, s.Bots.SaveCallback(ctx, in.BotID, in.Callback)
}
