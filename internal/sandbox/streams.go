package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// programStreams connects a program with its input and output: pipes or a pseudo terminal.
type programStreams interface {
	// attachTo sets the streams of a command that is not started yet.
	attachTo(cmd *exec.Cmd)
	// closeChildEnds closes the files of a command that has been started, or has failed to.
	closeChildEnds()
	// startCopying passes input and output on.
	startCopying(ctx context.Context)
	// waitUntilRead waits until all output was read, which requires that all processes have
	// closed the streams, and reports whether that happened within a time.
	waitUntilRead(limit time.Duration) bool
	// closeStreams stops the input, reads the remaining output and closes the streams. All processes of
	// the program have been killed, or it was not started.
	closeStreams() error
}

// stderrInSandbox is the file descriptor that attachTo passes as the standard error of the
// program. That of the command itself is for the errors of runsc, which its log has.
const stderrInSandbox = 2

// pipes are the streams of a program without a terminal. Unlike pipes of package exec, they do
// not delay the end of a command while processes that it has left behind hold them.
type pipes struct {
	text     string          // standard input
	compiled <-chan struct{} // nil when the program is not compiled
	output   [2]io.Writer    // stdout and stderr

	input *os.File
	read  [2]*os.File // of output
	child [3]*os.File // the ends of the command: stdin, stdout and stderr

	started bool
	ended   chan struct{} // closed by closeStreams
	written chan struct{} // closed when no more input is written
	copied  chan struct{} // closed when all output was read
}

// openPipes opens the streams of a program. The input is written once compiled is closed: a
// compiler can open the input of the shell, as a file below /proc.
func openPipes(text string, compiled <-chan struct{}, stdout, stderr io.Writer) (*pipes, error) {
	p := &pipes{text: text, compiled: compiled, output: [2]io.Writer{stdout, stderr}, ended: make(chan struct{}), written: make(chan struct{}), copied: make(chan struct{})}
	var errs [3]error
	p.child[0], p.input, errs[0] = os.Pipe()
	p.read[0], p.child[1], errs[1] = os.Pipe()
	p.read[1], p.child[2], errs[2] = os.Pipe()
	if err := errors.Join(errs[:]...); err != nil {
		p.closeChildEnds()
		_ = p.closeStreams()
		return nil, fmt.Errorf("open the streams of the program: %w", err)
	}
	return p, nil
}

func (p *pipes) attachTo(cmd *exec.Cmd) {
	cmd.Stdin, cmd.Stdout = p.child[0], p.child[1]
	passFile(cmd, p.child[2], stderrInSandbox)
}

func (p *pipes) closeChildEnds() {
	for _, f := range p.child {
		_ = f.Close()
	}
}

func (p *pipes) startCopying(context.Context) {
	p.started = true
	go p.writeInput()
	var done [2]chan struct{}
	for i := range p.read {
		done[i] = make(chan struct{})
		go func() {
			defer close(done[i])
			_, _ = io.Copy(p.output[i], p.read[i])
		}()
	}
	go func() {
		<-done[0]
		<-done[1]
		close(p.copied)
	}()
}

// writeInput writes the input. The program may end without reading it.
func (p *pipes) writeInput() {
	defer close(p.written)
	defer p.input.Close()
	if p.compiled != nil {
		select {
		case <-p.compiled:
		case <-p.ended:
			return
		}
	}
	_, _ = io.WriteString(p.input, p.text)
}

func (p *pipes) waitUntilRead(limit time.Duration) bool { return isClosedWithin(p.copied, limit) }

func (p *pipes) closeStreams() error {
	close(p.ended)
	_ = p.input.Close() // ends a write that the program did not read
	if p.started {
		for _, f := range p.read {
			_ = f.SetReadDeadline(time.Now().Add(killGrace))
		}
		<-p.copied
		<-p.written
	}
	return errors.Join(p.read[0].Close(), p.read[1].Close())
}

func isClosedWithin(done <-chan struct{}, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
