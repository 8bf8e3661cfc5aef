package transcript

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/signing"
)

// maxLine limits a line of a document in bytes. A row of a room holds at most one
// message of a client, which is far smaller.
const maxLine = 64 << 20

// MismatchError is the first difference between a document and what its chain and its
// signatures prove.
type MismatchError struct {
	Line   int    // of the document, from 1
	Stream string // "" outside the streams
	Row    int    // of the stream, from 1; 0 outside the rows
	Kind   string // of the row, as far as it can be read
	Reason string
}

func (m *MismatchError) Error() string {
	switch {
	case m.Row > 0 && m.Kind != "":
		return fmt.Sprintf("row %d of %s (%s, line %d): %s", m.Row, m.Stream, m.Kind, m.Line, m.Reason)
	case m.Row > 0:
		return fmt.Sprintf("row %d of %s (line %d): %s", m.Row, m.Stream, m.Line, m.Reason)
	case m.Stream != "":
		return fmt.Sprintf("stream %s (line %d): %s", m.Stream, m.Line, m.Reason)
	}
	return fmt.Sprintf("line %d: %s", m.Line, m.Reason)
}

// Report is what a verified document proves.
type Report struct {
	InterviewID string           `json:"interviewId"`
	Audience    Audience         `json:"audience"`
	Streams     []VerifiedStream `json:"streams"`
	Seals       []VerifiedSeal   `json:"seals"` // oldest first
}

// VerifiedStream is a stream of a verified document.
type VerifiedStream struct {
	Stream  string `json:"stream"`
	Rows    int    `json:"rows"`
	Hidden  int    `json:"hidden"`  // rows with the hash of the payload alone
	Missing bool   `json:"missing"` // sealed, and not in the document
}

// VerifiedSeal is a seal with a valid signature of the key. Whether the key is the
// installation's, the reader decides by its id.
type VerifiedSeal struct {
	SealedAt time.Time `json:"sealedAt"`
	KeyID    string    `json:"keyId"`
}

// Verify reads a document and checks every byte of it. visit, which may be nil,
// receives the payload of each row that has one. The error is a *Mismatch when
// the document is not what was sealed.
func Verify(r io.Reader, visit func(p Payload, payload string) error) (*Report, error) {
	v := &verifier{in: bufio.NewReaderSize(r, 1<<16), visit: visit, heads: map[string][]hash{}}
	for _, step := range []func() error{v.readHeader, v.readStreams, v.readSeals, v.checkCoverage} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &v.report, nil
}

type verifier struct {
	in         *bufio.Reader
	visit      func(Payload, string) error
	report     Report
	heads      map[string][]hash // value of the chain after 0, 1, 2… rows, by stream
	statements []*Statement
	at         MismatchError // where the reader is
}

func (v *verifier) newMismatch(reason string) error {
	out := v.at
	out.Reason = reason
	return &out
}

func (v *verifier) nextLine() (string, error) {
	v.at.Line++
	var line []byte
	for {
		part, err := v.in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxLine {
			return "", v.newMismatch("the line is too long")
		}
		switch {
		case err == nil:
			return string(line[:len(line)-1]), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return "", v.newMismatch("the document ends too early")
		default:
			return "", fmt.Errorf("reading the transcript: %w", err)
		}
	}
}

// decodeStrictly decodes JSON without unknown fields.
func decodeStrictly(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func (v *verifier) readHeader() error {
	line, err := v.nextLine()
	if err != nil {
		return err
	}
	head, isHeader := strings.CutSuffix(line, `,"streams":[`)
	var h header
	if !isHeader || decodeStrictly(head+"}", &h) != nil || h.Format != Format {
		return v.newMismatch("this is not a transcript of Huimian")
	}
	if h.Version != Version {
		return v.newMismatch(fmt.Sprintf("version %d of the format is not known", h.Version))
	}
	if h.encodeLine() != line || h.Audience != Staff && h.Audience != Candidate {
		return v.newMismatch("the first line was changed")
	}
	v.report.InterviewID, v.report.Audience = h.InterviewID, h.Audience
	return nil
}

func (v *verifier) readStreams() error {
	for more := true; ; {
		line, err := v.nextLine()
		if err != nil {
			return err
		}
		if line == `],"seals":[` && (!more || len(v.heads) == 0) {
			return nil
		}
		var h streamHeader
		head, isStream := strings.CutSuffix(line, `,"rows":[`)
		switch {
		case !isStream || !more || decodeStrictly(head+"}", &h) != nil || h.encodeLine() != line:
			return v.newMismatch("the line of a stream was changed")
		case h.Start != firstHash(v.report.InterviewID, h.Stream).String():
			return v.newMismatch("the id of the interview or the line of the stream was changed")
		case v.heads[h.Stream] != nil:
			return v.newMismatch("the stream occurs twice")
		}
		v.at.Stream = h.Stream
		if more, err = v.readRows(h.Stream); err != nil {
			return err
		}
		v.at.Stream, v.at.Row, v.at.Kind = "", 0, ""
	}
}

// readRows reads the rows of a stream. more reports that another stream follows.
func (v *verifier) readRows(stream string) (more bool, err error) {
	v.heads[stream] = []hash{firstHash(v.report.InterviewID, stream)}
	result := VerifiedStream{Stream: stream}
	for expectRow := false; ; {
		line, err := v.nextLine()
		if err != nil {
			return false, err
		}
		if !expectRow && (line == "]}" || line == "]},") {
			v.report.Streams = append(v.report.Streams, result)
			return line == "]},", nil
		}
		if result.Rows > 0 && !expectRow {
			return false, v.newMismatch("the line after the row was changed")
		}
		result.Rows++
		v.at.Row, v.at.Kind = result.Rows, ""
		text, comma := strings.CutSuffix(line, ",")
		expectRow = comma
		hidden, err := v.readRow(stream, text)
		if err != nil {
			return false, err
		}
		if hidden {
			result.Hidden++
		}
	}
}

func (v *verifier) readRow(stream, text string) (hidden bool, err error) {
	var row Row
	if err := decodeStrictly(text, &row); err != nil {
		v.at.Kind = kindIn(text)
		return false, v.newMismatch("the row cannot be read")
	}
	var p Payload
	if row.PayloadHash == "" {
		_ = json.Unmarshal([]byte(row.Payload), &p) // what is damaged does not match its hash
	}
	v.at.Kind = p.Kind
	sum, ok := row.computeHash()
	chain, chainOK := parseHash(row.Chain)
	heads := v.heads[stream]
	switch next := nextHash(heads[len(heads)-1], sum); {
	case !ok || !chainOK || row.encodeLine() != text:
		return false, v.newMismatch("the row was changed")
	case chain != next:
		return false, v.newMismatch("the row does not match the chain")
	}
	v.heads[stream] = append(heads, chain)
	if row.PayloadHash != "" {
		return true, nil
	}
	if p.Stream != stream || p.Row != v.at.Row {
		return false, v.newMismatch("the row is of another place")
	}
	if v.visit == nil {
		return false, nil
	}
	return false, v.visit(p, row.Payload)
}

// kindIn finds the kind in a row that is not valid JSON.
func kindIn(text string) string {
	_, rest, found := strings.Cut(text, `\"kind\":\"`)
	kind, _, ended := strings.Cut(rest, `\"`)
	if !found || !ended || len(kind) > 20 {
		return ""
	}
	return kind
}

func (v *verifier) readSeals() error {
	for expectSeal := false; ; {
		line, err := v.nextLine()
		if err != nil {
			return err
		}
		if line == "]}" && !expectSeal {
			if _, err := v.in.ReadByte(); !errors.Is(err, io.EOF) {
				return v.newMismatch("text follows the end of the document")
			}
			return nil
		}
		if len(v.statements) > 0 && !expectSeal {
			return v.newMismatch("the line after the seal was changed")
		}
		text, comma := strings.CutSuffix(line, ",")
		expectSeal = comma
		if err := v.readSeal(text); err != nil {
			return err
		}
	}
}

func (v *verifier) readSeal(text string) error {
	var s Seal
	if decodeStrictly(text, &s) != nil || s.encodeLine() != text {
		return v.newMismatch(fmt.Sprintf("seal %d was changed", len(v.statements)+1))
	}
	statement, err := verifySeal(s)
	if err != nil {
		return v.newMismatch(fmt.Sprintf("seal %d: %v", len(v.statements)+1, err))
	}
	if statement.InterviewID != v.report.InterviewID {
		return v.newMismatch("the seal is of another interview")
	}
	for _, sealed := range statement.Streams {
		heads := v.heads[sealed.Stream]
		switch {
		case heads == nil && v.report.Audience == Candidate:
		case len(heads) <= sealed.Rows:
			return v.newMismatch(fmt.Sprintf("stream %s has %d rows, and %d were sealed", sealed.Stream, max(0, len(heads)-1), sealed.Rows))
		case heads[sealed.Rows] != statement.heads[sealed.Stream]:
			return v.newMismatch(fmt.Sprintf("the chain of stream %s is another one than was sealed", sealed.Stream))
		}
	}
	v.statements = append(v.statements, statement)
	v.report.Seals = append(v.report.Seals, VerifiedSeal{SealedAt: statement.SealedAt, KeyID: s.KeyID})
	return nil
}

// verifySeal checks the signature of a seal and returns its statement.
func verifySeal(s Seal) (*Statement, error) {
	key, keyOK := parseHex(s.PublicKey, ed25519.PublicKeySize)
	signature, signatureOK := parseHex(s.Signature, ed25519.SignatureSize)
	switch {
	case !keyOK || s.KeyID != signing.KeyID(key):
		return nil, errors.New("the key id is not that of the key")
	case !signatureOK || !ed25519.Verify(key, []byte(s.Statement), signature):
		return nil, errors.New("the signature is not valid")
	}
	return parseStatement(s.Statement)
}

// checkCoverage checks that the last seal covers every row.
func (v *verifier) checkCoverage() error {
	if len(v.statements) == 0 {
		return v.newMismatch("the document has no seal")
	}
	sealed := map[string]int{}
	for _, s := range v.statements[len(v.statements)-1].Streams {
		sealed[s.Stream] = s.Rows
		if v.heads[s.Stream] == nil {
			v.report.Streams = append(v.report.Streams, VerifiedStream{Stream: s.Stream, Rows: s.Rows, Hidden: s.Rows, Missing: true})
		}
	}
	for _, stream := range v.report.Streams {
		if rows, ok := sealed[stream.Stream]; !ok || rows != stream.Rows {
			return v.newMismatch(fmt.Sprintf("stream %s has %d rows, and %d were sealed", stream.Stream, stream.Rows, rows))
		}
	}
	return nil
}

// The document is embedded between these texts in an exported page. No document
// contains the character that ends it.
const (
	pageStart = `<script type="application/json" id="transcript">`
	pageEnd   = `</script>`
)

// FindDocument returns the document in an exported file: the file itself, or what
// is embedded in it when it is a page.
func FindDocument(file []byte) ([]byte, error) {
	if bytes.HasPrefix(file, []byte("{")) {
		return file, nil
	}
	_, rest, found := bytes.Cut(file, []byte(pageStart))
	body, _, ended := bytes.Cut(rest, []byte(pageEnd))
	if !found || !ended {
		return nil, errors.New("the file contains no transcript")
	}
	return body, nil
}
