package core

import (
	"encoding/json"
)

// ApprovalContent is the value of one control.
type ApprovalContent struct {
	Control string          `json:"control"`
	ID      string          `json:"id"`
	Title   []LangText      `json:"title"` // only in replies
	Value   json.RawMessage `json:"value"`
}
