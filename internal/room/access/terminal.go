package access

import "github.com/huimian/huimian/internal/room/protocol"

// CanTerminal is the right to start programs in a terminal, and to type into it. An
// interrupt is input, too.
const CanTerminal = CanRun

// InputRefusal returns the code with which input into the terminal of a run is refused,
// "" for a participant who may type. run may be nil.
func InputRefusal(run *protocol.Run, past Past) string {
	switch {
	case !past.IncludesRun(run) || run.Terminal == nil:
		return "not_found"
	case run.Result != nil:
		return "run.ended"
	}
	return ""
}

// ResizeRefusal is like InputRefusal for a new size, which is that of the window of the
// participant who has started the run.
func ResizeRefusal(run *protocol.Run, past Past, participant string) string {
	if code := InputRefusal(run, past); code != "" {
		return code
	}
	if run.By != participant {
		return "forbidden"
	}
	return ""
}
