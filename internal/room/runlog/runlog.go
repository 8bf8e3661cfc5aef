// Package runlog has the output and the result of a program as the log of a room
// keeps them.
package runlog

import (
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

// MaxOutput is the number of bytes of a program's output that are kept in memory.
const MaxOutput = 64 << 10

// Limits of the runs of a room in memory.
const (
	MaxRuns       = 5  // of a document
	maxRunsOfRoom = 20 // of all documents
)

// Append appends a run. At most MaxRuns runs of a document are kept, among them the newest
// run of its test cases, and maxRunsOfRoom in all.
func Append(runs []protocol.Run, run protocol.Run) []protocol.Run {
	runs = append(runs[max(0, len(runs)+1-maxRunsOfRoom):], run)
	count, oldest, isTested := 0, 0, false
	for i, v := range slices.Backward(runs) {
		if v.Doc != run.Doc {
			continue
		}
		if count++; v.Tests == nil || isTested {
			oldest = i
		}
		isTested = isTested || v.Tests != nil
	}
	if count > MaxRuns {
		runs = slices.Delete(runs, oldest, oldest+1)
	}
	return runs
}

// Find returns the run with the id, nil without one.
func Find(runs []protocol.Run, id string) *protocol.Run {
	for i := range runs {
		if runs[i].ID == id {
			return &runs[i]
		}
	}
	return nil
}

// AppendOutput appends chunks and keeps the last MaxOutput bytes. It returns a new
// slice, since the old one may be in use.
func AppendOutput(chunks, more []protocol.Chunk) []protocol.Chunk {
	all := slices.Concat(chunks, more)
	size := 0
	for i := len(all) - 1; i >= 0; i-- {
		if size += len(all[i].Text); size > MaxOutput {
			all[i].Text = runeSuffix(all[i].Text, len(all[i].Text)-(size-MaxOutput))
			return all[i:]
		}
	}
	return all
}

// runeSuffix returns about the last n bytes of s, starting at a character.
func runeSuffix(s string, n int) string {
	i := len(s) - n
	for i < len(s) && s[i]&0xc0 == 0x80 {
		i++
	}
	return s[i:]
}

// AppendChunk appends output that is not stored yet, to the last chunk if it is of the
// same stream.
func AppendChunk(pending []protocol.Chunk, c sandbox.Chunk) []protocol.Chunk {
	if n := len(pending); n > 0 && pending[n-1].Stream == c.Stream {
		pending[n-1].Text += c.Text
		return pending
	}
	return append(pending, protocol.Chunk{Stream: c.Stream, Text: c.Text})
}

// NewResult returns a result of the sandbox as it is logged.
func NewResult(res sandbox.Result) *protocol.RunResult {
	return &protocol.RunResult{
		Status: string(res.Status), Detail: string(res.Detail), ExitCode: res.ExitCode, Signal: res.Signal,
		WallMs: res.Wall.Milliseconds(), CPUMs: res.CPU.Milliseconds(), MemoryBytes: res.MemoryBytes, Truncated: res.Truncated,
	}
}
