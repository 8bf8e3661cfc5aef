package room

import (
	"time"
)

// Limits of a room. docs/room-protocol.md describes what happens at each.
const (
	Protocol = 1

	MaxFrame          = 1 << 20 // bytes of one message from a client
	maxDocument       = 512 << 10
	maxPush           = 256       // updates of one push
	maxPushUnits      = 256 << 10 // UTF-16 units inserted by one push
	maxRoomBytes      = 128 << 20 // of a room's log; above it the room takes no edits, messages and runs
	maxAuthorBytes    = 48 << 20  // of them by one author
	maxTailBytes      = 4 << 20   // of a document's updates in memory
	maxHistory        = 200_000   // versions of a document
	maxBehind         = 20_000    // versions that a push may be behind the head
	maxRebaseWork     = 500_000   // sections that rebasing a push onto the head may visit
	maxCommitWork     = 50_000    // of them in the committer, which serves other rooms too
	maxRanges         = 16
	maxChat           = 4000 // UTF-16 units
	maxStdin          = 64 << 10
	maxID             = 64
	maxEvent          = 32
	maxAge            = 600_000
	maxTail           = 512     // updates in one message
	maxTailUnits      = 1 << 20 // units inserted by the updates that a returning client lacks; above it the client receives the text
	maxHelloDocuments = maxDocuments
	maxSockets        = 8 // per participant
	maxChatSent       = 100
	maxRunsSent       = 5   // of a document
	maxRunsKept       = 20  // of all documents
	maxRunsRead       = 100 // newest runs of the log among which they are
	maxDocuments      = 64  // of a room
	maxRunOutput      = 64 << 10
	maxRoomQueue      = 4096 // queued works of one room

	minTailLen    = 2000 // least number of updates of a document in memory
	snapshotEvery = 500
	snapshotBytes = 1 << 20 // of updates

	chatBurst    = 10
	chatEvery    = time.Second
	historyEvery = 2 * time.Second // reads of updates that are not in memory
	historyBurst = 5
	rebaseRate   = 100_000  // sections per second that the pushes of a participant may visit
	updateRate   = 40       // per second; faster than typing, and maxHistory lasts for hours at this rate
	updateBurst  = 5000     // updates typed while the client was offline
	pushByteRate = 64 << 10 // bytes per second that a participant may push
	pushBurst    = 4 << 20
	runEvery     = 3 * time.Second // runs of a room
	runBurst     = 10
	logRate      = 5 // cursor, focus and paste events per second of a participant
	logBurst     = 100
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
