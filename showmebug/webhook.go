package showmebug

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// SignatureHeader carries the signature of a delivery. Documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
const SignatureHeader = "Smb-Signature"

// Sign gives the signature of a body: HMAC-SHA1 with the client secret as the
// key, in upper-case hexadecimal. Documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
func Sign(secret Secret, body []byte) string {
	return strings.ToUpper(hex.EncodeToString(mac(secret, body)))
}

// Verify reports whether a signature fits a body, in a time that does not
// depend on how much of it does. Lower-case hexadecimal is taken as well. With
// an empty secret nothing fits. Documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
func Verify(secret Secret, body []byte, signature string) bool {
	got, err := hex.DecodeString(strings.TrimSpace(signature))
	return err == nil && secret != "" && hmac.Equal(got, mac(secret, body))
}

func mac(secret Secret, body []byte) []byte {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write(body)
	return h.Sum(nil)
}

// DefaultWindow is how far the time of a delivery may be from ours. Each
// delivery has a time of its own, so this has to cover clocks that differ.
// That ts serves against replays is inferred.
const DefaultWindow = 10 * time.Minute

const (
	maxBody = 1 << 20 // bytes; ShowMeBug publishes no figure, a question is a few KB

	// workTime bounds the work on one delivery. How long ShowMeBug waits for
	// an answer is not known; the next delivery comes 15 seconds later.
	workTime = 10 * time.Second
)

// Webhook receives events: an http.Handler that proves that a delivery comes
// from ShowMeBug, refuses what is stale, and hands each event to the
// application once. It answers 200 when the event was worked on, now or
// before, and another status otherwise, upon which ShowMeBug delivers it again
// up to three times, after 15, 15 and 30 seconds. What is lost while we are
// down longer has to be read from the lists.
//
// Secret and Handle are required. It must not be copied after its first use.
// See https://www.showmebug.com/help/openapi/guide-notification.html
type Webhook struct {
	Secret Secret // the application's client secret

	// Handle is told of each event once, also of those that this package does
	// not know. The context ends after 10 seconds, and not when ShowMeBug
	// hangs up.
	Handle func(ctx context.Context, e Event) error

	TeamID int64            // events of other teams are refused; 0 takes all; an event that names none is taken
	Seen   Store            // shared by replicas; nil remembers in this process
	Window time.Duration    // DefaultWindow when 0; negative does not look at ts
	Logger *slog.Logger     // nil logs nothing
	Now    func() time.Time // time.Now when nil

	once sync.Once
	seen Store
}

// refusal is why a delivery was not taken, and what ShowMeBug is answered.
type refusal struct {
	status int
	reason string
}

func (r *refusal) Error() string { return r.reason }

// ServeHTTP answers one delivery.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.prepare)
	err := h.receive(w, r)
	if err == nil {
		return
	}
	status := http.StatusInternalServerError
	if refused, ok := errors.AsType[*refusal](err); ok {
		status = refused.status
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	h.log().WarnContext(r.Context(), "showmebug: event not taken", "reason", err.Error(), "status", status, "path", r.URL.Path)
	w.WriteHeader(status)
}

func (h *Webhook) prepare() {
	h.seen = h.Seen
	if h.seen == nil {
		h.seen = newMemory(2*max(h.window(), DefaultWindow), h.now)
	}
}

func (h *Webhook) log() *slog.Logger { return cmp.Or(h.Logger, slog.New(slog.DiscardHandler)) }

func (h *Webhook) window() time.Duration { return cmp.Or(h.Window, DefaultWindow) }

func (h *Webhook) now() time.Time {
	if h.Now != nil {
		return h.Now()
	}
	return time.Now()
}

func (h *Webhook) receive(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return &refusal{http.StatusMethodNotAllowed, "method " + strconv.Quote(r.Method)}
	}
	if h.Secret == "" || h.Handle == nil {
		return &refusal{http.StatusServiceUnavailable, "no secret or no Handle is set"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return &refusal{http.StatusRequestEntityTooLarge, "body could not be read or is too large"}
	}
	if !Verify(h.Secret, body, r.Header.Get(SignatureHeader)) {
		return &refusal{http.StatusForbidden, "signature does not fit: is the secret that of the application?"}
	}
	e, err := ParseEvent(body)
	if err != nil {
		return &refusal{http.StatusBadRequest, err.Error()}
	}
	if err := h.check(e); err != nil {
		return err
	}
	return h.hand(r.Context(), e)
}

// check refuses what is stale and what is not ours.
func (h *Webhook) check(e Event) error {
	if off := h.now().Sub(e.Time); h.window() > 0 && off.Abs() > h.window() {
		return &refusal{http.StatusForbidden,
			fmt.Sprintf("%s away from our clock: replayed, or a clock is wrong", off.Abs().Round(time.Second))}
	}
	if h.TeamID != 0 && e.TeamID != 0 && e.TeamID != h.TeamID {
		return &refusal{http.StatusForbidden, "of another team"}
	}
	return nil
}

// hand gives an event to the application, unless that was done before.
func (h *Webhook) hand(ctx context.Context, e Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTime)
	defer cancel()
	key := e.Key()
	switch state, err := h.seen.Begin(ctx, key); {
	case err != nil:
		return &refusal{http.StatusServiceUnavailable, "store failed: " + err.Error()}
	case state == Done:
		return nil // ShowMeBug wants to hear that all is well
	case state == InProgress:
		return &refusal{http.StatusServiceUnavailable, "another delivery is being worked on"}
	}
	err := guard(ctx, e, h.Handle)
	// The claim must end even when the time is up.
	closing, cancelClosing := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancelClosing()
	if endErr := h.seen.End(closing, key, err == nil); endErr != nil {
		h.log().ErrorContext(ctx, "showmebug: claim was not closed", "event", e.Name, "error", endErr)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", e.Name, err)
	}
	h.log().DebugContext(ctx, "showmebug: event taken", "event", e.Name, "team", e.TeamID)
	return nil
}

// guard makes a panic of the application an error, so that the claim is closed
// and the event may come again.
func guard(ctx context.Context, e Event, handle func(context.Context, Event) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return handle(ctx, e)
}
