package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pagination"
)

// ChangeRole adds a role to a member, or removes it, and returns the names of
// the member's roles. The actor in the audit log is the system. A member who is not
// among the copied contacts is fetched from WeCom.
func ChangeRole(ctx context.Context, cfg Config, userID, roleName string, has bool) (names []string, err error) {
	role, ok := actor.ParseName(roleName)
	if !ok || role == actor.Interviewer {
		return nil, fmt.Errorf("%q is not a role that can be given: administrator or recruiter", roleName)
	}
	err = withAccounts(ctx, cfg, func(accounts *account.Service, _ *apitoken.Service) error {
		stored, err := accounts.AdmitMember(ctx, userID)
		if err != nil {
			return fmt.Errorf("finding the member %s in the application's visible range: %w", userID, err)
		}
		found, err := accounts.MembersByID(ctx, accounts.Corp.ID, []string{stored})
		if err != nil {
			return err
		}
		roles := found[stored].Roles | role
		if !has {
			roles &^= role
		}
		changed, err := accounts.SetRoles(ctx, actor.System(accounts.Corp.ID), stored, account.RolesEdit{Roles: roles})
		names = changed.Roles.Names()
		return localizeError(err)
	})
	return names, err
}

// localizeError returns an error for users in the language of the terminal.
func localizeError(err error) error {
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok {
		return err
	}
	return errors.New(i18n.T(TerminalLanguage(), e.Code, e.Params))
}

// TerminalLanguage returns the supported language that matches the locale of the
// environment.
func TerminalLanguage() string {
	tag, _, _ := strings.Cut(TerminalLocale(), ".")
	return i18n.MatchLanguage(strings.ReplaceAll(tag, "_", "-"))
}

// ListAudit returns entries of the audit log, newest first.
func ListAudit(ctx context.Context, cfg Config, f audit.Filter) (list []audit.Entry, err error) {
	err = withParts(ctx, cfg, func(a *App) error {
		list, err = audit.List(ctx, a.DB.DB, a.Config.WeCom.CorpID, f)
		return err
	})
	return list, err
}

// VerifyAudit compares the whole audit log with its chain. noted is a head that was noted
// earlier, nil for none.
func VerifyAudit(ctx context.Context, cfg Config, noted *audit.Head) (report *audit.Report, err error) {
	err = withParts(ctx, cfg, func(a *App) error {
		report, err = newAuditChain(a.DB, a.boxes, a.log).Verify(ctx, actor.System(a.Config.WeCom.CorpID), 0, noted)
		return err
	})
	return report, err
}

// ListJobs returns background jobs, newest first.
func ListJobs(ctx context.Context, cfg Config, f job.Filter) (list []job.Listed, err error) {
	err = withDatabase(ctx, cfg, func(d *db.DB) error {
		list, err = job.List(ctx, d, f)
		return err
	})
	return list, err
}

// RetryJobs makes jobs due now, all or none.
func RetryJobs(ctx context.Context, cfg Config, ids []int64) error {
	return changeJobs(ctx, cfg, ids, "job.retry", (*job.Queue).Retry)
}

// CancelJobs cancels jobs that have not finished, all or none.
func CancelJobs(ctx context.Context, cfg Config, ids []int64) error {
	return changeJobs(ctx, cfg, ids, "job.cancel", (*job.Queue).Cancel)
}

func changeJobs(ctx context.Context, cfg Config, ids []int64, action string, change func(*job.Queue, context.Context, *db.Tx, int64) (string, error)) error {
	return withParts(ctx, cfg, func(a *App) error {
		return a.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, id := range ids {
				kind, err := change(a.Queue, ctx, tx, id)
				if err != nil {
					return err
				}
				if err := audit.Write(ctx, tx, db.Now(), actor.System(a.Config.WeCom.CorpID), action, strconv.FormatInt(id, 10), audit.Data{"kind": kind}); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// withMessages runs fn with the log of messages, and the system as the actor.
func withMessages(ctx context.Context, cfg Config, fn func(*message.Service, actor.Actor) error) error {
	return withParts(ctx, cfg, func(a *App) error {
		return fn(&message.Service{DB: a.DB, Queue: a.Queue, Members: a.findInterviewMembers}, actor.System(a.Config.WeCom.CorpID))
	})
}

// MessageStates are the states by which ListMessages selects.
var MessageStates = []string{string(message.Failed), string(message.Queued), string(message.Sent), string(message.Skipped)}

// ListMessages returns the newest messages in a state. Queued ones include those that
// wait for a retry.
func ListMessages(ctx context.Context, cfg Config, state string, limit int) (list []message.Message, err error) {
	if !slices.Contains(MessageStates, state) {
		return nil, fmt.Errorf("%q is not a state: the states are %s", state, strings.Join(MessageStates, ", "))
	}
	err = withMessages(ctx, cfg, func(s *message.Service, a actor.Actor) error {
		filters := []message.Filter{{State: message.State(state)}}
		if message.State(state) == message.Queued {
			filters = append(filters, message.Filter{Waiting: true})
		}
		for _, f := range filters {
			f.Page = pagination.Page{Limit: limit}
			page, _, err := s.List(ctx, a, f)
			if err != nil {
				return err
			}
			list = append(list, page...)
		}
		return nil
	})
	return list[:min(len(list), max(limit, 0))], err
}

// RetryMessages queues messages again, until one fails.
func RetryMessages(ctx context.Context, cfg Config, ids []string) error {
	return withMessages(ctx, cfg, func(s *message.Service, a actor.Actor) error {
		for _, id := range ids {
			if _, err := s.Retry(ctx, a, id); err != nil {
				return fmt.Errorf("retrying the message %s: %w", id, localizeError(err))
			}
		}
		return nil
	})
}

// CancelMessages cancels messages that are not sent, until one fails.
func CancelMessages(ctx context.Context, cfg Config, ids []string) error {
	return withMessages(ctx, cfg, func(s *message.Service, a actor.Actor) error {
		for _, id := range ids {
			if err := s.Cancel(ctx, a, id); err != nil {
				return fmt.Errorf("cancelling the message %s: %w", id, localizeError(err))
			}
		}
		return nil
	})
}
