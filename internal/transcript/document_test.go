package transcript

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/signing"
)

var update = flag.Bool("update", false, "write testdata/transcript")

// exampleTime is the time before the rows of the examples.
var exampleTime = time.Date(2026, 11, 25, 6, 0, 0, 123456000, time.UTC)

func exampleEdit(stream string, row int, updates string) string {
	return newObject().addString("stream", stream).addInt("row", int64(row)).addString("kind", KindEdit).addTime("at", exampleTime.Add(time.Duration(row)*time.Second)).
		addString("author", "LinYue").addInt("firstVersion", int64(row-1)).addInt("count", 1).addRaw("updates", updates).String()
}

func exampleEvent(row int, kind, actor, subject, data string) string {
	return newObject().addString("stream", eventStream).addInt("row", int64(row)).addString("kind", kind).addTime("at", exampleTime.Add(time.Duration(row)*time.Minute)).
		addInt("seq", int64(row)).addString("actor", actor).addString("subject", subject).addInt("version", 2).addRaw("data", data).String()
}

// exampleStream is a stream with the payloads of its rows.
type exampleStream struct {
	stream string
	rows   []string
}

// exampleDocument returns testdata/transcript/example.json.
func exampleDocument(t *testing.T) []byte {
	t.Helper()
	edit, event := exampleEdit, exampleEvent
	return encodeExample(t, []exampleStream{
		{"code", []string{edit("code", 1, `[{"c":[[0,"print('你好 \u003c&>')"]],"a":40,"e":"input.type"}]`), edit("code", 2, `[{"c":[15,[0,"","x"]]}]`)}},
		{"notes", []string{edit("notes", 1, `[{"c":[[0,"好"]]}]`)}},
		{eventStream, []string{
			event(1, "join", "LinYue", "", `{"name":"林悦","role":"interviewer"}`),
			event(2, "chat", "LinYue", "m1", `{"id":"m1","name":"林悦","text":"nul \u0000, </script> and \"quotes\""}`),
			event(3, "end", "LinYue", "", `{}`),
		}},
	})
}

// runsDocument returns testdata/transcript/runs.json: runs of a program that prints what is
// recorded, of one that printed something else, of two files, in a terminal, and of test cases.
func runsDocument(t *testing.T) []byte {
	t.Helper()
	edit, event := exampleEdit, exampleEvent
	const ended = `{"result":{"status":"ok","exitCode":0,"wallMs":40,"cpuMs":20,"memoryBytes":9000000,"truncated":false}}`
	return encodeExample(t, []exampleStream{
		{"code", []string{
			edit("code", 1, `[{"c":[[0,"import sys","print('你好', input())","print('end', file=sys.stderr)",""]]}]`),
			edit("code", 2, `[{"c":[33,[3,"changed"],21]}]`),
		}},
		{"code/k3f9q2m7x1ab", []string{edit("code/k3f9q2m7x1ab", 1, `[{"c":[[0,"answer = 42"]]}]`)}},
		{"code/m1n5b7v9c3ef", []string{edit("code/m1n5b7v9c3ef", 1, `[{"c":[[0,"import util; print(util.answer)"]]}]`)}},
		{eventStream, []string{
			event(1, "run", "LinYue", "r1", `{"version":1,"language":"python","stdin":"林悦\n"}`),
			event(2, "output", "", "r1", `{"seq":1,"chunks":[{"stream":"stderr","text":"end\n"},{"stream":"stdout","text":"你好 林悦\n"}]}`),
			event(3, "finish", "", "r1", ended),
			event(4, "run", "LinYue", "r2", `{"version":1,"language":"python","stdin":"陈晨\n"}`),
			event(5, "output", "", "r2", `{"seq":1,"chunks":[{"stream":"stdout","text":"你好 王静\n"},{"stream":"stderr","text":"end\n"}]}`),
			event(6, "finish", "", "r2", ended),
			event(7, "run", "LinYue", "r3", `{"version":1,"language":"python","entry":"code/m1n5b7v9c3ef","files":[`+
				`{"doc":"code/m1n5b7v9c3ef","path":"app.py","version":1},{"doc":"code/k3f9q2m7x1ab","path":"util.py","version":1}]}`),
			event(8, "output", "", "r3", `{"seq":1,"chunks":[{"stream":"stdout","text":"42\n"}]}`),
			event(9, "finish", "", "r3", ended),
			event(10, "run", "LinYue", "r4", `{"version":1,"language":"python","terminal":{"rows":24,"cols":80}}`),
			event(11, "finish", "", "r4", ended),
			event(12, "run", "LinYue", "r5", `{"version":1,"language":"python","tests":{"visible":1,"hidden":1}}`),
			event(13, "finish", "", "r5", ended),
			event(14, "end", "LinYue", "", `{}`),
		}},
	})
}

// encodeExample returns a document with a fixed secret and a fixed key.
func encodeExample(t *testing.T, streams []exampleStream) []byte {
	t.Helper()
	const interviewID = "0190f3a0-0000-7000-8000-000000000001"
	secret := bytes.Repeat([]byte{7}, 32)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	var out bytes.Buffer
	d := newDocumentWriter(&out, header{Format, Version, interviewID, Staff})
	statement := Statement{Format: statementFormat, Version: Version, InterviewID: interviewID, SealedAt: exampleTime.Add(time.Hour)}
	for _, stream := range streams {
		chain := firstHash(interviewID, stream.stream)
		d.startStream(streamHeader{stream.stream, chain.String()})
		for n, payload := range stream.rows {
			salt := rowSalt(secret, stream.stream, n+1)
			sum := hashPayload(salt, payload)
			chain = nextHash(chain, sum)
			row := Row{Salt: hex.EncodeToString(salt), Payload: payload, Chain: chain.String()}
			if stream.stream == "notes" { // erased
				row = Row{PayloadHash: sum.String(), Chain: chain.String()}
			}
			if err := d.writeRow(row); err != nil {
				t.Fatal(err)
			}
		}
		d.endStream()
		statement.Streams = append(statement.Streams, SealedStream{stream.stream, len(stream.rows), chain.String()})
	}
	text := statement.encodeText()
	if err := d.finishDocument([]Seal{newSeal(public, text, ed25519.Sign(key, []byte(text)))}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const examplePath = "../../testdata/transcript/example.json"

// The spelling of a document must not change: documents are verified for years.
func TestDocumentFormatIsStable(t *testing.T) {
	for path, document := range map[string][]byte{examplePath: exampleDocument(t), "../../testdata/transcript/runs.json": runsDocument(t)} {
		if *update {
			if err := os.WriteFile(path, document, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		stored, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stored, document) {
			t.Errorf("the document %s is\n%s\nwant\n%s", path, document, stored)
		}
	}
}

func TestVerify(t *testing.T) {
	var kinds []string
	report, err := Verify(bytes.NewReader(exampleDocument(t)), func(p Payload, _ string) error {
		kinds = append(kinds, p.Stream+"/"+p.Kind)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(kinds, " "); got != "code/edit code/edit events/join events/chat events/end" {
		t.Errorf("rows %s", got)
	}
	want := []VerifiedStream{{Stream: "code", Rows: 2}, {Stream: "notes", Rows: 1, Hidden: 1}, {Stream: "events", Rows: 3}}
	if fmt.Sprint(report.Streams) != fmt.Sprint(want) || len(report.Seals) != 1 || report.Audience != Staff {
		t.Errorf("report %+v", report)
	}
}

// Every changed byte is found, at its row.
func TestVerifyFindsEveryFlippedByte(t *testing.T) {
	document := exampleDocument(t)
	for n := range document {
		for _, bit := range []byte{1, 0x20} {
			changed := bytes.Clone(document)
			changed[n] ^= bit
			_, err := Verify(bytes.NewReader(changed), nil)
			m, ok := errors.AsType[*MismatchError](err)
			if !ok {
				t.Fatalf("byte %d (%q to %q): %v", n, document[n], changed[n], err)
			}
			line := bytes.Count(document[:n], []byte("\n")) + 1
			if found := m.Line - line; found < 0 || found > 1 { // a changed line break shows at the next line
				t.Errorf("byte %d of line %d is reported at %v", n, line, m)
			}
		}
	}
}

func TestVerifyNamesRow(t *testing.T) {
	document := exampleDocument(t)
	chat := string(document)
	for name, change := range map[string]struct {
		document, want string
	}{
		"text":       {strings.Replace(chat, "quotes", "quoteS", 1), "row 2 of events (chat, line 11): the row does not match the chain"},
		"broken":     {strings.Replace(chat, `"kind\":\"chat\",\"at`, `"kind\":\"chat\","at`, 1), "row 2 of events (chat, line 11): the row cannot be read"},
		"hash":       {strings.Replace(chat, `"payloadHash":"`, `"payloadHash":"00`, 1), "row 1 of notes (line 7): the row was changed"},
		"cut":        {strings.Join(slicesWithout(strings.SplitAfter(chat, "\n"), 10), ""), "row 2 of events (end, line 11): the row does not match the chain"},
		"last row":   {strings.Replace(strings.Join(slicesWithout(strings.SplitAfter(chat, "\n"), 11), ""), "},\n]}\n],", "}\n]}\n],", 1), "line 14: stream events has 2 rows, and 3 were sealed"},
		"signature":  {strings.Replace(chat, `"signature":"`, `"signature":"0`, 1), "line 15: seal 1: the signature is not valid"},
		"key":        {strings.Replace(chat, `"keyId":"`, `"keyId":"0`, 1), "line 15: seal 1: the key id is not that of the key"},
		"no seal":    {strings.Join(slicesWithout(strings.SplitAfter(chat, "\n"), 14), ""), "line 15: the document has no seal"},
		"cut off":    {chat[:len(chat)/2], ""},
		"text after": {chat + "x", "line 16: text follows the end of the document"},
		"other file": {"{}\n", "line 1: this is not a transcript of Huimian"},
		"version":    {strings.Replace(chat, `"version":1`, `"version":2`, 1), "line 1: version 2 of the format is not known"},
	} {
		_, err := Verify(strings.NewReader(change.document), nil)
		if _, ok := errors.AsType[*MismatchError](err); !ok || change.want != "" && err.Error() != change.want {
			t.Errorf("%s: %v, want %s", name, err, change.want)
		}
	}
}

func slicesWithout(lines []string, n int) []string {
	return append(append([]string{}, lines[:n]...), lines[n+1:]...)
}

// A row whose payload is erased keeps its hash, and the chain holds.
func TestVerifyAfterErasure(t *testing.T) {
	lines := strings.SplitAfter(string(exampleDocument(t)), "\n")
	const erased = 10 // the chat message
	var row Row
	if err := decodeStrictly(strings.TrimRight(lines[erased], ",\n"), &row); err != nil {
		t.Fatal(err)
	}
	sum, _ := row.computeHash()
	lines[erased] = (&Row{PayloadHash: sum.String(), Chain: row.Chain}).encodeLine() + ",\n"
	report, err := Verify(strings.NewReader(strings.Join(lines, "")), nil)
	if err != nil || report.Streams[2] != (VerifiedStream{Stream: "events", Rows: 3, Hidden: 1}) {
		t.Errorf("%+v, %v", report, err)
	}
}

// Without the salt a short payload cannot be found by trying.
func TestHashesOfEqualPayloadsDiffer(t *testing.T) {
	secret := bytes.Repeat([]byte{7}, 32)
	if hashPayload(rowSalt(secret, "notes", 1), "a") == hashPayload(rowSalt(secret, "notes", 2), "a") {
		t.Error("equal payloads have one hash")
	}
}

func TestFindDocument(t *testing.T) {
	document := exampleDocument(t)
	page := "<html>" + pageStart + string(document) + pageEnd + "</html>"
	for name, file := range map[string]string{"JSON": string(document), "page": page} {
		if got, err := FindDocument([]byte(file)); err != nil || !bytes.Equal(got, document) {
			t.Errorf("%s: %.100s, %v", name, got, err)
		}
	}
	if _, err := FindDocument([]byte("<html></html>")); err == nil {
		t.Error("a page without a document is accepted")
	}
}

// The example of docs/replay-format.md is computed as the page describes.
func TestDocumentedVectors(t *testing.T) {
	page, err := os.ReadFile("../../docs/replay-format.md")
	if err != nil {
		t.Fatal(err)
	}
	vectors := map[string]string{}
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) == 4 && strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			vectors[strings.Trim(cells[1], " `")] = strings.Trim(cells[2], " `")
		}
	}
	unhex := func(name string) []byte {
		raw, err := hex.DecodeString(vectors[name])
		if err != nil || len(raw) == 0 {
			t.Fatalf("docs/replay-format.md has no vector %s: %v", name, err)
		}
		return raw
	}
	start := firstHash(vectors["interviewId"], "code")
	sum := hashPayload(unhex("salt"), vectors["payload"])
	seed := ed25519.NewKeyFromSeed(unhex("seed"))
	for name, got := range map[string]string{
		"start":       start.String(),
		"payloadHash": sum.String(),
		"chain":       nextHash(start, sum).String(),
		"publicKey":   hex.EncodeToString(seed.Public().(ed25519.PublicKey)),
		"keyId":       signing.KeyID(seed.Public().(ed25519.PublicKey)),
		"signature":   hex.EncodeToString(ed25519.Sign(seed, []byte(vectors["statement"]))),
		"rowSalt":     hex.EncodeToString(rowSalt(unhex("secret"), "code", 1)),
		"inputSalt":   hex.EncodeToString(rowSalt(unhex("secret"), "events", 7)),

		"fileSalt":    hex.EncodeToString(rowSalt(unhex("secret"), "events", 8)),
		"drawingSalt": hex.EncodeToString(rowSalt(unhex("secret"), "events", 9)),

		"inputPayloadHash": hashPayload(unhex("inputSalt"), vectors["inputPayload"]).String(),
		"filePayloadHash":  hashPayload(unhex("fileSalt"), vectors["filePayload"]).String(),

		"drawingPayloadHash": hashPayload(unhex("drawingSalt"), vectors["drawingPayload"]).String(),
	} {
		if got != vectors[name] {
			t.Errorf("%s is %s, the page has %q", name, got, vectors[name])
		}
	}
	if s, err := parseStatement(vectors["statement"]); err != nil || s.InterviewID != vectors["interviewId"] {
		t.Errorf("statement %+v, %v", s, err)
	}
}
