// Package rerun runs the programs of an exported interview again and compares what they print.
package rerun

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/transcript"
)

// onlyDocument is the document of a run that names none.
const onlyDocument = "code"

// Recording is the runs and the texts of a document. Visit adds to it; the zero value is empty.
type Recording struct {
	texts map[string]*history // by stream
	runs  []*run
	byID  map[string]*run
}

// history is the changes of a document in order.
type history struct {
	changes      []change.Set
	isIncomplete bool // a row after changes has only a hash

	// The text of the last textAt: runs follow each other.
	version int
	text    change.Text
}

// run is a recorded run.
type run struct {
	id     string
	at     time.Time
	data   logevent.Run
	output outputs
	finish *protocol.RunResult // nil without an end in the log
}

// outputs is what a program prints, by stream. The order between streams depends on the moment.
type outputs map[string]string

// row has the fields of a payload that are read.
type row struct {
	At           time.Time `json:"at"`
	FirstVersion int       `json:"firstVersion"`
	Updates      []struct {
		Changes change.Set `json:"c"`
	} `json:"updates"`
	Subject string          `json:"subject"`
	Data    json.RawMessage `json:"data"`
}

// Visit adds a row that transcript.Verify has verified.
func (r *Recording) Visit(p transcript.Payload, payload string) error {
	var content row
	switch p.Kind {
	case transcript.KindEdit, logevent.KindRun, logevent.KindOutput, logevent.KindFinish:
	default:
		return nil
	}
	if err := json.Unmarshal([]byte(payload), &content); err != nil {
		return fmt.Errorf("reading row %d of %s: %w", p.Row, p.Stream, err)
	}
	if p.Kind == transcript.KindEdit {
		r.addChanges(p.Stream, content)
		return nil
	}
	if err := r.addEvent(p.Kind, content); err != nil {
		return fmt.Errorf("reading row %d of %s: %w", p.Row, p.Stream, err)
	}
	return nil
}

func (r *Recording) addChanges(stream string, content row) {
	if r.texts == nil {
		r.texts = map[string]*history{}
	}
	h := r.texts[stream]
	if h == nil {
		h = &history{}
		r.texts[stream] = h
	}
	if h.isIncomplete = h.isIncomplete || content.FirstVersion != len(h.changes); h.isIncomplete {
		return
	}
	for _, u := range content.Updates {
		h.changes = append(h.changes, u.Changes)
	}
}

func (r *Recording) addEvent(kind string, content row) error {
	data := logevent.NewData(kind)
	if err := json.Unmarshal(content.Data, data); err != nil {
		return err
	}
	if started, ok := data.(*logevent.Run); ok {
		if r.byID == nil {
			r.byID = map[string]*run{}
		}
		one := &run{id: content.Subject, at: content.At, data: *started, output: outputs{}}
		r.runs, r.byID[content.Subject] = append(r.runs, one), one
		return nil
	}
	one := r.byID[content.Subject]
	if one == nil { // the row of its start has only a hash
		return nil
	}
	switch data := data.(type) {
	case *logevent.Output:
		one.output.addChunks(data.Chunks)
	case *logevent.Finish:
		one.finish = &data.Result
	}
	return nil
}

func (o outputs) addChunks(list []protocol.Chunk) {
	for _, c := range list {
		o[c.Stream] += c.Text
	}
}

// Errors of a text.
var (
	errHidden  = errors.New("a part of its files has only a hash")
	errNoMatch = errors.New("a change does not fit its text")
)

// textAt returns the text of a document at a version.
func (r *Recording) textAt(doc string, version int) (string, error) {
	h := r.texts[doc]
	if h == nil {
		h = &history{}
	}
	if version > len(h.changes) {
		return "", errHidden
	}
	if version < h.version {
		h.version, h.text = 0, nil
	}
	for ; h.version < version; h.version++ {
		set := h.changes[h.version]
		if h.text.Check(set) != nil {
			return "", errNoMatch
		}
		h.text = h.text.Apply(set)
	}
	return h.text.String(), nil
}

// program returns the program of a run.
func (r *Recording) program(one *run) (p sandbox.Program, err error) {
	p = sandbox.Program{Language: one.data.Language, Stdin: one.data.Stdin}
	if len(one.data.Files) == 0 {
		doc := one.data.Doc
		if doc == "" {
			doc = onlyDocument
		}
		p.Source, err = r.textAt(doc, one.data.Version)
		return p, err
	}
	for _, f := range one.data.Files {
		text, err := r.textAt(f.Doc, f.Version)
		if err != nil {
			return p, err
		}
		if f.Doc == one.data.Entry {
			p.Path, p.Source = f.Path, text
		} else {
			p.Files = append(p.Files, sandbox.File{Path: f.Path, Text: text})
		}
	}
	return p, nil
}
