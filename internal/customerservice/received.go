package customerservice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/wecom"
)

// Values of origin in the messages of an account.
const (
	fromCustomer = 3
	fromServicer = 5 // a member in WeCom's own client
)

const (
	// maxText is the number of bytes of a text that is stored.
	maxText = 4000
	// maxMessages is the number of messages of a conversation that are stored.
	maxMessages = 1000
	// maxCardsPerHour limits the cards about the questions of one conversation; the page shows the
	// others too.
	maxCardsPerHour = 20
	// noticeAge is the age up to which a text of a WeChat user without an interview gets a reply.
	noticeAge = 10 * time.Minute
)

// storeReceived stores the effect of a message or an event. A repeated one has no effect.
func (s *Service) storeReceived(ctx context.Context, tx *db.Tx, a *account, m *wecom.KFMessage) error {
	if e := m.Event; e != nil {
		switch e.Type {
		case "enter_session":
			return s.storeEntry(ctx, tx, a, m)
		case "msg_send_fail":
			return s.storeUndelivered(ctx, tx, a, e)
		case "user_recall_msg":
			return s.storeRecall(ctx, tx, a, e)
		}
		return nil
	}
	switch m.Origin {
	case fromCustomer:
		return s.storeQuestion(ctx, tx, a, m)
	case fromServicer:
		return s.storeServicerReply(ctx, tx, a, m)
	default:
		return nil
	}
}

// storeEntry binds the link to the WeChat user who has opened it, and queues the welcome message.
func (s *Service) storeEntry(ctx context.Context, tx *db.Tx, a *account, m *wecom.KFMessage) error {
	e := m.Event
	notice := NoticeArgs{
		CorpID: a.CorpID, OpenKFID: a.OpenKFID, ExternalUserID: e.ExternalUserID, Code: e.WelcomeCode, Until: m.SendTime.Add(WelcomeTime), Key: keyOf(m.MsgID),
	}
	l, i, refusal, err := s.lockEnteredLink(ctx, tx, a, e)
	if err != nil {
		return err
	}
	if refusal != "" {
		notice.Reason = refusal
		if e.WelcomeCode == "" || s.now().After(notice.Until) {
			return nil
		}
		return s.Queue.Insert(ctx, tx, notice)
	}
	at := db.Time(m.SendTime.Time)
	l.OpenKFID, l.ExternalUserID, l.EnteredAt, l.Announced = a.OpenKFID, e.ExternalUserID, &at, announcementOf(i)
	if _, err := tx.NewUpdate().Model(l).Column("open_kfid", "external_userid", "entered_at", "announced").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("storing the opening of a customer service link: %w", err)
	}
	c, err := candidate.Read(ctx, tx, a.CorpID, l.CandidateID)
	if err != nil {
		return err
	}
	until := db.Time(notice.Until)
	return s.insertMessage(ctx, tx, l, i, c.Name, message.Message{
		Kind: message.KindWelcome, Dedup: "customer_service_welcome:" + a.OpenKFID + ":" + m.MsgID, Data: message.Data{WelcomeCode: e.WelcomeCode, WelcomeUntil: &until},
	})
}

// lockEnteredLink returns the link of an event and its interview, or why it cannot be opened.
func (s *Service) lockEnteredLink(ctx context.Context, tx *db.Tx, a *account, e *wecom.KFEvent) (*link, *interview.Interview, Refusal, error) {
	if e.SceneParam == "" {
		return nil, nil, UnknownLink, nil
	}
	hash := secretbox.HashToken(e.SceneParam)
	if err := tx.Lock(ctx, (*link)(nil), "corp_id = ? AND token_hash = ?", a.CorpID, hash); err != nil {
		return nil, nil, "", err
	}
	l, err := readLink(ctx, tx, "csl.corp_id = ? AND csl.token_hash = ?", a.CorpID, hash)
	if err != nil || l == nil {
		return nil, nil, UnknownLink, err
	}
	i, err := readInterview(ctx, tx, a.CorpID, l.InterviewID)
	switch {
	case err != nil:
		return nil, nil, "", err
	case !l.concerns(i):
		return nil, nil, UnknownLink, nil
	case isExpired(i, s.now()):
		return nil, nil, ExpiredLink, nil
	case l.ExternalUserID != "" && l.ExternalUserID != e.ExternalUserID: // the id is the same in all accounts of the company
		return nil, nil, OtherUser, nil
	}
	return l, i, "", nil
}

// insertMessage queues a message to the candidate of a conversation.
func (s *Service) insertMessage(ctx context.Context, tx *db.Tx, l *link, i *interview.Interview, name string, m message.Message) error {
	m.CorpID, m.InterviewID, m.ScheduleVersion = l.CorpID, l.InterviewID, i.ScheduleVersion
	m.Channel, m.Recipient, m.RecipientName = message.WeChat, l.ExternalUserID, name
	m.Data.Candidate, m.Data.Link = l.CandidateID, l.ID
	return s.Interviews.Messages.Insert(ctx, tx, m)
}

// currentLink returns the conversation of a WeChat user: that of the link that was opened last.
func currentLink(ctx context.Context, tx *db.Tx, a *account, externalUserID string) (*link, error) {
	return readLink(ctx, tx, "csl.corp_id = ? AND csl.open_kfid = ? AND csl.external_userid = ? AND csl.entered_at IS NOT NULL", a.CorpID, a.OpenKFID, externalUserID)
}

// storeQuestion stores a text of a WeChat user and queues the card to the organizer.
func (s *Service) storeQuestion(ctx context.Context, tx *db.Tx, a *account, m *wecom.KFMessage) error {
	at := db.Time(m.SendTime.Time)
	if err := s.restartWindow(ctx, tx, a, m.ExternalUserID, at); err != nil {
		return err
	}
	l, err := currentLink(ctx, tx, a, m.ExternalUserID)
	if err != nil {
		return err
	}
	var i *interview.Interview
	if l != nil {
		if i, err = readInterview(ctx, tx, l.CorpID, l.InterviewID); err != nil {
			return err
		}
	}
	if l == nil || !l.concerns(i) {
		return s.noticeUnknownUser(ctx, tx, a, m)
	}
	stored := newStored(l, m, "")
	inserted, err := s.insertStored(ctx, tx, l, stored)
	if err != nil || !inserted {
		return err
	}
	cards, err := tx.NewSelect().Model((*storedMessage)(nil)).
		Where("csm.link_id = ? AND csm.author = '' AND csm.created_at > ?", l.ID, db.Time(at.Add(-time.Hour))).Count(ctx)
	if err != nil || cards > maxCardsPerHour {
		return err
	}
	return s.Interviews.Messages.Insert(ctx, tx, message.Message{
		CorpID: l.CorpID, InterviewID: l.InterviewID, ScheduleVersion: i.ScheduleVersion, Kind: message.KindCandidateQuestion, Channel: message.WeCom,
		Recipient: i.OrganizerID, Data: message.Data{Candidate: l.CandidateID, Question: stored.ID},
	})
}

// restartWindow stores when a WeChat user has written: WeCom then allows MaxReplies messages within
// ReplyWindow, whatever interview they are about.
func (s *Service) restartWindow(ctx context.Context, tx *db.Tx, a *account, externalUserID string, at time.Time) error {
	_, err := tx.NewUpdate().Model((*link)(nil)).Set("last_written_at = ?, replies = 0", at).
		Where("corp_id = ? AND open_kfid = ? AND external_userid = ? AND (last_written_at IS NULL OR last_written_at < ?)", a.CorpID, a.OpenKFID, externalUserID, at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing that a candidate has written: %w", err)
	}
	return nil
}

// noticeUnknownUser queues a reply to a text of a WeChat user who belongs to no interview, at most one
// a day.
func (s *Service) noticeUnknownUser(ctx context.Context, tx *db.Tx, a *account, m *wecom.KFMessage) error {
	if s.now().Sub(m.SendTime.Time) > noticeAge {
		return nil
	}
	return s.Queue.Insert(ctx, tx, NoticeArgs{
		CorpID: a.CorpID, OpenKFID: a.OpenKFID, ExternalUserID: m.ExternalUserID, Until: m.SendTime.Add(noticeAge), Reason: UnknownLink,
		Key: keyOf(m.ExternalUserID + m.SendTime.UTC().Format(time.DateOnly)),
	})
}

// keyOf returns a msgid of 32 characters that is derived from a text.
func keyOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// storeServicerReply stores what a member has written in WeCom's client.
func (s *Service) storeServicerReply(ctx context.Context, tx *db.Tx, a *account, m *wecom.KFMessage) error {
	l, err := currentLink(ctx, tx, a, m.ExternalUserID)
	if err != nil || l == nil {
		return err
	}
	_, err = s.insertStored(ctx, tx, l, newStored(l, m, m.ServicerUserID))
	return err
}

// newStored returns the row of a message. Of other types than a text, only the type is stored: a file
// of WeChat can be downloaded for three days only, and was not checked.
func newStored(l *link, m *wecom.KFMessage, author string) *storedMessage {
	out := &storedMessage{
		ID: db.NewID(), CorpID: l.CorpID, LinkID: l.ID, InterviewID: l.InterviewID, CandidateID: l.CandidateID, MsgID: m.MsgID,
		Kind: m.MsgType, Author: author, CreatedAt: db.Time(m.SendTime.Time),
	}
	if m.Text != nil {
		out.Kind, out.Text = kindText, validate.CutBytes(validate.RemoveUnstorable(m.Text.Content), maxText)
	}
	out.Kind = validate.CutBytes(validate.RemoveUnstorable(out.Kind), maxAccountID)
	return out
}

// insertStored reports false for a message that was stored before, and for one beyond maxMessages.
func (s *Service) insertStored(ctx context.Context, tx *db.Tx, l *link, m *storedMessage) (bool, error) {
	n, err := tx.NewSelect().Model((*storedMessage)(nil)).Where("csm.link_id = ?", l.ID).Count(ctx)
	if err != nil {
		return false, fmt.Errorf("counting the messages of a conversation: %w", err)
	}
	if n >= maxMessages {
		s.Logger.WarnContext(ctx, "message of a candidate not stored: the conversation has too many", "interview", l.InterviewID, "max", maxMessages)
		return false, nil
	}
	res, err := tx.NewInsert().Model(m).On("CONFLICT (corp_id, link_id, msgid) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("storing a message of interview %s: %w", l.InterviewID, err)
	}
	rows, err := res.RowsAffected()
	return rows > 0, err
}

// storeRecall removes the text of a message that the WeChat user has taken back.
func (s *Service) storeRecall(ctx context.Context, tx *db.Tx, a *account, e *wecom.KFEvent) error {
	_, err := tx.NewUpdate().Model((*storedMessage)(nil)).Set("text = '', recalled = ?", true).
		Where("corp_id = ? AND msgid = ? AND author = ''", a.CorpID, e.RecallMsgID).
		Where("link_id IN (SELECT csl.id FROM customer_service_links AS csl WHERE csl.corp_id = ? AND csl.open_kfid = ? AND csl.external_userid = ?)",
			a.CorpID, a.OpenKFID, e.ExternalUserID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing that a candidate has taken back a message: %w", err)
	}
	return nil
}

// undelivered are the text ids of fail_type.
// See https://developer.work.weixin.qq.com/document/path/94670
var undelivered = map[int]string{
	4: "notify.wechat.window", 5: "notify.wechat.ended", 6: "notify.wechat.limit", 10: "notify.wechat.rejected", 13: "notify.wechat.security",
}

// storeUndelivered stores that a message that WeCom had accepted was not delivered.
func (s *Service) storeUndelivered(ctx context.Context, tx *db.Tx, a *account, e *wecom.KFEvent) error {
	code := undelivered[e.FailType]
	if code == "" {
		code = "notify.wechat.undelivered"
	}
	return s.Interviews.Messages.MarkUndelivered(ctx, tx, a.CorpID, e.FailMsgID, message.Failure{Code: code, Text: "fail_type " + strconv.Itoa(e.FailType)})
}

// MsgID returns the msgid by which WeCom recognizes a message that is sent again because its response
// was lost. A message that was sent and did not arrive gets another one.
func MsgID(m *message.Message) string {
	if m.MsgID != "" {
		return keyOf(m.MsgID)
	}
	return strings.ReplaceAll(m.ID, "-", "")
}
