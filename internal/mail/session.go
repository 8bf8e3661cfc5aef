package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// session is a connection to the mail server on which the client has signed in.
type session struct {
	client *mail.Client
	smtp   *smtp.Client
	conn   net.Conn
}

// openSession connects to the server and signs in. The error is an *Error.
func (s *Server) openSession(ctx context.Context) (*session, error) {
	var conn net.Conn
	client, err := s.newClient(acceptLimit(ctx), &conn)
	if err != nil {
		return nil, &Error{Configuration, err}
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		if conn != nil {
			_ = conn.Close()
		}
		return nil, &Error{classify(err), fmt.Errorf("connecting to the mail server: %w", err)}
	}
	return &session{client, c, conn}, nil
}

// sendMail sends a mail and ends the session. It returns nil if the server has accepted the
// mail, whatever follows.
func (s *session) sendMail(msg *mail.Msg) error {
	err := s.client.SendWithSMTPClient(s.smtp, msg)
	if err != nil {
		_ = s.conn.Close() // the server may have stopped replying
	} else {
		s.endSession()
	}
	if msg.IsDelivered() {
		return nil
	}
	return err
}

// endSession ends the session, and closes the connection of a server that does not reply.
func (s *session) endSession() {
	if s.smtp.UpdateDeadline(quitTimeout) == nil {
		_ = s.client.CloseWithSMTPClient(s.smtp)
	}
	_ = s.conn.Close()
}

// acceptLimit returns the time in which the server must accept a mail.
func acceptLimit(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return acceptTimeout
	}
	left := time.Until(deadline)
	return max(min(acceptTimeout, left-min(restOfCaller, left/4)), time.Millisecond)
}

// newClient returns the SMTP client. It stores the connection that it opens in conn.
func (s *Server) newClient(limit time.Duration, conn *net.Conn) (*mail.Client, error) {
	host, port, err := net.SplitHostPort(s.Host)
	if err != nil {
		return nil, fmt.Errorf("parsing the mail server's address %q: %w", s.Host, err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("parsing the mail server's port %q: %w", port, err)
	}
	opts := []mail.Option{mail.WithPort(n), mail.WithTimeout(limit), mail.WithDialContextFunc(s.newDialer(host, conn))}
	if s.HELO != "" {
		opts = append(opts, mail.WithHELO(s.HELO))
	}
	switch s.TLS {
	case "tls": // the connection of the dialer is encrypted; servers offer STARTTLS on others only
		opts = append(opts, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.Username != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Username), mail.WithPassword(string(s.Password)))
	}
	client, err := mail.NewClient(host, opts...)
	if err != nil {
		return nil, fmt.Errorf("creating the SMTP client: %w", err)
	}
	return client, nil
}

// newDialer returns the function that opens the connection. The SMTP client sets no deadline
// before the first mail, so that it would wait for a silent server forever: the
// connection gets that of the context.
func (s *Server) newDialer(host string, conn *net.Conn) mail.DialContextFunc {
	return func(ctx context.Context, network, address string) (c net.Conn, err error) {
		if s.TLS == "tls" {
			c, err = (&tls.Dialer{Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}}).DialContext(ctx, network, address)
		} else {
			c, err = new(net.Dialer).DialContext(ctx, network, address)
		}
		if err != nil {
			return nil, err
		}
		*conn = c
		if deadline, ok := ctx.Deadline(); ok {
			err = c.SetDeadline(deadline)
		}
		return c, err
	}
}
