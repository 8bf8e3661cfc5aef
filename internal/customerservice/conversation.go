package customerservice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/validate"
)

const (
	// maxAnswer is WeCom's limit of a text in bytes.
	maxAnswer = 2048
	// maxShown is the number of messages that a conversation displays, the newest ones.
	maxShown     = 200
	maxRequestID = 64
)

// kindText is the kind of a message that can be displayed.
const kindText = "text"

// storedMessage is a row of customer_service_messages.
type storedMessage struct {
	bun.BaseModel `bun:"table:customer_service_messages,alias:csm"`

	ID          string    `bun:",pk"`
	CorpID      string    `bun:"corp_id"`
	LinkID      string    `bun:"link_id"`
	InterviewID string    `bun:"interview_id"`
	CandidateID string    `bun:"candidate_id"`
	MsgID       string    `bun:"msgid"`
	Kind        string    `bun:"kind"`
	Text        string    `bun:"text"`
	Author      string    `bun:"author"`
	MessageID   string    `bun:"message_id"`
	Recalled    bool      `bun:"recalled"`
	CreatedAt   time.Time `bun:"created_at"`
}

// Obstacle is why nothing can be sent to the candidate of an interview.
type Obstacle string

const (
	Off       Obstacle = "off"        // the company has no account
	NotOpened Obstacle = "not_opened" // the candidate has not opened the link
	NoText    Obstacle = "no_text"    // the candidate has not written
	Window    Obstacle = "window"     // the candidate has written last more than ReplyWindow ago
	Limit     Obstacle = "limit"      // MaxReplies messages were sent since then
)

// Code returns the text id.
func (o Obstacle) Code() string { return "customer_service." + string(o) }

// Message is a message of a conversation.
type Message struct {
	ID           string
	FromMember   bool
	Author       member.Member // of a member's message
	Text         string
	Kind         string // text, or what can be seen in WeChat only
	Recalled     bool
	CreatedAt    time.Time
	Delivery     *message.Message // of an answer that was written here; nil otherwise
	WrittenInApp bool             // by a member in WeCom's client
}

// Conversation is what a recruiter sees of the messages with the candidate of an interview.
type Conversation struct {
	URL      string // for the candidate; "" without an account, and when it has expired
	OpenedAt *time.Time
	Messages []Message // the oldest first
	Obstacle Obstacle  // "" if an answer can be sent
	Left     int       // answers that can be sent until the candidate writes again
	Until    *time.Time
	Failure  *apperr.Reason // why WeCom refuses all calls
}

// mayConverse returns an interview whose candidate the actor may write to.
func (s *Service) mayConverse(ctx context.Context, a actor.Actor, interviewID string) (*interview.Interview, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	return s.Interviews.Get(ctx, a, interviewID)
}

// Get returns the conversation about an interview. It requires a recruiter or a coordinator.
func (s *Service) Get(ctx context.Context, a actor.Actor, interviewID string) (*Conversation, error) {
	i, err := s.mayConverse(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	settings, err := s.readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	out := &Conversation{Failure: settings.Failure}
	if out.URL, err = s.LinkFor(ctx, i); err != nil {
		return nil, err
	}
	l, err := readCurrentLink(ctx, s.DB.DB, i)
	if err != nil {
		return nil, err
	}
	pending, err := countPending(ctx, s.DB.DB, l)
	if err != nil {
		return nil, err
	}
	out.Obstacle = obstacleOf(settings, l, pending, s.now())
	if l != nil && l.EnteredAt != nil {
		out.OpenedAt = l.EnteredAt
	}
	if l != nil && l.LastWrittenAt != nil && out.Obstacle == "" {
		until := l.LastWrittenAt.Add(ReplyWindow)
		out.Until, out.Left = &until, MaxReplies-l.Replies-pending
	}
	out.Messages, err = s.readMessages(ctx, i)
	return out, err
}

func obstacleOf(c *Settings, l *link, pending int, now time.Time) Obstacle {
	switch {
	case !c.IsActive():
		return Off
	case l == nil || l.EnteredAt == nil || l.OpenKFID != c.OpenKFID:
		return NotOpened
	case l.LastWrittenAt == nil:
		return NoText
	case now.Sub(*l.LastWrittenAt) >= ReplyWindow:
		return Window
	case l.Replies+pending >= MaxReplies:
		return Limit
	default:
		return ""
	}
}

// countPending returns the number of messages that are about to be sent to the WeChat user of a link. A
// welcome message is sent by its code, or given up.
func countPending(ctx context.Context, q bun.IDB, l *link) (int, error) {
	if l == nil || l.ExternalUserID == "" {
		return 0, nil
	}
	n, err := q.NewSelect().Model((*message.Message)(nil)).
		Where("m.kind <> ?", message.KindWelcome).
		Where("m.corp_id = ? AND m.recipient = ? AND m.channel = ? AND m.state IN (?)", l.CorpID, l.ExternalUserID, message.WeChat, bun.List([]message.State{message.Queued, message.Sending})).
		Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("counting the messages to a candidate: %w", err)
	}
	return int(n), nil
}

// readMessages returns the newest messages about an interview with its present candidate.
func (s *Service) readMessages(ctx context.Context, i *interview.Interview) ([]Message, error) {
	var rows []storedMessage
	err := s.DB.NewSelect().Model(&rows).Where("csm.corp_id = ? AND csm.interview_id = ? AND csm.candidate_id = ?", i.CorpID, i.ID, i.CandidateID).
		OrderExpr("csm.created_at DESC, csm.id DESC").Limit(maxShown).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the conversation of interview %s: %w", i.ID, err)
	}
	slices.Reverse(rows)
	var sent, authors []string
	for _, r := range rows {
		if r.MessageID != "" {
			sent = append(sent, r.MessageID)
		}
		authors = append(authors, r.Author)
	}
	deliveries, err := message.ReadByIDs(ctx, s.DB.DB, i.CorpID, sent)
	if err != nil {
		return nil, err
	}
	people, err := s.Interviews.Members.ByID(ctx, i.CorpID, authors)
	if err != nil {
		return nil, err
	}
	out := make([]Message, 0, len(rows))
	for _, r := range rows {
		out = append(out, Message{
			ID: r.ID, FromMember: r.Author != "", Author: people(r.Author), Text: r.Text, Kind: r.Kind, Recalled: r.Recalled, CreatedAt: r.CreatedAt,
			Delivery: deliveries[r.MessageID], WrittenInApp: r.Author != "" && r.MessageID == "",
		})
	}
	return out, nil
}

// AnswerInput is an answer to the candidate. RequestID identifies the request: a repeated one sends
// nothing.
type AnswerInput struct {
	Text      string
	RequestID string
}

// Answer sends a text to the candidate of an interview. It is a Conflict when WeCom would not deliver
// it. It requires a recruiter or a coordinator.
func (s *Service) Answer(ctx context.Context, a actor.Actor, interviewID string, in AnswerInput) (*Conversation, error) {
	i, err := s.mayConverse(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	if err := in.checkFields(); err != nil {
		return nil, err
	}
	settings, err := s.readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.storeAnswer(ctx, tx, a, settings, i, in) })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, interviewID)
}

func (in *AnswerInput) checkFields() error {
	var c validate.Errors
	in.Text, in.RequestID = validate.CleanBlock(in.Text), validate.CleanIdentifier(in.RequestID)
	switch {
	case in.Text == "":
		c.Add("text", "field.required")
	case len(in.Text) > maxAnswer:
		c.Add("text", "customer_service.text_too_long", "Limit", maxAnswer, "Bytes", len(in.Text))
	}
	if in.RequestID == "" || len(in.RequestID) > maxRequestID {
		c.Add("requestId", "field.invalid")
	}
	return c.Err(false)
}

func (s *Service) storeAnswer(ctx context.Context, tx *db.Tx, a actor.Actor, settings *Settings, i *interview.Interview, in AnswerInput) error {
	if err := tx.Lock(ctx, (*link)(nil), "corp_id = ? AND interview_id = ? AND candidate_id = ? AND revoked_at IS NULL", i.CorpID, i.ID, i.CandidateID); err != nil {
		return err
	}
	l, err := readCurrentLink(ctx, tx, i)
	if err != nil {
		return err
	}
	if l != nil {
		repeated, err := tx.NewSelect().Model((*storedMessage)(nil)).Where("csm.corp_id = ? AND csm.link_id = ? AND csm.msgid = ?", i.CorpID, l.ID, in.RequestID).Exists(ctx)
		if err != nil || repeated {
			return err
		}
	}
	pending, err := countPending(ctx, tx, l)
	if err != nil {
		return err
	}
	if o := obstacleOf(settings, l, pending, s.now()); o != "" {
		return apperr.New(apperr.Conflict, o.Code(), "Max", MaxReplies)
	}
	stored := &storedMessage{
		ID: db.NewID(), CorpID: i.CorpID, LinkID: l.ID, InterviewID: i.ID, CandidateID: i.CandidateID, MsgID: in.RequestID,
		Kind: kindText, Text: in.Text, Author: a.UserID, MessageID: db.NewID(), CreatedAt: s.now(),
	}
	inserted, err := s.insertStored(ctx, tx, l, stored)
	if err != nil || !inserted {
		return err
	}
	err = s.insertMessage(ctx, tx, l, i, i.Candidate.Name, message.Message{ID: stored.MessageID, Kind: message.KindAnswer, Data: message.Data{By: a.UserID, Question: stored.ID}})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.now(), a, "customer_service.answer", i.ID, nil)
}

// ReadText returns the text of a message of a conversation, and its kind; both are empty when it was
// erased or taken back.
func (s *Service) ReadText(ctx context.Context, corpID, id string) (text, kind string, err error) {
	m := new(storedMessage)
	err = s.DB.NewSelect().Model(m).Where("csm.corp_id = ? AND csm.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) || err == nil && m.Recalled {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("reading a message of a conversation: %w", err)
	}
	return m.Text, m.Kind, nil
}
