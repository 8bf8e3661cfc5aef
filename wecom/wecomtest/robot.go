package wecomtest

import (
	"bytes"
	"slices"
	"time"
)

// robotMessagesPerMinute is the maximum number of messages per robot and minute.
const robotMessagesPerMinute = 20

// Robot is a group chat webhook (消息推送, formerly 群机器人).
//
// https://developer.work.weixin.qq.com/document/path/99110
type Robot struct {
	CorpID  string `json:"corpId,omitempty"`
	Key     string `json:"key,omitempty"` // secret; grants write access to the group
	Name    string `json:"name,omitempty"`
	Stopped bool   `json:"stopped,omitempty"` // calls return 93004
	Removed bool   `json:"removed,omitempty"` // removed from its group: calls return 93008
}

// RobotMessage is a message sent by a robot. Only the field of its type is set.
type RobotMessage struct {
	Time       time.Time
	MsgType    string
	Text       *Text
	Markdown   *Markdown
	MarkdownV2 *Markdown
	News       *News
	Card       *Card
	Image      []byte // the image file
	File       *Media
	Voice      *Media
}

// robotState is a robot with its messages. Server.mu guards it.
type robotState struct {
	Robot
	corp         *corpState
	minuteWindow window
	messages     queue[RobotMessage]
	imageBytes   int // total size of the images in messages
}

// AddRobot adds a robot, or replaces its name and state.
func (s *Server) AddRobot(r Robot) {
	if r.Key == "" {
		panic("wecomtest: AddRobot needs a Key")
	}
	s.updateCorp(r.CorpID, func(c *corpState) {
		if old, ok := s.robots[r.Key]; ok {
			old.Robot, old.corp = r, c
			return
		}
		s.robots[r.Key] = &robotState{Robot: r, corp: c}
	})
}

// RobotMessages returns the messages of the robot with this key, oldest first. Mentions are
// replaced by member names.
func (s *Server) RobotMessages(key string) []RobotMessage {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.robots[key]; ok {
		return slices.Clone(r.messages.list())
	}
	return nil
}

// findRobot returns the robot of the key in the query, which also authenticates the call.
func (s *Server) findRobot(r *request) (*robotState, *apiError) {
	b, ok := s.robots[r.query.Get("key")]
	switch {
	case !ok:
		return nil, newAPIError(93000)
	case b.Stopped:
		return nil, newAPIError(93004)
	case b.Removed:
		return nil, newAPIError(93008)
	}
	r.corp = b.corp
	return b, nil
}

// robotLimits are the maximum file sizes in bytes by type.
var robotLimits = map[string]int{"voice": 2 * megabyte, "file": 20 * megabyte}

type robotMediaReply struct {
	Type      string `json:"type"`
	MediaID   string `json:"media_id"`
	CreatedAt string `json:"created_at"`
}

// uploadRobotMedia implements webhook/upload_media. An empty file is rejected before the key is checked.
func (s *Server) uploadRobotMedia(r *request) (any, *apiError) {
	kind := r.query.Get("type")
	limit, known := robotLimits[kind]
	f, err := r.readUpload("media")
	switch {
	case err != nil:
		return nil, err
	case len(f.data) == 0:
		return nil, newAPIError(44001)
	case r.query.Get("key") == "":
		return nil, invalidParam("key")
	}
	b, err := s.findRobot(r)
	switch {
	case err != nil:
		return nil, err
	case !known:
		return nil, newAPIError(40005)
	case len(f.data) <= 5:
		return nil, newAPIError(40006)
	case len(f.data) > limit:
		return nil, newAPIError(45001)
	case kind == "voice" && !bytes.HasPrefix(f.data, []byte("#!AMR")):
		return nil, newAPIError(40004)
	}
	f.kind, f.robot = kind, b
	id := s.storeMedia(r, f)
	return robotMediaReply{kind, id, formatID(f.created.Unix())}, nil
}
