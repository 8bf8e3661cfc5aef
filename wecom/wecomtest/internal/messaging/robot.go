package messaging

import (
	"bytes"
	"slices"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// RobotMessagesPerMinute is the maximum number of messages per robot and minute.
const RobotMessagesPerMinute = 20

// AddRobot implements the method of wecomtest.Server.
func (s *Service) AddRobot(r model.Robot) {
	if r.Key == "" {
		panic("wecomtest: AddRobot needs a Key")
	}
	s.UpdateCorp(r.CorpID, func(c *core.CorpState) {
		if old, ok := s.Robots[r.Key]; ok {
			old.Robot, old.Corp = r, c
			return
		}
		s.Robots[r.Key] = &core.RobotState{Robot: r, Corp: c}
	})
}

// RobotMessages implements the method of wecomtest.Server.
func (s *Service) RobotMessages(key string) []model.RobotMessage {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if r, ok := s.Robots[key]; ok {
		return slices.Clone(r.Messages.List())
	}
	return nil
}

// findRobot returns the robot of the key in the query, which also authenticates the call.
func (s *Service) findRobot(r *core.Request) (*core.RobotState, *core.APIError) {
	b, ok := s.Robots[r.Query.Get("key")]
	switch {
	case !ok:
		return nil, core.NewAPIError(93000)
	case b.Stopped:
		return nil, core.NewAPIError(93004)
	case b.Removed:
		return nil, core.NewAPIError(93008)
	}
	r.Corp = b.Corp
	return b, nil
}

// robotLimits are the maximum file sizes in bytes by type.
var robotLimits = map[string]int{"voice": 2 * core.Megabyte, "file": 20 * core.Megabyte}

type robotMediaReply struct {
	Type      string `json:"type"`
	MediaID   string `json:"media_id"`
	CreatedAt string `json:"created_at"`
}

// uploadRobotMedia implements webhook/upload_media. An empty file is rejected before the key is checked.
func (s *Service) uploadRobotMedia(r *core.Request) (any, *core.APIError) {
	kind := r.Query.Get("type")
	limit, known := robotLimits[kind]
	f, err := readUpload(r, "media")
	switch {
	case err != nil:
		return nil, err
	case len(f.Data) == 0:
		return nil, core.NewAPIError(44001)
	case r.Query.Get("key") == "":
		return nil, core.InvalidParam("key")
	}
	b, err := s.findRobot(r)
	switch {
	case err != nil:
		return nil, err
	case !known:
		return nil, core.NewAPIError(40005)
	case len(f.Data) <= 5:
		return nil, core.NewAPIError(40006)
	case len(f.Data) > limit:
		return nil, core.NewAPIError(45001)
	case kind == "voice" && !bytes.HasPrefix(f.Data, []byte("#!AMR")):
		return nil, core.NewAPIError(40004)
	}
	f.Kind, f.Robot = kind, b
	id := s.StoreMedia(r, f)
	return robotMediaReply{kind, id, contacts.FormatID(f.Created.Unix())}, nil
}
