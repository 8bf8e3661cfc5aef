package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// payloadInput precedes the id of a request in a notification to runners: input was
// typed into its terminal.
const payloadInput = "input "

const (
	maxInputRow            = 4096    // bytes typed that a row of run_input has
	inputPage              = 100     // rows that listInput returns
	maxTerminalOutputBytes = 8 << 20 // as maxOutputBytes; most of a terminal's output may be control characters, which JSON spells with six bytes
)

// inputRow is a row of run_input.
type inputRow struct {
	bun.BaseModel `bun:"table:run_input,alias:input"`

	RequestID string `bun:",pk"`
	Seq       int    `bun:",pk"`
	Input     []byte
}

// storeInput stores what is typed into the terminal of the program until ctx ends.
func (f *follower) storeInput(ctx context.Context) {
	for seq := 1; ; seq++ {
		in, err := f.program.Terminal.Next(ctx, maxInputRow)
		if err != nil {
			return
		}
		row := &inputRow{RequestID: f.id, Seq: seq, Input: []byte(mustMarshal(in))}
		for {
			err := insertInput(ctx, f.client.cfg.DB, row)
			if err == nil || db.IsUnique(err) { // the response of an earlier attempt was lost
				break
			}
			if ctx.Err() == nil {
				f.client.cfg.Logger.Warn("input could not be stored and is stored again", "request", f.id, "error", err)
			}
			if !backoff.Sleep(ctx, listenRetry) {
				return
			}
		}
	}
}

func insertInput(ctx context.Context, d *db.DB, row *inputRow) error {
	return d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return fmt.Errorf("storing input: %w", err)
		}
		return tx.Notify(ctx, runChannel, payloadInput+row.RequestID)
	})
}

func listInput(ctx context.Context, d *db.DB, id string, after int) ([]inputRow, error) {
	var rows []inputRow
	err := d.NewSelect().Model(&rows).Where("request_id = ?", id).Where("seq > ?", after).Order("seq").Limit(inputPage).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading input: %w", err)
	}
	return rows, nil
}

// typeStoredInput passes the stored input to the program until ctx ends. A missed
// notification is found by the poll.
func (e *execution) typeStoredInput(ctx context.Context) {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	seq := 0
	for {
		rows, err := listInput(ctx, e.worker.cfg.DB, e.request.ID, seq)
		if err != nil && ctx.Err() == nil {
			e.worker.cfg.Logger.Warn("input could not be read and is read again", "request", e.request.ID, "error", err)
		}
		for _, row := range rows {
			seq = row.Seq
			e.typeInput(row.Input)
		}
		if len(rows) == inputPage {
			continue
		}
		select {
		case <-e.inputStored:
		case <-poll.C:
		case <-ctx.Done():
			return
		}
	}
}

// typeInput passes one stored input to the program. Beyond the limits of a terminal, it
// is dropped.
func (e *execution) typeInput(raw []byte) {
	var in sandbox.TerminalInput
	err := json.Unmarshal(raw, &in)
	if err == nil {
		err = e.terminal.Type(in.Text)
	}
	if err != nil {
		e.worker.cfg.Logger.Warn("input was dropped", "request", e.request.ID, "error", err)
	}
	if in.Size != nil {
		e.terminal.Resize(*in.Size)
	}
}

// receiveInputNotification wakes the reader of a request's input. It reports whether
// the payload is about input.
func (w *Worker) receiveInputNotification(payload string) bool {
	id, ok := strings.CutPrefix(payload, payloadInput)
	if !ok {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.running[id]; e != nil {
		signal(e.inputStored)
	}
	return true
}

// freeSlots are the kinds of program for which a runner has a slot. Programs in
// terminals wait for input, and take no slots of the others.
type freeSlots struct{ programs, terminals bool }

func (w *Worker) countFreeSlots() freeSlots {
	w.mu.Lock()
	defer w.mu.Unlock()
	terminals := 0
	for _, e := range w.running {
		if e.terminal != nil {
			terminals++
		}
	}
	return freeSlots{programs: len(w.running)-terminals < w.cfg.Slots, terminals: terminals < w.cfg.Slots}
}
