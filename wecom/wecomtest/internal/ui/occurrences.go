package ui

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// How far and how many occurrences of a repeating schedule the calendar shows
// beside the first.
const (
	shownDays        = 400
	shownOccurrences = 3
)

// comingOccurrences returns the starts of the next occurrences after the first one
// and from a moment on, in Unix seconds.
func comingOccurrences(e *model.Schedule, from int64) []int64 {
	out := []int64{}
	if !office.IsRepeating(e) {
		return out
	}
	const day = 24 * 60 * 60
	at := int64(e.StartTime) + day
	if late := from - at; late > 0 {
		at += (late + day - 1) / day * day
	}
	for i := 0; i < shownDays && len(out) < shownOccurrences; i++ {
		if office.OccursAt(e, model.Int(at)) {
			out = append(out, at)
		}
		at += day
	}
	return out
}
