package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// errNotOwner is returned when a runner writes to a request that is no longer its
// own: the lease has expired, or the server has deleted the request.
var errNotOwner = errors.New("the request is no longer executed by this runner")

// fromNow returns an SQL expression of a time by the clock of the database.
func fromNow(d time.Duration) bun.Safe {
	return bun.Safe(fmt.Sprintf("clock_timestamp() + make_interval(secs => %f)", d.Seconds()))
}

// ListRunners returns the running runners, oldest first.
func ListRunners(ctx context.Context, d *db.DB) ([]Runner, error) {
	if err := requirePostgres(d); err != nil {
		return nil, err
	}
	var runners []Runner
	if err := d.NewSelect().Model(&runners).Where("expires_at > clock_timestamp()").Order("started_at", "id").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the runners: %w", err)
	}
	return runners, nil
}

// insertRequest adds a request behind those of the other rooms with the same
// number of waiting programs.
func insertRequest(ctx context.Context, d *db.DB, r *request) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO run_requests
			(id, corp_id, room_id, client_id, language, source, stdin, files, limits, terminal, company_slots, turn, state, created_at, client_expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, GREATEST(
				(SELECT COALESCE(min(turn), 0) FROM run_requests WHERE state = ?),
				(SELECT COALESCE(max(turn) + 1, 0) FROM run_requests WHERE state = ? AND corp_id = ? AND room_id = ?)
			), ?, clock_timestamp(), ?)`,
			r.ID, r.CorpID, r.RoomID, r.ClientID, r.Language, r.Source, r.Stdin, r.Files, mustMarshal(r.Limits), marshalSize(r.Terminal), r.CompanySlots,
			stateQueued, stateQueued, r.CorpID, r.RoomID, stateQueued, fromNow(clientTTL)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("inserting a program: %w", err)
		}
		return tx.Notify(ctx, runChannel, payloadQueue)
	})
}

// marshalSize returns nil, which is stored as NULL, without a terminal.
func marshalSize(size *sandbox.TerminalSize) any {
	if size == nil {
		return nil
	}
	return mustMarshal(size)
}

// mustMarshal marshals a value of this package, which cannot fail.
func mustMarshal(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// claimRequest claims the next request in one of the languages for a free slot, or returns nil.
// Claims wait for each other, so that the limit of a company is exact.
func claimRequest(ctx context.Context, d *db.DB, runnerID string, languages []string, free freeSlots) (claimed *request, err error) {
	if len(languages) == 0 {
		return nil, nil //nolint:nilnil // nothing can be run
	}
	err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"runner/claim"}); err != nil {
			return err
		}
		var found []request
		err := tx.NewRaw(`UPDATE run_requests SET state = ?, runner_id = ?, attempts = attempts + 1, lease_expires_at = ?
			WHERE id IN (
				SELECT q.id FROM run_requests q
				WHERE q.state = ? AND NOT q.cancelled AND q.client_expires_at > clock_timestamp() AND q.language IN (?)
				AND CASE WHEN q.terminal IS NULL THEN ? ELSE ? END
				AND (q.company_slots = 0 OR q.company_slots > (
					SELECT count(*) FROM run_requests r WHERE r.corp_id = q.corp_id AND r.state = ? AND (r.terminal IS NULL) = (q.terminal IS NULL) AND r.lease_expires_at > clock_timestamp()
				))
				ORDER BY q.turn, q.created_at, q.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
			) RETURNING id, language, source, stdin, files, limits, terminal, attempts`,
			stateRunning, runnerID, fromNow(leaseTTL), stateQueued, bun.List(languages), free.programs, free.terminals, stateRunning).Scan(ctx, &found)
		if err != nil {
			return fmt.Errorf("claiming a program: %w", err)
		}
		if len(found) == 0 {
			return nil
		}
		claimed = &found[0]
		return tx.Notify(ctx, eventChannel, payloadQueue)
	})
	return claimed, err
}

// updateOwned calls fn with the locked request if runnerID still executes it, and
// notifies the server.
func updateOwned(ctx context.Context, d *db.DB, id, runnerID string, fn func(ctx context.Context, tx *db.Tx) error) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*request)(nil), "id = ?", id); err != nil {
			return err
		}
		owned, err := tx.NewSelect().Model((*request)(nil)).Where("id = ?", id).Where("runner_id = ?", runnerID).Where("state = ?", stateRunning).Exists(ctx)
		if err != nil {
			return fmt.Errorf("reading a program: %w", err)
		}
		if !owned {
			return errNotOwner
		}
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return tx.Notify(ctx, eventChannel, id)
	})
}

// insertOutput stores output, if there is any.
func insertOutput(ctx context.Context, tx *db.Tx, id string, seq int, chunks []sandbox.Chunk) error {
	if len(chunks) == 0 {
		return nil
	}
	row := &outputRow{RequestID: id, Seq: seq, Chunks: []byte(mustMarshal(chunks))}
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return fmt.Errorf("storing output: %w", err)
	}
	return nil
}

// endRequest stores the result and the end of a request.
func endRequest(ctx context.Context, tx *db.Tx, id string, result runResult) error {
	_, err := tx.NewRaw("UPDATE run_requests SET state = ?, result = ?::jsonb WHERE id = ?", stateEnded, mustMarshal(result), id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the result of a program: %w", err)
	}
	return nil
}

// requeueRequest makes a request available to other runners.
func requeueRequest(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.NewRaw("UPDATE run_requests SET state = ?, runner_id = '' WHERE id = ?", stateQueued, id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("queueing a program again: %w", err)
	}
	return tx.Notify(ctx, runChannel, payloadQueue)
}

// recoverRequest ends a request whose lease has expired as lost, or queues it again
// when no output is known and an attempt is left.
func recoverRequest(ctx context.Context, d *db.DB, id string) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*request)(nil), "id = ?", id); err != nil {
			return err
		}
		var found []struct {
			Attempts  int
			HasOutput bool
		}
		err := tx.NewRaw(`SELECT attempts, EXISTS (SELECT 1 FROM run_output o WHERE o.request_id = q.id) AS has_output
			FROM run_requests q WHERE id = ? AND state = ? AND lease_expires_at < clock_timestamp()`, id, stateRunning).Scan(ctx, &found)
		if err != nil || len(found) == 0 {
			return err
		}
		if found[0].HasOutput || found[0].Attempts >= maxAttempts {
			return endRequest(ctx, tx, id, runResult{Result: lostResult})
		}
		return requeueRequest(ctx, tx, id)
	})
}

// cancelRequest deletes a request that waits, or notifies its runner. It reports
// whether the request has ended.
func cancelRequest(ctx context.Context, d *db.DB, id string) (ended bool, err error) {
	err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		result, err := tx.NewRaw("DELETE FROM run_requests WHERE id = ? AND state = ?", id, stateQueued).Exec(ctx)
		if err != nil {
			return fmt.Errorf("cancelling a program: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			ended = n > 0
			return errors.Join(err, tx.Notify(ctx, eventChannel, payloadQueue))
		}
		if _, err := tx.NewRaw("UPDATE run_requests SET cancelled = TRUE WHERE id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("cancelling a program: %w", err)
		}
		return tx.Notify(ctx, runChannel, id)
	})
	return ended, err
}

// requestStatus is what a server reads of its request.
type requestStatus struct {
	State        string
	Result       *runResult `bun:"type:jsonb"`
	LeaseExpired bool
	Position     int // in the queue, 1 for the next; 0 when it does not wait
}

// readStatus returns nil when the request does not exist.
func readStatus(ctx context.Context, d *db.DB, id string) (*requestStatus, error) {
	var found []requestStatus
	err := d.NewRaw(`SELECT q.state, q.result, COALESCE(q.state = ? AND q.lease_expires_at < clock_timestamp(), FALSE) AS lease_expired,
			CASE WHEN q.state = ? THEN (SELECT count(*) FROM run_requests o
				WHERE o.state = q.state AND (o.terminal IS NULL) = (q.terminal IS NULL) AND (o.turn, o.created_at, o.id) <= (q.turn, q.created_at, q.id)) ELSE 0 END AS position
		FROM run_requests q WHERE q.id = ?`, stateRunning, stateQueued, id).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("reading the status of a program: %w", err)
	}
	if len(found) == 0 {
		return nil, nil //nolint:nilnil // documented
	}
	return &found[0], nil
}

// outputPage is the number of rows that listOutput returns.
const outputPage = 100

func listOutput(ctx context.Context, d *db.DB, id string, after int) ([]outputRow, error) {
	var rows []outputRow
	err := d.NewSelect().Model(&rows).Where("request_id = ?", id).Where("seq > ?", after).Order("seq").Limit(outputPage).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading output: %w", err)
	}
	return rows, nil
}

// retention is how long rows are kept whose process has stopped.
const retention = 10 * time.Minute

// DeleteAbandoned deletes the requests of servers and the rows of runners that have
// stopped without deleting them.
func DeleteAbandoned(ctx context.Context, d *db.DB) error {
	for _, query := range []string{
		"DELETE FROM run_requests WHERE id IN (SELECT id FROM run_requests WHERE client_expires_at < ? ORDER BY id LIMIT 1000)",
		"DELETE FROM runners WHERE id IN (SELECT id FROM runners WHERE expires_at < ? ORDER BY id LIMIT 1000)",
	} {
		if _, err := d.NewRaw(query, fromNow(-retention)).Exec(ctx); err != nil {
			return fmt.Errorf("deleting the rows of runners that have stopped: %w", err)
		}
	}
	return nil
}
