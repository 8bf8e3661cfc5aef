package room

import "time"

// Every bound of a room, in one place. docs/room-protocol.md lists them with
// what happens at each.
const (
	Protocol = 1

	MaxFrame      = 1 << 20 // bytes of one message from a client
	maxDocument   = 512 << 10
	maxPush       = 256       // updates
	maxPushUnits  = 256 << 10 // units inserted
	maxHistory    = 200_000   // versions of a document
	maxBehind     = 20_000    // versions that a push may be late
	maxRanges     = 16
	maxChat       = 4000 // units
	maxStdin      = 64 << 10
	maxID         = 64
	maxEvent      = 32
	maxAge        = 600_000
	maxTail       = 512     // updates in one message
	maxTailUnits  = 1 << 20 // inserted by what a returning client lacks; beyond, it gets the text
	maxHave       = 8
	maxSockets    = 8 // of one person
	maxChatSent   = 100
	maxRunsSent   = 5
	maxRunOutput  = 64 << 10
	maxOutboxLen  = 1024
	maxOutboxSize = 8 << 20
	maxQueue      = 4096 // works of one room that wait for the database

	keepTail      = 2000 // updates of a document held in memory at least
	snapshotEvery = 500

	chatBurst    = 10
	chatEvery    = time.Second
	historyEvery = 2 * time.Second // reads of what memory no longer holds
	historyBurst = 5
	updateRate   = 40   // a second; nobody types faster, and maxHistory lasts for hours
	updateBurst  = 5000 // what was typed while the line was down
	messageRate  = 50
	messageBurst = 200
	cursorRate   = 10
	cursorSample = 500 * time.Millisecond

	maxTries       = 10 // rounds of commitTries for an event that is only for the log
	commitTries    = 4
	conflictTries  = 8
	commitPause    = 50 * time.Millisecond
	retryAfter     = time.Second
	reconnectAfter = 1500 * time.Millisecond
)

// Codes with which a socket is closed.
const (
	CloseProtocol  = 4400
	CloseForbidden = 4403
	CloseSilent    = 4408
	CloseReplaced  = 4409
	CloseSlow      = 4413
	CloseTooMany   = 4429
	CloseRestart   = 1012
)
