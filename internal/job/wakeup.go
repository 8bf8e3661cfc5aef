package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/huimian/huimian/internal/db"
)

// insertTopic is River's topic of inserted jobs; the payload names the queue.
const insertTopic = "river_insert"

// postgresDriver is River's driver for PostgreSQL with a notification for each
// insertion. River's client skips the notification of an insertion within the
// fetch cooldown after another one, so that the job waits for the next poll.
type postgresDriver struct {
	*riverpgxv5.Driver
}

// SupportsListenNotify returns false: River's client sends no notifications.
func (postgresDriver) SupportsListenNotify() bool { return false }

// notifyQueue sends a notification when tx commits. PostgreSQL merges the equal
// notifications of a transaction.
func (d postgresDriver) notifyQueue(ctx context.Context, _ *db.Tx, tx pgx.Tx, queue string) error {
	payload, err := insertPayload(queue)
	if err != nil {
		return err
	}
	return d.UnwrapExecutor(tx).NotifyMany(ctx, &riverdriver.NotifyManyParams{Topic: insertTopic, Payload: []string{payload}})
}

var _ riverdriver.Driver[pgx.Tx] = postgresDriver{}

// insertPayload returns the payload of a notification of new jobs in the queue.
func insertPayload(queue string) (string, error) {
	payload, err := json.Marshal(map[string]string{"queue": queue})
	return string(payload), err
}

// sqliteDriver is River's driver for SQLite with notifications within the
// process, in place of a table that is polled every 50 ms: one process uses the
// file.
type sqliteDriver struct {
	*riversqlite.Driver
	wakeUps *wakeUps
}

// GetListener returns the listener of the process.
func (d sqliteDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.wakeUps
}

// SupportsListenNotify returns false: River writes no notifications to its table.
func (sqliteDriver) SupportsListenNotify() bool { return false }

var _ riverdriver.Driver[*sql.Tx] = sqliteDriver{}

// wakeUps implements riverdriver.Listener. It holds the queues with new jobs
// until River receives them.
type wakeUps struct {
	mu     sync.Mutex
	queues map[string]struct{}
	ready  chan struct{} // holds a value while queues is not empty
}

func newWakeUps() *wakeUps {
	return &wakeUps{queues: map[string]struct{}{}, ready: make(chan struct{}, 1)}
}

// notifyQueue reports that a queue has new jobs. It does not block.
func (w *wakeUps) notifyQueue(queue string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queues[queue] = struct{}{}
	w.signalReady()
}

func (w *wakeUps) signalReady() {
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// WaitForNotification returns the next queue with new jobs.
func (w *wakeUps) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-w.ready:
		}
		if queue, ok := w.takeQueue(); ok {
			payload, err := insertPayload(queue)
			return &riverdriver.Notification{Topic: insertTopic, Payload: payload}, err
		}
	}
}

func (w *wakeUps) takeQueue() (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for queue := range w.queues {
		delete(w.queues, queue)
		if len(w.queues) > 0 {
			w.signalReady()
		}
		return queue, true
	}
	return "", false
}

// The other methods of riverdriver.Listener concern a connection, of which there
// is none.
func (*wakeUps) Close(context.Context) error            { return nil }
func (*wakeUps) Connect(context.Context) error          { return nil }
func (*wakeUps) Listen(context.Context, string) error   { return nil }
func (*wakeUps) Ping(context.Context) error             { return nil }
func (*wakeUps) Schema() string                         { return "" }
func (*wakeUps) SetAfterConnectExec(string)             {}
func (*wakeUps) Unlisten(context.Context, string) error { return nil }
