package model

// Exclude is an occurrence that was changed or removed individually.
type Exclude struct {
	StartTime Int `json:"start_time"`
}
