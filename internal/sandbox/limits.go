package sandbox

import "time"

// wallGuard is the ratio of the wall time limits to the CPU time limits. A busy
// machine with fewer than wallGuard runnable processes per CPU changes no result.
const wallGuard = 6

// Limits of an interpreted language. Compiled languages have their own, see
// languages.go.
var defaultLimits = Limits{
	Wall:        wallGuard * 10 * time.Second,
	CPU:         10 * time.Second,
	MemoryBytes: 256 << 20,
	Processes:   64,
	OutputBytes: 256 << 10,
	FileBytes:   32 << 20,
}

// Limits of a program in a terminal, which waits for input. That of CPU time is
// the language's.
const (
	terminalWall        = 15 * time.Minute
	terminalIdle        = 2 * time.Minute
	terminalOutputBytes = 1 << 20
)

// Limits of an interactive shell that differ from those of a program in a terminal.
const (
	shellCPU  = time.Minute
	shellIdle = 5 * time.Minute
)

// forShell returns the limits of an interactive shell.
func (l Limits) forShell() Limits {
	l = l.forTerminal()
	l.CPU, l.Idle = shellCPU, shellIdle
	return l
}

// forTerminal returns the limits of a program in a terminal.
func (l Limits) forTerminal() Limits {
	l.Wall, l.Idle, l.OutputBytes = terminalWall, terminalIdle, terminalOutputBytes
	return l
}

// IdleMemory limits the memory of a container without a program, in bytes. The kernel enforces it
// where control groups are available. About a third is used.
const IdleMemory = 64 << 20

// Limits of the sandbox itself, in addition to those of the program.
const (
	kernelMemory          = 80 << 20         // gVisor's kernel, file server and commands, in the same control group
	kernelTasks           = 160              // threads of them, likewise
	maxCPUs               = 2                // CPUs that a program may use at the same time
	killGrace             = 5 * time.Second  // from SIGKILL until runsc has exited and its pipes are closed
	stopGrace             = time.Second      // from the end of the program until the other processes are killed
	deleteTimeout         = 10 * time.Second // for `runsc delete`
	replyTimeout          = 30 * time.Second // for the first process of a container; as long as a busy machine takes
	usageInterval         = 50 * time.Millisecond
	flushInterval         = 25 * time.Millisecond // in which the output of a program is joined
	terminalFlushInterval = 50 * time.Millisecond // likewise in a terminal, after output that is passed on at once
	detectTimeout         = time.Minute           // to detect the version of one interpreter at the start
	redetectDelay         = 5 * time.Second       // until the first retry of a failed detection; doubled for each further one
	redetectMaxDelay      = 10 * time.Minute
	probeTimeout          = time.Minute      // for the empty program that checks that runsc works
	probeRetry            = 30 * time.Second // interval between probes after a failure
	maxSourceBytes        = 4 << 20          // of all files of a program
	maxFiles              = 64
	maxProgramSize        = maxSourceBytes + maxFiles*4096 // of all files of a program on a file system
	maxStdinBytes         = 1 << 20
)

// uncountedCPU is the CPU time that gVisor's kernel permits a process where the watcher limits that
// of the whole program.
const uncountedCPU = time.Hour

// limitsInside returns the limits that gVisor's kernel enforces. Where the watcher can
// read the CPU time, it limits that: gVisor's clock of a process also counts the time in
// which a busy machine does not run it.
func (l Limits) limitsInside(countsCPU bool) Limits {
	if countsCPU {
		l.CPU, l.CompileCPU = uncountedCPU, uncountedCPU
	}
	return l
}

// clampTo replaces the zero fields of l with those of ceiling and lowers the
// others to it.
func (l Limits) clampTo(ceiling Limits) Limits {
	return Limits{
		Wall:        clampTo(l.Wall, ceiling.Wall),
		CPU:         clampTo(l.CPU, ceiling.CPU),
		CompileWall: clampTo(l.CompileWall, ceiling.CompileWall),
		CompileCPU:  clampTo(l.CompileCPU, ceiling.CompileCPU),
		MemoryBytes: clampTo(l.MemoryBytes, ceiling.MemoryBytes),
		Processes:   clampTo(l.Processes, ceiling.Processes),
		OutputBytes: clampTo(l.OutputBytes, ceiling.OutputBytes),
		FileBytes:   clampTo(l.FileBytes, ceiling.FileBytes),
		Idle:        clampTo(l.Idle, ceiling.Idle),
	}
}

func clampTo[T ~int | ~int64](value, ceiling T) T {
	if value <= 0 || value > ceiling {
		return ceiling
	}
	return value
}
