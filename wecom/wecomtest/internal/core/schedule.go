package core

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// ScheduleState is a schedule with its application.
type ScheduleState struct {
	model.Schedule
	App *AppState
}
