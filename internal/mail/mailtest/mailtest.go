// Package mailtest is an SMTP server for tests. It keeps the mails that it
// accepts and can fail in the ways that relays are known to fail.
package mailtest

import (
	"crypto/tls"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The stages of a session at which Reply and Disconnect act. The other stages
// are the commands EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT, DATA, RSET and QUIT.
const (
	Greeting = "GREETING" // the connection was accepted
	Content  = "CONTENT"  // the content of the mail was received
)

// maxMails is the number of accepted mails that wait for Next.
const maxMails = 1000

// Server is an SMTP server on a loopback address.
type Server struct {
	Address string // host:port

	mails chan string

	mu         sync.Mutex
	replies    map[string]string
	disconnect map[string]bool
	silent     map[string]bool
	commands   []string
	ended      chan struct{}
}

// New starts a server that accepts every mail. It stops at the end of the test.
func New(t *testing.T) *Server { return newServer(t, nil) }

// NewTLS is like New, with TLS from the start of a connection.
func NewTLS(t *testing.T, config *tls.Config) *Server { return newServer(t, config) }

func newServer(t *testing.T, config *tls.Config) *Server {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &Server{
		Address: l.Addr().String(), mails: make(chan string, maxMails),
		replies: map[string]string{}, disconnect: map[string]bool{}, silent: map[string]bool{}, ended: make(chan struct{}),
	}
	t.Cleanup(func() { close(s.ended) })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serveSession(textproto.NewConn(conn))
		}
	}()
	return s
}

// Reply sets the reply at a stage; an empty one restores the default.
func (s *Server) Reply(stage, reply string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[stage] = reply
}

// Disconnect makes the server close the connection after its reply at a stage.
func (s *Server) Disconnect(stage string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disconnect[stage] = on
}

// Silence makes the server send no reply at a stage, and keep the connection open.
func (s *Server) Silence(stage string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent[stage] = true
}

// Mails returns the accepted mails as they were received, with LF as the end of
// a line.
func (s *Server) Mails() <-chan string { return s.mails }

// Commands returns the received commands with an argument that begins with
// prefix, such as "RCPT TO:".
func (s *Server) Commands(prefix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.commands), func(line string) bool { return !strings.HasPrefix(line, prefix) })
}

func (s *Server) serveSession(c *textproto.Conn) {
	defer func() { _ = c.Close() }()
	if !s.sendReply(c, Greeting, "220 mailtest ESMTP") {
		return
	}
	for {
		line, err := c.ReadLine()
		if err != nil || !s.handleCommand(c, line) {
			return
		}
	}
}

func (s *Server) handleCommand(c *textproto.Conn, line string) bool {
	s.mu.Lock()
	s.commands = append(s.commands, line)
	s.mu.Unlock()
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	switch verb {
	case "DATA":
		return s.sendReply(c, verb, "354 end with <CRLF>.<CRLF>") && s.receiveContent(c)
	case "EHLO":
		return s.sendReply(c, verb, "250-mailtest\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES")
	case "AUTH":
		return s.sendReply(c, verb, "235 2.7.0 accepted")
	case "QUIT":
		s.sendReply(c, verb, "221 2.0.0 closing")
		return false
	default:
		return s.sendReply(c, verb, "250 2.0.0 ok")
	}
}

func (s *Server) receiveContent(c *textproto.Conn) bool {
	if !strings.HasPrefix(s.replyAt("DATA", "354"), "354") {
		return true
	}
	content, err := io.ReadAll(c.DotReader())
	if err != nil {
		return false
	}
	if strings.HasPrefix(s.replyAt(Content, "250"), "250") {
		s.mails <- string(content)
	}
	return s.sendReply(c, Content, "250 2.0.0 queued")
}

func (s *Server) replyAt(stage, standard string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.replies[stage]; r != "" {
		return r
	}
	return standard
}

// sendReply sends the reply of a stage and reports whether the session goes on.
func (s *Server) sendReply(c *textproto.Conn, stage, standard string) bool {
	s.mu.Lock()
	silent := s.silent[stage]
	s.mu.Unlock()
	if silent {
		<-s.ended
		return false
	}
	if err := c.PrintfLine("%s", s.replyAt(stage, standard)); err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.disconnect[stage]
}
