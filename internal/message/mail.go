package message

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
)

// MailState is the state of a mail to a candidate as the pages of its subject display it.
type MailState string

const (
	MailNone   MailState = "none" // no mail, or a skipped one
	MailQueued MailState = "queued"
	MailSent   MailState = "sent"
	MailFailed MailState = "failed" // an attempt has failed; another may follow
)

// MailState returns the state of a mail; m may be nil.
func (m *Message) MailState() MailState {
	switch {
	case m == nil || m.State == Skipped:
		return MailNone
	case m.State == Sent:
		return MailSent
	case m.State == Failed || m.Waiting():
		return MailFailed
	default:
		return MailQueued
	}
}

// Failure returns why the message has failed, waits or is skipped; nil without a reason. m may
// be nil.
func (m *Message) Failure() *apperr.Reason {
	if m == nil || m.State == Sent || m.ErrorCode == "" {
		return nil
	}
	return &apperr.Reason{Code: m.ErrorCode, Params: map[string]any{"Errcode": m.Errcode, "Error": m.Error}}
}

// ReadByIDs returns the company's messages with these ids, by id and without their bodies.
func ReadByIDs(ctx context.Context, q bun.IDB, corpID string, ids []string) (map[string]*Message, error) {
	out := map[string]*Message{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []*Message
	err := q.NewSelect().Model(&list).ExcludeColumn("body").Where("m.corp_id = ? AND m.id IN (?)", corpID, bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading messages by id: %w", err)
	}
	for _, m := range list {
		out[m.ID] = m
	}
	return out, nil
}
