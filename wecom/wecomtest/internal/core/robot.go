package core

import (
	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// RobotState is a robot with its messages. Core.Mu guards it.
type RobotState struct {
	model.Robot
	Corp         *CorpState
	MinuteWindow Window
	Messages     bounded.Queue[model.RobotMessage]
	imageBytes   int // total size of the images in messages
}
