package transcript

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/huimian/huimian/internal/jsonstream"
)

// Audience is the group of readers of an exported document.
type Audience string

// Audiences.
const (
	Staff     Audience = "staff"     // every row
	Candidate Audience = "candidate" // what the candidate could see in the room
)

// header is the first line of a document, without the rest of its object.
type header struct {
	Format      string   `json:"format"`
	Version     int      `json:"version"`
	InterviewID string   `json:"interviewId"`
	Audience    Audience `json:"audience"`
}

func (h *header) encodeLine() string {
	o := newObject().addString("format", h.Format).addInt("version", int64(h.Version)).
		addString("interviewId", h.InterviewID).addString("audience", string(h.Audience))
	return string(o.text) + `,"streams":[`
}

// Row is a row of a document: Salt and Payload, or PayloadHash alone when the
// payload is erased or not meant for the audience. Chain is the value of the
// chain after the row. All but Payload are hexadecimal.
type Row struct {
	Salt        string `json:"salt"`
	Payload     string `json:"payload"`
	PayloadHash string `json:"payloadHash"`
	Chain       string `json:"chain"`
}

func (r *Row) encodeLine() string {
	o := newObject()
	if r.PayloadHash != "" {
		o.addString("payloadHash", r.PayloadHash)
	} else {
		o.addString("salt", r.Salt).addString("payload", r.Payload)
	}
	return o.addString("chain", r.Chain).String()
}

// computeHash returns the hash of the payload. ok is false when a field is malformed.
func (r *Row) computeHash() (h hash, ok bool) {
	if r.PayloadHash != "" {
		return parseHash(r.PayloadHash)
	}
	salt, ok := parseHex(r.Salt, saltSize)
	return hashPayload(salt, r.Payload), ok
}

// Payload is what all payloads have in common. Kind is "edit" in the stream of a
// document, and the kind of the event in the stream of events.
type Payload struct {
	Stream string `json:"stream"`
	Row    int    `json:"row"`
	Kind   string `json:"kind"`
}

// Seal is a signed statement about the heads of the chains. All but Statement are
// hexadecimal.
type Seal struct {
	KeyID     string `json:"keyId"`
	PublicKey string `json:"publicKey"`
	Statement string `json:"statement"`
	Signature string `json:"signature"`
}

func (s *Seal) encodeLine() string {
	return newObject().addString("keyId", s.KeyID).addString("publicKey", s.PublicKey).
		addString("statement", s.Statement).addString("signature", s.Signature).String()
}

// Statement is the text that a seal signs.
type Statement struct {
	Format      string          `json:"format"` // statementFormat
	Version     int             `json:"version"`
	InterviewID string          `json:"interviewId"`
	SealedAt    time.Time       `json:"sealedAt"`
	Streams     []SealedStream  `json:"streams"`
	heads       map[string]hash // of Streams, by stream
}

// SealedStream is the head of a chain after a number of rows.
type SealedStream struct {
	Stream string `json:"stream"`
	Rows   int    `json:"rows"`
	Head   string `json:"head"`
}

const statementFormat = "huimian-seal"

func (s *Statement) encodeText() string {
	list := []byte{'['}
	for n, v := range s.Streams {
		if n > 0 {
			list = append(list, ',')
		}
		list = append(list, newObject().addString("stream", v.Stream).addInt("rows", int64(v.Rows)).addString("head", v.Head).String()...)
	}
	return newObject().addString("format", s.Format).addInt("version", int64(s.Version)).addString("interviewId", s.InterviewID).
		addTime("sealedAt", s.SealedAt).addRaw("streams", string(append(list, ']'))).String()
}

// parseStatement decodes a statement, and refuses another spelling of it.
func parseStatement(text string) (*Statement, error) {
	s := new(Statement)
	if err := json.Unmarshal([]byte(text), s); err != nil {
		return nil, fmt.Errorf("reading the statement of a seal: %w", err)
	}
	if s.Format != statementFormat || s.Version != Version || s.encodeText() != text {
		return nil, fmt.Errorf("reading the statement of a seal: it is no %s of version %d", statementFormat, Version)
	}
	s.heads = map[string]hash{}
	for _, v := range s.Streams {
		head, ok := parseHash(v.Head)
		if _, again := s.heads[v.Stream]; again || !ok || v.Rows < 0 {
			return nil, fmt.Errorf("reading the statement of a seal: stream %q is malformed", v.Stream)
		}
		s.heads[v.Stream] = head
	}
	return s, nil
}

// documentWriter writes a document. It has one line for each row and each seal,
// in a fixed spelling, so that a change of any byte is found.
type documentWriter struct {
	out   *jsonstream.Writer
	rows  int
	parts int
}

func newDocumentWriter(w io.Writer, h header) *documentWriter {
	d := &documentWriter{out: jsonstream.NewWriter(w)}
	d.out.WriteText(h.encodeLine())
	return d
}

// streamHeader is the line before the rows of a stream. Start is the value of the
// chain before its first row.
type streamHeader struct {
	Stream string `json:"stream"`
	Start  string `json:"start"`
}

func (h *streamHeader) encodeLine() string {
	o := newObject().addString("stream", h.Stream).addString("start", h.Start)
	return string(o.text) + `,"rows":[`
}

func (d *documentWriter) startStream(h streamHeader) {
	if d.parts > 0 {
		d.out.WriteText(",")
	}
	d.parts, d.rows = d.parts+1, 0
	d.out.WriteText("\n" + h.encodeLine())
}

func (d *documentWriter) writeRow(r Row) error {
	if d.rows > 0 {
		d.out.WriteText(",")
	}
	d.rows++
	d.out.WriteText("\n" + r.encodeLine())
	return d.out.Err()
}

func (d *documentWriter) endStream() { d.out.WriteText("\n]}") }

// finishDocument writes the seals and the end of the document.
func (d *documentWriter) finishDocument(seals []Seal) error {
	d.out.WriteText("\n" + `],"seals":[`)
	for n := range seals {
		if n > 0 {
			d.out.WriteText(",")
		}
		d.out.WriteText("\n" + seals[n].encodeLine())
	}
	d.out.WriteText("\n]}\n")
	if err := d.out.Flush(); err != nil {
		return fmt.Errorf("writing the transcript: %w", err)
	}
	return nil
}
