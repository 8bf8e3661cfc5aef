package roomclient

import (
	"errors"
	"testing"

	"github.com/huimian/huimian/internal/room/protocol"
)

// newClient returns a client with a document, and an edit in flight.
func newClient(t *testing.T) (*Client, *Document) {
	t.Helper()
	text := "ab"
	c := New()
	welcome := protocol.Encode(map[string]any{
		"type": "welcome", "answer": "code", "files": protocol.FileList{Files: []protocol.File{{Doc: "code"}}},
		"documents": []protocol.Document{{Doc: "code", Version: 3, Head: 3, Text: &text}},
	})
	if kind, err := c.HandleMessage(welcome); err != nil || kind != "welcome" {
		t.Fatal(kind, err)
	}
	d := c.Documents["code"]
	d.Edit(1, 1, "x")
	if d.NextPush("code") == "" || d.NextPush("code") != "" {
		t.Fatal("one push is in flight at a time")
	}
	return c, d
}

func TestClient(t *testing.T) {
	c, d := newClient(t)
	for _, message := range []any{
		map[string]any{"type": "updates", "doc": "code", "version": 3, "updates": []any{map[string]any{"clientId": "another", "author": "p", "changes": []any{1, []any{0, "y"}, 1}}}},
		protocol.Ack{Type: "ack", Doc: "code", ClientID: d.ClientID, Seq: 1, Version: 4, Count: 1},
		protocol.Updates{Type: "updates", Doc: "code/deleted", Version: 7},
		protocol.Ack{Type: "ack", Doc: "code/deleted"},
	} {
		if _, err := c.HandleMessage(protocol.Encode(message)); err != nil {
			t.Fatal(err)
		}
	}
	if d.Text.String() != "ayxb" || d.Version != 5 || len(d.Pending) != 0 || d.Frame != "" {
		t.Errorf("%q at version %d, %d pending", d.Text.String(), d.Version, len(d.Pending))
	}
}

func TestClientRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		message func(d *Document) any
		want    error
	}{
		"a gap": {func(*Document) any {
			return protocol.Updates{Type: "updates", Doc: "code", Version: 5}
		}, errGap},
		"an acknowledgement of another push": {func(d *Document) any {
			return protocol.Ack{Type: "ack", Doc: "code", ClientID: d.ClientID, Seq: 2, Version: 3, Count: 1}
		}, errForeignAck},
		"an acknowledgement of more than was sent": {func(d *Document) any {
			return protocol.Ack{Type: "ack", Doc: "code", ClientID: d.ClientID, Seq: 1, Version: 3, Count: 2}
		}, errAckRange},
		"a file without a text": {func(*Document) any {
			return protocol.FilesChanged{Type: "files", Answer: "code", FileView: protocol.FileView{Documents: []protocol.Document{{Doc: "code/1"}}}}
		}, errUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			c, d := newClient(t)
			if _, err := c.HandleMessage(protocol.Encode(test.message(d))); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}
