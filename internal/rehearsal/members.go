package rehearsal

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/rehearsal/browser"
)

const administrator = "m0000"

func userID(n int) string { return fmt.Sprintf("m%04d", n) }

func memberName(n int) string { return fmt.Sprintf("成员%04d", n) }

// newAddress returns the address of another computer.
func (w *world) newAddress() string {
	w.browsers++
	return fmt.Sprintf("10.%d.%d.%d", w.browsers>>16&255, w.browsers>>8&255, w.browsers&255)
}

// member is a member's browser.
type member struct {
	*browser.Browser

	signedIn time.Time
}

func (w *world) newBrowser() (*browser.Browser, error) {
	return browser.New(w.config.PublicURL, w.newAddress())
}

// sessionAge is how long a member uses a session. The product ends it later.
const sessionAge = 24 * time.Hour

// signIn returns the browser of a member, who signs in through WeCom when there is no session.
func (w *world) signIn(ctx context.Context, user string) (*browser.Browser, error) {
	if b := w.people[user]; b != nil && w.clock.Now().Before(b.signedIn.Add(sessionAge)) {
		return b.Browser, nil
	}
	b, err := w.newBrowser()
	if err != nil {
		return nil, err
	}
	if err := b.SignIn(ctx, func() string { return w.wecom.SignInCode(corpID, user, agentID) }); err != nil {
		return nil, fmt.Errorf("signing in %s: %w", user, err)
	}
	w.people[user] = &member{b, w.clock.Now()}
	return b, nil
}
