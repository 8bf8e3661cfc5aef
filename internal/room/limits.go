package room

import "time"

// Limits of a room. docs/room-protocol.md describes what happens at each.
const (
	Protocol          = 1
	MaxFrame          = 1 << 20 // bytes of one message from a client
	maxBehind         = 20_000  // versions that a push may be behind the head
	maxRanges         = 16
	maxChat           = 4000 // UTF-16 units
	maxStdin          = 64 << 10
	maxID             = 64
	maxEvent          = 32
	maxTail           = 512     // updates in one message
	maxTailUnits      = 1 << 20 // units inserted by the updates that a returning client lacks; above it the client receives the text
	maxHelloDocuments = maxDocuments
	maxSockets        = 8 // per participant
	maxChatSent       = 100
	maxRunsRead       = 100  // newest runs of the log among which they are
	maxDocuments      = 1024 // of a room, with those of deleted files
	maxRoomQueue      = 4096 // queued works of one room
	snapshotEvery     = 500
	snapshotBytes     = 1 << 20 // of updates

	runEvery     = 3 * time.Second // runs of a room
	runBurst     = 10
	messageRate  = 50
	messageBurst = 200
	cursorRate   = 10
	cursorSample = 500 * time.Millisecond

	maxAttempts      = 10 // rounds of commitAttempts for an event without a waiting client
	commitAttempts   = 4
	conflictAttempts = 8
	commitBackoff    = 50 * time.Millisecond
	retryAfter       = time.Second
	reconnectAfter   = 1500 * time.Millisecond
)
