package loop

import (
	"context"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
)

// collector holds the messages of a change of several interviews until storeMerged.
type collector struct{ messages []message.Message }

// newCollecting returns the interview service with a collector of its messages, which the
// operations of the returned service do not store.
func (s *Service) newCollecting() (*interview.Service, *collector) {
	c := new(collector)
	interviews, messages := *s.Interviews, *s.Interviews.Messages
	messages.Collect = func(m message.Message) { c.messages = append(c.messages, m) }
	interviews.Messages = &messages
	return &interviews, c
}

// recipient are the messages that become one.
type recipient struct {
	kind    message.Kind
	channel message.Channel
	address string
}

// storeMerged stores one message in place of all of a kind to a recipient, about the first
// interview and naming the others. Invitations to members stay apart: each has the buttons
// of the response.
func (c *collector) storeMerged(ctx context.Context, tx *db.Tx, messages *message.Service) error {
	first := map[recipient]int{}
	var out []message.Message
	for _, m := range c.messages {
		to := recipient{m.Kind, m.Channel, m.Recipient}
		n, known := first[to]
		switch {
		case m.Channel == message.WeCom && m.Kind == message.KindInvite:
			out = append(out, m)
		case known:
			if len(out[n].Data.Rounds) == 0 {
				out[n].Data.Rounds = []string{out[n].InterviewID}
			}
			out[n].Data.Rounds = append(out[n].Data.Rounds, m.InterviewID)
		default:
			first[to] = len(out)
			out = append(out, m)
		}
	}
	for _, m := range out {
		if err := messages.Insert(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
