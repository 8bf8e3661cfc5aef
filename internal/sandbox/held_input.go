package sandbox

import (
	"fmt"
	"io"
	"os"
)

// heldInput is the standard input of a program that is compiled first. It is written once the
// program starts: a compiler can open the input of the shell, as the file /proc/1/fd/0.
type heldInput struct {
	text        string
	read, write *os.File
	ended       chan struct{}
}

func holdInput(text string) (*heldInput, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("open the standard input: %w", err)
	}
	return &heldInput{text, r, w, make(chan struct{})}, nil
}

// startWriting writes the input once compiled is closed, unless end is called before. The
// command has been started, or has failed to.
func (h *heldInput) startWriting(compiled <-chan struct{}) {
	_ = h.read.Close() // the command has its own
	go func() {
		defer h.write.Close()
		select {
		case <-compiled:
			_, _ = io.WriteString(h.write, h.text) // the program may end without reading it
		case <-h.ended:
		}
	}()
}

// end ends startWriting. The command has ended.
func (h *heldInput) end() {
	close(h.ended)
	_ = h.write.Close() // a write that is waiting for the program fails
}
