package core

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// WorkbenchState holds the tile of an application. Core.Mu guards it.
type WorkbenchState struct {
	Template model.Workbench
	Data     map[string]model.Workbench // by folded user id
	Minutes  map[string]*Window
}
