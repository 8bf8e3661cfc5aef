package customerservice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/wecom"
)

// maxPages limits the pages that one attempt reads; a page has at most 1,000 messages.
const maxPages = 20

// backoff is the wait after a temporary failure; refusedBackoff after one that an administrator must
// end in WeCom's console.
var (
	backoff        = outbox.Backoff{First: 5 * time.Second, Max: 5 * time.Minute}
	refusedBackoff = outbox.Backoff{First: 10 * time.Minute, Max: time.Hour}
)

// account is a row of customer_service_accounts. A claimed row with NextAttemptAt was requested once
// more during the attempt.
type account struct {
	bun.BaseModel `bun:"table:customer_service_accounts,alias:csa"`

	ID             string     `bun:",pk"`
	CorpID         string     `bun:"corp_id"`
	OpenKFID       string     `bun:"open_kfid"`
	Cursor         string     `bun:"cursor"`
	FailureCode    string     `bun:"failure_code"`
	FailureErrcode int        `bun:"failure_errcode"`
	Since          time.Time  `bun:"since"`
	ReadAt         *time.Time `bun:"read_at"`

	outbox.Row
}

// readAccountRow returns nil if there is no row.
func readAccountRow(ctx context.Context, q bun.IDB, corpID, openKFID string) (*account, error) {
	a := new(account)
	err := q.NewSelect().Model(a).Where("csa.corp_id = ? AND csa.open_kfid = ?", corpID, openKFID).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // none
	}
	if err != nil {
		return nil, fmt.Errorf("reading a customer service account: %w", err)
	}
	return a, nil
}

// readAccount reads the messages of an account since its cursor. Each page is stored in one transaction
// with the cursor, so that a page is processed once, whatever fails.
func (s *Service) readAccount(ctx context.Context, args ReadArgs) error {
	c, err := s.readSettings(ctx, s.DB.DB, args.CorpID)
	if err != nil {
		return err
	}
	if !c.IsActive() || cmp.Or(args.OpenKFID, c.OpenKFID) != c.OpenKFID {
		return nil // another account of the company
	}
	claimed, err := s.claimAccount(ctx, args.CorpID, c.OpenKFID)
	if err != nil || claimed == nil {
		return err
	}
	more, err := s.readPages(ctx, claimed, args.Token)
	return s.endReading(ctx, claimed, more, err)
}

// errTakenOver means that the lease of the claim has ended and another process reads the account.
var errTakenOver = errors.New("another process reads the account")

// claimAccount claims an account. It returns nil if another process reads it, which then reads once
// more.
func (s *Service) claimAccount(ctx context.Context, corpID, openKFID string) (claimed *account, err error) {
	err = s.withAccount(ctx, corpID, openKFID, func(_ context.Context, _ *db.Tx, a *account) error {
		now := s.now()
		if a.Leased(now) {
			a.NextAttemptAt = &now
			return nil
		}
		a.Claim(now)
		copied := *a
		claimed = &copied
		return nil
	})
	return claimed, err
}

// withAccount runs fn on the row of an account under its lock, and stores it.
func (s *Service) withAccount(ctx context.Context, corpID, openKFID string, fn func(ctx context.Context, tx *db.Tx, a *account) error) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*account)(nil), "corp_id = ? AND open_kfid = ?", corpID, openKFID); err != nil {
			return err
		}
		a, err := readAccountRow(ctx, tx, corpID, openKFID)
		if err != nil || a == nil {
			return err
		}
		if err := fn(ctx, tx, a); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(a).WherePK().Where("corp_id = ?", corpID).Exec(ctx); err != nil {
			return fmt.Errorf("storing a customer service account: %w", err)
		}
		return nil
	})
}

// isClaimedAs reports whether the claim of the row is that of claimed.
func (a *account) isClaimedAs(claimed *account) bool {
	return a.ClaimedAt != nil && a.ClaimedAt.Equal(*claimed.ClaimedAt) && a.Attempts == claimed.Attempts
}

// readPages reads pages until the last one or maxPages. It reports whether there are more.
func (s *Service) readPages(ctx context.Context, claimed *account, token string) (more bool, err error) {
	cursor := claimed.Cursor
	for range maxPages {
		page, err := s.Client.KF.SyncMessages(ctx, claimed.OpenKFID, cursor, wecom.Secret(token))
		if wecom.IsCode(err, 95007) && token != "" { // the job has waited for more than ten minutes
			token = ""
			page, err = s.Client.KF.SyncMessages(ctx, claimed.OpenKFID, cursor, "")
		}
		if cursor != "" && wecom.ClassOf(err) == wecom.ClassArgument && !wecom.IsCode(err, unknownAccount...) {
			s.Logger.WarnContext(ctx, "customer service is read from the oldest message: WeCom has refused the cursor", "error", err)
			// Messages that were stored before are recognized.
			page, err = s.Client.KF.SyncMessages(ctx, claimed.OpenKFID, "", wecom.Secret(token))
		}
		if err != nil {
			return false, err
		}
		if err := s.storePage(ctx, claimed, page); err != nil {
			return false, err
		}
		if !page.HasMore {
			return false, nil
		}
		cursor = page.NextCursor
	}
	return true, nil
}

// storePage stores the messages of a page and the cursor after it.
func (s *Service) storePage(ctx context.Context, claimed *account, page *wecom.KFMessagePage) error {
	return s.withAccount(ctx, claimed.CorpID, claimed.OpenKFID, func(ctx context.Context, tx *db.Tx, a *account) error {
		if !a.isClaimedAs(claimed) {
			return errTakenOver
		}
		for n := range page.Messages {
			m := &page.Messages[n]
			if m.SendTime.Before(a.Since.Add(-time.Second)) { // of another program; the time has whole seconds
				continue
			}
			if err := s.storeReceived(ctx, tx, a, m); err != nil {
				return err
			}
		}
		a.Cursor = page.NextCursor
		return nil
	})
}

// endReading ends the claim, and makes the account due again: at once if it was requested meanwhile,
// after a wait if WeCom has refused the call, and otherwise after readInterval.
func (s *Service) endReading(ctx context.Context, claimed *account, more bool, failure error) error {
	if errors.Is(failure, errTakenOver) {
		return nil
	}
	code, errcode := "", 0
	wait := time.Duration(0)
	if failure != nil {
		code, errcode = failureOf(failure)
	}
	err := s.withAccount(ctx, claimed.CorpID, claimed.OpenKFID, func(ctx context.Context, tx *db.Tx, a *account) error {
		if !a.isClaimedAs(claimed) {
			return nil
		}
		now := s.now()
		again := more || a.NextAttemptAt != nil
		switch {
		case failure == nil:
			a.FailureCode, a.FailureErrcode, a.ReadAt = "", 0, &now
			if !again {
				a.Restart(now.Add(readInterval))
				return nil
			}
			a.Restart(now)
		case code != "":
			a.FailureCode, a.FailureErrcode = code, errcode
			wait = refusedBackoff.After(a.Attempts)
			a.Retry(now.Add(wait))
		default:
			wait = backoff.After(a.Attempts)
			a.Retry(now.Add(wait))
		}
		return s.Queue.Insert(ctx, tx, ReadArgs{CorpID: a.CorpID, OpenKFID: a.OpenKFID}, job.RunAt(now.Add(wait)))
	})
	if failure != nil {
		s.Logger.WarnContext(ctx, "customer service not read", "account", claimed.OpenKFID, "error", failure, "retryIn", wait)
	}
	return err
}

// RecordResult stores whether WeCom has accepted a call about an account: a failure that an
// administrator must end is displayed until a call succeeds.
func (s *Service) RecordResult(ctx context.Context, corpID, openKFID string, failure error) error {
	code, errcode := "", 0
	if failure != nil {
		if code, errcode = failureOf(failure); code == "" {
			return nil
		}
	}
	a, err := readAccountRow(ctx, s.DB.DB, corpID, openKFID)
	if err != nil || a == nil || a.FailureCode == code {
		return err
	}
	return s.withAccount(ctx, corpID, openKFID, func(_ context.Context, _ *db.Tx, a *account) error {
		a.FailureCode, a.FailureErrcode = code, errcode
		return nil
	})
}
