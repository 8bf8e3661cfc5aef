package showmebugtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/simulator/watch"
)

// waitFor calls look after each change until it returns true, or until ctx is done. look is called
// with s.mu held.
func waitFor[T any](ctx context.Context, s *Server, what string, look func() (T, bool)) (T, error) {
	s.init()
	found, err := watch.Until(ctx, &s.mu, &s.changed, look)
	if err != nil {
		return found, fmt.Errorf("waiting for %s: %w", what, err)
	}
	return found, nil
}

// findNewest finds the last of a list that match accepts. A nil match accepts any.
func findNewest[T any](list []T, match func(T) bool) (T, bool) {
	for _, v := range slices.Backward(list) {
		if match == nil || match(v) {
			return v, true
		}
	}
	var none T
	return none, false
}

// WaitInterview returns the newest interview that match accepts, waiting for it
// until ctx ends. A nil match accepts any. match must not call the Server.
func (s *Server) WaitInterview(ctx context.Context, match func(Interview) bool) (Interview, error) {
	return waitFor(ctx, s, "an interview", func() (Interview, bool) {
		list := s.copyInterviews()
		slices.Reverse(list)
		return findNewest(list, match)
	})
}

// WaitWrittenPad returns the newest written test that match accepts, waiting for
// it until ctx ends. A nil match accepts any. match must not call the Server.
func (s *Server) WaitWrittenPad(ctx context.Context, match func(WrittenPad) bool) (WrittenPad, error) {
	return waitFor(ctx, s, "a written test", func() (WrittenPad, bool) {
		var list []WrittenPad
		for _, p := range slices.Backward(s.sortedPads(nil)) {
			list = append(list, p.copyPad())
		}
		return findNewest(list, match)
	})
}

// WaitCall returns the newest call of a path, as in Calls, that match accepts,
// waiting for it until ctx ends. A nil match accepts any. match must not call
// the Server.
func (s *Server) WaitCall(ctx context.Context, path string, match func(Call) bool) (Call, error) {
	return waitFor(ctx, s, "a call of "+path, func() (Call, bool) { return findNewest(s.callsOf(path), match) })
}

// WaitWebhook returns the newest webhook of an event that match accepts, waiting
// for it until ctx ends. An empty event and a nil match accept any. match must
// not call the Server.
func (s *Server) WaitWebhook(ctx context.Context, event string, match func(Webhook) bool) (Webhook, error) {
	return waitFor(ctx, s, "a webhook "+event, func() (Webhook, bool) {
		return findNewest(s.copyWebhooks(), func(h Webhook) bool { return (event == "" || h.Event == event) && (match == nil || match(h)) })
	})
}
