package resource

import (
	"time"

	"github.com/huimian/huimian/internal/interview/note"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Note is a note of a member about a moment of an interview.
type Note struct {
	ID        string    `json:"id"`
	Author    Person    `json:"author"`
	Own       bool      `json:"own" doc:"The caller is the author, who alone may change it"`
	At        time.Time `json:"at" doc:"The moment of the interview"`
	Text      string    `json:"text"`
	Shared    bool      `json:"shared" doc:"All who may see the interview read it; the candidate never does"`
	Version   int       `json:"version"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// NoteInput is the body of createNote.
type NoteInput struct {
	Text   string     `json:"text" minLength:"1" maxLength:"2000"`
	At     *time.Time `json:"at,omitempty" doc:"The moment of the interview, such as one of its replay; omitted: now"`
	Shared bool       `json:"shared,omitempty"`
}

// NotePatch is the body of updateNote; omitted fields do not change.
type NotePatch struct {
	EditedVersion

	Text   *string `json:"text,omitempty" minLength:"1" maxLength:"2000"`
	Shared *bool   `json:"shared,omitempty"`
}

// ToDomain returns the draft of the domain.
func (in NoteInput) ToDomain() note.Draft {
	d := note.Draft{Text: in.Text, Shared: in.Shared}
	httpapi.SetIfPresent(&d.At, in.At)
	return d
}

// ToDomain returns the change of the domain.
func (in NotePatch) ToDomain() note.Change {
	return note.Change{Version: in.Version, Text: in.Text, Shared: in.Shared}
}

// NoteMapper maps notes for a reader.
func NoteMapper(userID string) func(note.Note) Note {
	return func(n note.Note) Note {
		return Note{
			ID: n.ID, Author: NewPerson(n.Author), Own: n.UserID == userID, At: n.At, Text: n.Text, Shared: n.IsShared(), Version: n.Version, UpdatedAt: n.UpdatedAt,
		}
	}
}
