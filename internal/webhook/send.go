package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/huimian/huimian/internal/apiclient/transport"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// Limits of an attempt.
const (
	maxResponse = 1024 // bytes of the response that are stored
	// perEndpoint is the number of concurrent attempts per endpoint and
	// process: a receiver that hangs does not occupy all workers.
	perEndpoint = 4
	busyWait    = time.Second
	longestBusy = 15 * time.Second
	longestWait = 24 * time.Hour
)

// outcome is the result of an attempt; an empty code is success.
type outcome struct {
	status     int
	response   string
	code       string // text id
	err        string
	retryAfter time.Duration // of the Retry-After header
	took       time.Duration
}

// codeStopped is the code of an attempt that ended with this process. It does
// not count as an attempt.
const codeStopped = "webhook.error.stopped"

func (o outcome) isDelivered() bool { return o.code == "" }

// deliverOnce makes one attempt, if the row is due: two jobs of one delivery
// make one attempt.
func (s *Service) deliverOnce(ctx context.Context, args DeliverArgs, _ job.Attempt) error {
	if wait := s.slots.acquireSlot(args.EndpointID); wait > 0 {
		return job.Snooze(wait)
	}
	delivered := false
	defer func() { s.slots.releaseSlot(args.EndpointID, delivered) }()
	d, e, err := s.claimDelivery(ctx, args)
	if apperr.KindOf(err) == apperr.NotFound {
		return job.Cancel(err) // the endpoint was deleted
	}
	if err != nil || d == nil {
		return err
	}
	began := time.Now()
	o := s.sendRequest(ctx, d, e)
	o.took = time.Since(began)
	if ctx.Err() != nil { // the process stops; whether the request arrived is unknown
		o = outcome{code: codeStopped, took: o.took}
	}
	delivered = o.isDelivered()
	if s.Observe != nil && o.code != codeStopped {
		s.Observe(ctx, delivered, o.took)
	}
	return s.storeOutcome(context.WithoutCancel(ctx), args, o)
}

// claimDelivery claims a delivery for one attempt. It returns nil when the
// delivery is finished, not due, or claimed by another process.
func (s *Service) claimDelivery(ctx context.Context, args DeliverArgs) (*Delivery, *Endpoint, error) {
	var d *Delivery
	var e *Endpoint
	claimed := false
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if e, err = lockEndpoint(ctx, tx, args.CorpID, args.EndpointID); err != nil {
			return err
		}
		if d, err = lockDelivery(ctx, tx, args.CorpID, args.DeliveryID); err != nil {
			return err
		}
		now := s.now()
		if !d.attemptable(now) {
			return nil
		}
		if e.State == Disabled && d.Type != TestType {
			d.Finish()
			d.State, d.ErrorCode = Failed, "webhook.error.disabled"
			return storeDelivery(ctx, tx, d)
		}
		if e.State == Paused && d.Type != TestType {
			d.Finish()
			d.State = Waiting
			return storeDelivery(ctx, tx, d)
		}
		claimed = true
		d.Claim(now)
		d.State, d.AttemptedAt = Sending, &now
		return storeDelivery(ctx, tx, d)
	})
	if err != nil || !claimed {
		return nil, nil, err
	}
	return d, e, nil
}

// attemptable reports whether an attempt may be made now. A waiting delivery
// without a time was held for a paused endpoint.
func (d *Delivery) attemptable(now time.Time) bool {
	held := d.State == Waiting && d.NextAttemptAt == nil
	return (d.State == Waiting || d.State == Sending) && (held || d.Due(now))
}

// sendRequest sends the stored bytes.
func (s *Service) sendRequest(ctx context.Context, d *Delivery, e *Endpoint) outcome {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	signature, err := s.signRequest(d, e)
	if err != nil {
		return outcome{code: "webhook.error.secret", err: err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, strings.NewReader(d.Body))
	if err != nil {
		return outcome{code: "webhook.error.connect", err: plainText(err)}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Huimian-Webhook/1")
	req.Header.Set(standardwebhooks.HeaderWebhookID, d.EventID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(d.AttemptedAt.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	res, err := s.client.Do(req)
	if err != nil {
		return outcome{code: errorCode(err), err: plainText(err)}
	}
	defer func() { _ = res.Body.Close() }()
	first, err := io.ReadAll(io.LimitReader(res.Body, maxResponse))
	o := classifyResponse(res, s.now())
	o.response = printableText(first)
	if err != nil && o.isDelivered() { // 2xx and then a broken body: the result is unknown
		o.code, o.err = errorCode(err), plainText(err)
	}
	return o
}

// signRequest signs with the secret, and during a rotation with the old one
// too.
func (s *Service) signRequest(d *Delivery, e *Endpoint) (string, error) {
	encrypted := [][]byte{e.Secret}
	if e.OldSecretUntil != nil && s.now().Before(*e.OldSecretUntil) {
		encrypted = append(encrypted, e.OldSecret)
	}
	signatures := make([]string, 0, len(encrypted))
	for _, box := range encrypted {
		secret, err := s.Box.Decrypt(box, e.ID)
		if err != nil {
			return "", fmt.Errorf("opening the secret of webhook %s: %w", e.ID, err)
		}
		w, err := standardwebhooks.NewWebhook(string(secret))
		if err != nil {
			return "", fmt.Errorf("reading the secret of webhook %s: %w", e.ID, err)
		}
		signature, err := w.Sign(d.EventID, *d.AttemptedAt, []byte(d.Body))
		if err != nil {
			return "", fmt.Errorf("signing for webhook %s: %w", e.ID, err)
		}
		signatures = append(signatures, signature)
	}
	return strings.Join(signatures, " "), nil
}

// classifyResponse maps a response to an outcome. Only 2xx is success:
// redirects are not followed, since they may lead into the network.
func classifyResponse(res *http.Response, now time.Time) outcome {
	o := outcome{status: res.StatusCode}
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return o
	case res.StatusCode >= 300 && res.StatusCode < 400:
		o.code = "webhook.error.redirect"
	case res.StatusCode == http.StatusGone:
		o.code = "webhook.error.gone"
	default:
		o.code = "webhook.error.status"
	}
	o.retryAfter = min(transport.ParseRetryAfter(res.Header, now), longestWait)
	return o
}

func errorCode(err error) string {
	if errors.Is(err, errAddress) {
		return "webhook.error.address"
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return "webhook.error.timeout"
	}
	return "webhook.error.connect"
}

// plainText returns the error without the URL, whose path may be a secret.
func plainText(err error) string {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	return printableText([]byte(err.Error()))
}

// printableText returns bytes of a response as text that a database accepts.
func printableText(b []byte) string {
	b = bytes.ReplaceAll(b[:min(len(b), maxResponse)], []byte{0}, nil)
	return strings.ToValidUTF8(string(b), "")
}

// nextWait returns the wait before the next attempt; false after the last one.
// Jitter of up to a tenth spreads the retries of a burst.
func (s *Service) nextWait(d *Delivery, o outcome) (time.Duration, bool) {
	if d.Type == TestType || d.Attempts > len(s.Waits) {
		return 0, false
	}
	w := s.Waits[d.Attempts-1]
	w += time.Duration(rand.Int64N(int64(w)/10 + 1)) //nolint:gosec // no secret
	return max(w, o.retryAfter), true
}

// endpointSlots limits the concurrent attempts per endpoint.
type endpointSlots struct {
	mu        sync.Mutex
	endpoints map[string]*places
}

type places struct {
	taken   int
	refused int // since the last success
}

// acquireSlot takes a slot and returns 0, or the time after which to try again,
// which grows with the number of refused attempts.
func (b *endpointSlots) acquireSlot(endpointID string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.endpoints == nil {
		b.endpoints = map[string]*places{}
	}
	p := b.endpoints[endpointID]
	if p == nil {
		p = &places{}
		b.endpoints[endpointID] = p
	}
	if p.taken < perEndpoint {
		p.taken++
		return 0
	}
	p.refused++
	return min(busyWait*time.Duration(1+p.refused/perEndpoint), longestBusy)
}

func (b *endpointSlots) releaseSlot(endpointID string, delivered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.endpoints[endpointID]
	if delivered {
		p.refused = 0
	}
	if p.taken--; p.taken == 0 {
		delete(b.endpoints, endpointID)
	}
}
