// Package roomclient is the client of the room protocol without a socket: the documents with
// their pending edits, as the editor of a browser has them. Tests and measurements use it;
// docs/room-protocol.md describes the messages.
package roomclient

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/protocol"
)

const protocolVersion = 1

// Errors of a server that breaks the protocol.
var (
	errForeignAck = errors.New("an acknowledgement of another push")
	errAckRange   = errors.New("an acknowledgement of other updates")
	errGap        = errors.New("a gap in the updates")
	errUnknown    = errors.New("an unknown document")
)

// Client is the state of one connection and the documents that survive it. It is not safe for
// concurrent use.
type Client struct {
	Welcome   *protocol.Welcome // of the current connection; nil before, and in the lobby
	Documents map[string]*Document
	Files     map[string]protocol.FileList // by answer
}

// New returns a client without documents.
func New() *Client {
	return &Client{Documents: map[string]*Document{}, Files: map[string]protocol.FileList{}}
}

// Hello begins a connection: it returns the first message.
func (c *Client) Hello() []byte {
	c.Welcome = nil
	hello := protocol.Hello{Type: "hello", Protocol: protocolVersion, Documents: []protocol.HeldDocument{}}
	for name, d := range c.Documents {
		hello.Documents = append(hello.Documents, protocol.HeldDocument{Doc: name, Version: d.Version})
	}
	return protocol.Encode(hello)
}

// HandleMessage applies a message of the server and returns its type. An error means that the
// server has broken the protocol.
func (c *Client) HandleMessage(raw []byte) (kind string, err error) {
	var envelope struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil {
		return "", fmt.Errorf("decoding a message: %w", err)
	}
	handler := handlers[envelope.Type]
	if handler == nil {
		return envelope.Type, nil
	}
	return envelope.Type, handler(c, raw)
}

// handlers are the messages that change documents, by type.
var handlers = map[string]func(c *Client, raw []byte) error{
	"welcome": decoded((*Client).handleWelcome),
	"updates": decoded((*Client).handleUpdates),
	"problem": decoded((*Client).handleProblem),
	"files":   decoded((*Client).handleFiles),
	"ack":     decoded((*Client).handleAck),
	"resync":  decoded((*Client).handleResync),
}

func decoded[T any](handle func(*Client, *T) error) func(*Client, []byte) error {
	return func(c *Client, raw []byte) error {
		msg := new(T)
		if err := json.Unmarshal(raw, msg); err != nil {
			return fmt.Errorf("decoding a message: %w", err)
		}
		return handle(c, msg)
	}
}

func (c *Client) handleWelcome(msg *protocol.Welcome) error {
	c.Welcome = msg
	c.showFiles(msg.Answer, msg.Files)
	for _, v := range msg.Documents {
		if v.Text != nil {
			c.Documents[v.Doc] = newDocument(*v.Text, v.Version)
		}
	}
	return nil
}

func (c *Client) handleUpdates(msg *protocol.Updates) error {
	d := c.Documents[msg.Doc]
	if d == nil {
		return nil // of a file that was deleted: another replica stored them before
	}
	if msg.Version != d.Version {
		return fmt.Errorf("%w: at version %d of %s, updates from %d", errGap, d.Version, msg.Doc, msg.Version)
	}
	for _, u := range msg.Updates {
		if err := d.ApplyUpdate(u); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) handleProblem(msg *protocol.Problem) error {
	if err := c.showDocuments(append(msg.Documents, msg.Document)); err != nil {
		return err
	}
	c.showFiles(filelist.AnswerOf(msg.Document.Doc), msg.Files)
	return nil
}

func (c *Client) handleFiles(msg *protocol.FilesChanged) error {
	if err := c.showDocuments(msg.Documents); err != nil {
		return err
	}
	c.showFiles(msg.Answer, msg.Files)
	return nil
}

func (c *Client) handleAck(msg *protocol.Ack) error {
	d := c.Documents[msg.Doc]
	if d == nil {
		return nil // of a file that was deleted
	}
	return d.Acknowledge(msg)
}

func (c *Client) handleResync(msg *protocol.Resync) error {
	d := newDocument(msg.Text, msg.Version)
	if old := c.Documents[msg.Doc]; old != nil {
		d.Resyncs = old.Resyncs + 1
	}
	c.Documents[msg.Doc] = d
	return nil
}

// showDocuments adds the documents that the client lacks.
func (c *Client) showDocuments(list []protocol.Document) error {
	for _, v := range list {
		switch d := c.Documents[v.Doc]; {
		case d != nil && d.Version != v.Version:
			return fmt.Errorf("%w: at version %d of %s, which is shown at %d", errGap, d.Version, v.Doc, v.Version)
		case d == nil && v.Text == nil:
			return fmt.Errorf("%w: %s is shown without a text", errUnknown, v.Doc)
		case d == nil:
			c.Documents[v.Doc] = newDocument(*v.Text, v.Version)
		}
	}
	return nil
}

// showFiles keeps the files of an answer, and drops the documents of deleted ones.
func (c *Client) showFiles(answer string, list protocol.FileList) {
	c.Files[answer] = list
	for doc := range c.Documents {
		if filelist.AnswerOf(doc) == answer && filelist.Find(list, doc) == nil {
			delete(c.Documents, doc)
		}
	}
}
