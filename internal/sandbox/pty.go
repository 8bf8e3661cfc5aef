package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// interrupt is the character that a terminal turns into SIGINT.
const interrupt = "\x03"

// pty is the pseudo terminal of one program: a pair of devices of the host, which
// gVisor's kernel passes to the program as its standard streams.
type pty struct {
	terminal *Terminal
	out      io.Writer // of the program
	master   *os.File
	slave    *os.File

	activeAt    atomic.Int64 // of the last input or output, in nanoseconds since 1970
	interrupted atomic.Bool  // an interrupt was typed
	stop        context.CancelFunc
	written     chan struct{} // closed when no more input is written
	read        chan struct{} // closed when all output was read
}

// openPTY opens a pair with the terminal's size.
func openPTY(t *Terminal, out io.Writer) (*pty, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, fmt.Errorf("open terminal: %w", err)
	}
	p := &pty{terminal: t, out: out, master: master, written: make(chan struct{}), read: make(chan struct{})}
	var number int
	err = p.runOnMaster(func(fd int) (err error) {
		if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return err
		}
		number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		return err
	})
	if err == nil {
		err = p.setSize(t.Size())
	}
	if err == nil {
		p.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err == nil {
		err = disableJobControl(p.slave)
	}
	if err != nil {
		_ = errors.Join(p.slave.Close(), master.Close()) // a nil slave is not closed
		return nil, fmt.Errorf("open terminal: %w", err)
	}
	return p, nil
}

// disableJobControl leaves the interrupt as the only character that is a signal: no
// shell would resume a stopped program. Ctrl-S, by which editors save, does not stop the
// output.
func disableJobControl(tty *os.File) error {
	settings, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	settings.Cc[unix.VSUSP], settings.Cc[unix.VQUIT] = 0, 0
	settings.Iflag &^= unix.IXON
	return unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, settings)
}

// runOnMaster calls fn with the master. File.Fd would make it blocking.
func (p *pty) runOnMaster(fn func(fd int) error) error {
	conn, err := p.master.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := conn.Control(func(fd uintptr) { failed = fn(int(fd)) }); err != nil {
		return err
	}
	return failed
}

func (p *pty) setSize(size TerminalSize) error {
	return p.runOnMaster(func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(size.Rows), Col: uint16(size.Cols)})
	})
}

// attachTo sets the pair as the controlling terminal of a command that is not started
// yet. runsc forwards the signals of the terminal to the foreground processes of the
// container.
func (p *pty) attachTo(cmd *exec.Cmd) {
	cmd.Stdin, cmd.Stdout = p.slave, p.slave
	passFile(cmd, p.slave, stderrInSandbox)
	cmd.SysProcAttr.Setpgid = false // the leader of a session has a group of its own
	cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty, cmd.SysProcAttr.Ctty = true, true, 0
}

func (p *pty) closeChildEnds() { _ = p.slave.Close() }

// startCopying passes input and output on until closeStreams, or the end of ctx.
func (p *pty) startCopying(ctx context.Context) {
	p.recordActivity()
	ctx, cancel := context.WithCancel(ctx)
	p.stop = cancel
	go p.writeInput(ctx)
	go func() {
		defer close(p.read)
		_, _ = io.Copy(activityWriter{p, p.out}, p.master) // EIO when the program has ended
	}()
}

func (p *pty) waitUntilRead(limit time.Duration) bool { return isClosedWithin(p.read, limit) }

// activityWriter records each write as activity.
type activityWriter struct {
	p *pty
	w io.Writer
}

func (a activityWriter) Write(b []byte) (int, error) {
	a.p.recordActivity()
	return a.w.Write(b)
}

// writeInput writes what is typed. A program that does not read its input keeps at
// most MaxTerminalInput bytes waiting.
func (p *pty) writeInput(ctx context.Context) {
	defer close(p.written)
	for {
		in, err := p.terminal.Next(ctx, MaxTerminalInput)
		if err != nil {
			return
		}
		p.recordActivity()
		if in.Size != nil {
			_ = p.setSize(*in.Size)
		}
		if strings.Contains(in.Text, interrupt) {
			p.interrupted.Store(true)
		}
		if _, err := p.master.WriteString(in.Text); err != nil {
			return
		}
	}
}

func (p *pty) recordActivity() { p.activeAt.Store(time.Now().UnixNano()) }

// idleTime returns the time since the last input or output.
func (p *pty) idleTime() time.Duration {
	return time.Duration(time.Now().UnixNano() - p.activeAt.Load())
}

func (p *pty) closeStreams() error {
	if p.stop == nil {
		return p.master.Close() // the program was not started
	}
	p.stop()
	_ = p.master.SetDeadline(time.Now().Add(killGrace))
	<-p.read
	err := p.master.Close() // ends a write that the program did not read
	<-p.written
	return err
}
