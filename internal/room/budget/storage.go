// Package budget limits what a room and its participants store, and at which rate
// participants may act.
package budget

// Storage counts the bytes that the log of a room takes in the database, in all
// and by author. It is not safe for concurrent use.
type Storage struct {
	total    int64
	byAuthor map[string]int64
}

// Limits of Storage in bytes. Above one of them, the room takes no edits, messages
// and runs of the author.
const (
	MaxRoomBytes   = 128 << 20
	MaxAuthorBytes = 48 << 20
)

// RowOverhead is about what a row of a log takes beside its body, in bytes.
const RowOverhead = 200

// NewStorage returns the storage of an empty room.
func NewStorage() Storage { return Storage{byAuthor: map[string]int64{}} }

// Add counts the bytes of an author, with the overhead of the rows.
func (s *Storage) Add(author string, bytes int64) {
	s.total += bytes
	s.byAuthor[author] += bytes
}

// AddRow counts a stored row with a body of the size.
func (s *Storage) AddRow(author string, bodyBytes int) { s.Add(author, int64(bodyBytes)+RowOverhead) }

// Bytes returns what an author has stored.
func (s *Storage) Bytes(author string) int64 { return s.byAuthor[author] }

// IsFull reports whether the room or the author has used up the budget. What was
// stored stays readable; the room can still be admitted to and ended.
func (s *Storage) IsFull(author string) bool {
	return s.total >= MaxRoomBytes || s.byAuthor[author] >= MaxAuthorBytes
}
