package mail

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/wecom"
)

// App sends mail from the mailbox of an app in WeCom (应用邮箱), without a mail server. The
// calendar objects are files: WeCom sends no alternative parts.
type App struct {
	Client  *wecom.Client
	Observe ObserveFunc // may be nil

	address atomic.Pointer[string] // of the mailbox, once it is known
}

// Send implements Sender.
func (a *App) Send(ctx context.Context, m Mail) error {
	to, err := asciiAddress(m.To)
	if err != nil {
		return &Error{Refused, fmt.Errorf("encoding the host of the recipient's address: %w", err)}
	}
	out := wecom.Mail{To: wecom.MailRecipients{Emails: []string{to}}, Subject: m.Subject, Content: m.Text, ContentType: wecom.MailText}
	for n, c := range m.Calendars {
		out.Attachments = append(out.Attachments, wecom.MailAttachment{FileName: calendarName(n, len(m.Calendars)), Content: []byte(c.Object)})
	}
	return observe(ctx, a.Observe, func() error {
		if err := a.Client.Mail.Send(ctx, out); err != nil {
			return &Error{classOfWeCom(err), fmt.Errorf("sending a mail through WeCom: %w", err)}
		}
		return nil
	})
}

// FromAddress implements Sender. It requests the address of the mailbox once.
func (a *App) FromAddress(ctx context.Context) (string, error) {
	if address := a.address.Load(); address != nil {
		return *address, nil
	}
	box, err := a.Client.Mail.GetMailbox(ctx)
	if err != nil {
		return "", &Error{classOfWeCom(err), fmt.Errorf("requesting the mailbox of the app: %w", err)}
	}
	if box.Email == "" {
		return "", &Error{Configuration, errNoMailbox}
	}
	a.address.Store(&box.Email)
	return box.Email, nil
}

// Check implements Sender: it requests the mailbox.
func (a *App) Check(ctx context.Context) error {
	a.address.Store(nil)
	_, err := a.FromAddress(ctx)
	return err
}

// classOfWeCom returns the class of an error of the WeCom client.
func classOfWeCom(err error) Class {
	switch wecom.ClassOf(err) {
	case wecom.ClassArgument, wecom.ClassState, wecom.ClassFinal:
		return Refused
	case wecom.ClassConfig, wecom.ClassPermission, wecom.ClassToken:
		return Configuration
	default:
		return Temporary
	}
}

// observe runs send and reports its result.
func observe(ctx context.Context, report ObserveFunc, send func() error) error {
	began := time.Now()
	err := send()
	if report != nil {
		report(ctx, err, time.Since(began))
	}
	return err
}
