package wecomtest

import (
	"context"
	"fmt"
)

// Chats returns the group chats created by the applications of a company, sorted by id.
func (s *Server) Chats(corpID string) []Chat {
	s.init()
	return s.messaging.Chats(corpID)
}

// ClickButton clicks a button of a card as a member. ref is the msgid or a response_code of the
// message, or the task_id of its card. It returns after the receiver has accepted the event, or
// with ErrNotDelivered.
func (s *Server) ClickButton(ctx context.Context, corpID, userID, ref, key string, chosen ...Selected) error {
	s.init()
	return s.messaging.ClickButton(ctx, corpID, userID, ref, key, chosen...)
}

// SendText sends a text to an application as a member.
func (s *Server) SendText(ctx context.Context, corpID, userID string, agentID int64, text string) error {
	s.init()
	return s.messaging.SendText(ctx, corpID, userID, agentID, text)
}

// EnterApp opens the application as a member. enter_agent is sent if ReportEnter is set.
func (s *Server) EnterApp(ctx context.Context, corpID, userID string, agentID int64) error {
	s.init()
	return s.messaging.EnterApp(ctx, corpID, userID, agentID)
}

// ClickMenu clicks an item of the application's menu. key is its key, its URL for type view, or its
// page path for type view_miniprogram. input is at most one MenuInput: the scanned code, the pictures
// or the location. After the event of pictures, the application receives a message for each picture.
func (s *Server) ClickMenu(ctx context.Context, corpID, userID string, agentID int64, key string, input ...MenuInput) error {
	s.init()
	var given MenuInput
	switch len(input) {
	case 0:
	case 1:
		given = input[0]
	default:
		return fmt.Errorf("clicking the menu item %q: %d inputs, at most one is allowed", key, len(input))
	}
	return s.messaging.ClickMenu(ctx, corpID, userID, agentID, key, given)
}

// SendMessage sends a message of any type to an application of s as a member: a text, an image, a voice
// message, a video, a location or a link. Files are available with media/get for three days.
//
// https://developer.work.weixin.qq.com/document/path/90239
func SendMessage(ctx context.Context, s *Server, corpID, userID string, agentID int64, m MemberMessage) error {
	s.init()
	return s.messaging.SendMessage(ctx, corpID, userID, agentID, m)
}

// AddRobot adds a robot, or replaces its name and state.
func (s *Server) AddRobot(r Robot) {
	s.init()
	s.messaging.AddRobot(r)
}

// RobotMessages returns the messages of the robot with this key, oldest first. Mentions are
// replaced by member names.
func (s *Server) RobotMessages(key string) []RobotMessage {
	s.init()
	return s.messaging.RobotMessages(key)
}

// AddVoice stores a voice recording of a page (JS-SDK) and returns the serverId for
// media/get/jssdk. It returns "" for an unknown company.
func (s *Server) AddVoice(corpID string, speex []byte) string {
	s.init()
	return s.messaging.AddVoice(corpID, speex)
}
