package sandbox

import "time"

// The limits of an interpreted program. A language that compiles first has its own, see languages.go.
var defaultLimits = Limits{
	Wall:        10 * time.Second,
	CPU:         10 * time.Second,
	MemoryBytes: 256 << 20,
	Processes:   64,
	OutputBytes: 256 << 10,
	FileBytes:   32 << 20,
}

// wallScale multiplies the languages' limits of wall time. The tests raise it: on a machine with much
// else to do, only CPU time means the same as on an idle one.
var wallScale = 1

func wallLimit(d time.Duration) time.Duration { return d * time.Duration(wallScale) }

// What the sandbox itself may use beside the program.
const (
	kernelMemory   = 64 << 20         // gVisor's own kernel and file server, charged to the same group
	killGrace      = 5 * time.Second  // from our SIGKILL until runsc has gone and its pipes are closed
	deleteTimeout  = 10 * time.Second // for `runsc delete`
	usageInterval  = 50 * time.Millisecond
	flushInterval  = 25 * time.Millisecond
	detectTimeout  = time.Minute      // for finding out the version of one interpreter at start
	probeTimeout   = time.Minute      // for the empty program that proves that runsc works here
	probeRetry     = 30 * time.Second // a failed proof is not repeated before that
	maxSourceBytes = 1 << 20
	maxStdinBytes  = 1 << 20
)

// lowerTo fills the zero fields of l from ceiling and lowers the others to it.
func (l Limits) lowerTo(ceiling Limits) Limits {
	return Limits{
		Wall:        lower(l.Wall, ceiling.Wall),
		CPU:         lower(l.CPU, ceiling.CPU),
		MemoryBytes: lower(l.MemoryBytes, ceiling.MemoryBytes),
		Processes:   lower(l.Processes, ceiling.Processes),
		OutputBytes: lower(l.OutputBytes, ceiling.OutputBytes),
		FileBytes:   lower(l.FileBytes, ceiling.FileBytes),
	}
}

func lower[T ~int | ~int64](value, ceiling T) T {
	if value <= 0 || value > ceiling {
		return ceiling
	}
	return value
}
