package core

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// StoreMessage stores a message of the robot and evicts the oldest ones beyond the limits.
func (b *RobotState) StoreMessage(m model.RobotMessage, l model.Limits) {
	b.Messages.Push(m)
	b.imageBytes += len(m.Image)
	for b.Messages.Len() > 1 && (b.Messages.Len() > l.Chat || b.imageBytes > l.TextBytes) {
		b.imageBytes -= len(b.Messages.Pop().Image)
	}
}
