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

	"github.com/huimian/huimian/internal/apiclient/dedup"
)

// SignatureHeader carries the signature of a delivery. Documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
const SignatureHeader = "Smb-Signature"

// Sign returns the signature of a body: HMAC-SHA1 with the client secret as the
// key, in upper-case hexadecimal. Documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
func Sign(secret Secret, body []byte) string {
	return strings.ToUpper(hex.EncodeToString(computeMAC(secret, body)))
}

// Verify reports whether a signature is valid for a body, in constant time.
// Lower-case hexadecimal is accepted as well. With an empty secret no signature is
// valid. Documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
func Verify(secret Secret, body []byte, signature string) bool {
	got, err := hex.DecodeString(strings.TrimSpace(signature))
	return err == nil && secret != "" && hmac.Equal(got, computeMAC(secret, body))
}

func computeMAC(secret Secret, body []byte) []byte {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write(body)
	return h.Sum(nil)
}

// DefaultReplayWindow is the default of Webhook.ReplayWindow. Each delivery,
// also a repeated one, has its own ts, so the window only has to cover clock skew.
// That ts protects against replays is inferred.
const DefaultReplayWindow = 10 * time.Minute

const (
	maxDeliveryBytes = 1 << 20 // bytes; ShowMeBug publishes no limit; a question has a few KB

	// handleTimeout limits the processing of one delivery. How long ShowMeBug
	// waits for a response is not documented; the next delivery is 15 seconds
	// later.
	handleTimeout = 10 * time.Second
)

// Webhook is an http.Handler that receives events. It verifies the signature of
// each delivery, rejects stale ones, and passes each event to the application
// once. The response is 200 when the event was processed, now or by an earlier
// delivery. After any other response, ShowMeBug repeats the delivery up to three
// times, after 15, 15 and 30 seconds. Events that are lost during a longer
// downtime can be found with the List methods of the Client.
//
// Secret and Handle are required. A Webhook must not be copied after its first
// use.
// See https://www.showmebug.com/help/openapi/guide-notification.html
type Webhook struct {
	Secret Secret // the application's client secret

	// Handle is called once for each event, also for one whose Value is nil.
	// When it returns an error, the response is 500. The context expires after
	// 10 seconds; it is not cancelled when ShowMeBug closes the connection.
	Handle func(ctx context.Context, e Event) error

	TeamID       int64            // rejects events of other teams; 0 accepts all; an event without a team is accepted
	DedupStore   DedupStore       // shared by replicas; nil deduplicates in this process
	ReplayWindow time.Duration    // DefaultReplayWindow when 0; negative ignores ts
	Logger       *slog.Logger     // nil discards all logs
	Now          func() time.Time // time.Now when nil

	once  sync.Once
	dedup DedupStore
}

// deliveryError is why a delivery was rejected, and the HTTP status of the response.
type deliveryError struct {
	status int
	reason string
}

func (r *deliveryError) Error() string { return r.reason }

// ServeHTTP responds to one delivery.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.initDedupStore)
	err := h.handleDelivery(w, r)
	if err == nil {
		return
	}
	status := http.StatusInternalServerError
	if refused, ok := errors.AsType[*deliveryError](err); ok {
		status = refused.status
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	h.logger().WarnContext(r.Context(), "showmebug: event rejected", "reason", err.Error(), "status", status, "path", r.URL.Path)
	w.WriteHeader(status)
}

func (h *Webhook) initDedupStore() {
	h.dedup = h.DedupStore
	if h.dedup == nil {
		h.dedup = newMemoryDedupStore(2*max(h.replayWindow(), DefaultReplayWindow), h.now)
	}
}

func (h *Webhook) logger() *slog.Logger { return cmp.Or(h.Logger, slog.New(slog.DiscardHandler)) }

func (h *Webhook) replayWindow() time.Duration { return cmp.Or(h.ReplayWindow, DefaultReplayWindow) }

func (h *Webhook) now() time.Time {
	if h.Now != nil {
		return h.Now()
	}
	return time.Now()
}

func (h *Webhook) handleDelivery(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return &deliveryError{http.StatusMethodNotAllowed, "method " + strconv.Quote(r.Method)}
	}
	if h.Secret == "" || h.Handle == nil {
		return &deliveryError{http.StatusServiceUnavailable, "no secret or no Handle is set"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDeliveryBytes))
	if err != nil {
		return &deliveryError{http.StatusRequestEntityTooLarge, "body could not be read or is too large"}
	}
	if !Verify(h.Secret, body, r.Header.Get(SignatureHeader)) {
		return &deliveryError{http.StatusForbidden, "signature mismatch: check that the secret is that of the application"}
	}
	e, err := ParseEvent(body)
	if err != nil {
		return &deliveryError{http.StatusBadRequest, err.Error()}
	}
	if err := h.validateEvent(e); err != nil {
		return err
	}
	return h.dispatchEvent(r.Context(), e)
}

// validateEvent rejects stale events and those of another team.
func (h *Webhook) validateEvent(e Event) error {
	if off := h.now().Sub(e.Time); h.replayWindow() > 0 && off.Abs() > h.replayWindow() {
		return &deliveryError{http.StatusForbidden,
			fmt.Sprintf("%s off the local clock: replayed, or a clock is wrong", off.Abs().Round(time.Second))}
	}
	if h.TeamID != 0 && e.TeamID != 0 && e.TeamID != h.TeamID {
		return &deliveryError{http.StatusForbidden, "of another team"}
	}
	return nil
}

// dispatchEvent passes an event to the application, unless it was processed
// before.
func (h *Webhook) dispatchEvent(ctx context.Context, e Event) error {
	result := dedup.Process(ctx, h.dedup, e.Key(), handleTimeout, func(ctx context.Context) (none struct{}, err error) {
		return none, h.Handle(ctx, e)
	})
	if result.FinishErr != nil {
		h.logger().ErrorContext(ctx, "showmebug: finishing the claim failed", "event", e.Name, "error", result.FinishErr)
	}
	switch {
	case result.ClaimErr != nil:
		return &deliveryError{http.StatusServiceUnavailable, "dedup store failed: " + result.ClaimErr.Error()}
	case result.State == StateDone:
		return nil // the response 200 acknowledges the repeated delivery
	case result.State == StateInProgress:
		return &deliveryError{http.StatusServiceUnavailable, "another delivery is being processed"}
	case result.HandleErr != nil:
		return fmt.Errorf("%s: %w", e.Name, result.HandleErr)
	}
	h.logger().DebugContext(ctx, "showmebug: event accepted", "event", e.Name, "team", e.TeamID)
	return nil
}
