package budget

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// MaxRebaseWork is the number of sections that rebasing a push onto the head may
// visit.
const MaxRebaseWork = 500_000

// Times after which a participant may act again.
const (
	ChatEvery    = time.Second      // chat messages
	HistoryEvery = 2 * time.Second  // reads of updates that are not in memory
	InputEvery   = time.Second / 20 // input into the terminal of a program
	FileEvery    = time.Second / 2  // changes of the files of an answer
	DrawingEvery = time.Second / 10 // updates of the drawing
)

// Bursts and rates of one participant.
const (
	ChatBurst    = 10
	HistoryBurst = 5
	rebaseRate   = 100_000  // sections per second that the pushes of a participant may visit
	updateRate   = 40       // per second; faster than typing, and the history of a document lasts for hours at this rate
	UpdateBurst  = 5000     // updates typed while the client was offline
	pushByteRate = 64 << 10 // bytes per second that a participant may push
	pushBurst    = 4 << 20
	logRate      = 5 // cursor, focus and paste events per second of a participant
	logBurst     = 100
	inputBurst   = 100
	fileBurst    = 100
	DrawingBurst = 50
)

// Rates are the rate limits that the sockets of a participant share, so that a new
// socket brings no new allowance.
type Rates struct {
	ChatLimit, HistoryLimit, UpdateLimit, RebaseLimit, ByteLimit, LogLimit, InputLimit, FileLimit, DrawingLimit *rate.Limiter
}

// NewRates returns unused limits.
func NewRates() *Rates {
	return &Rates{
		ChatLimit:    rate.NewLimiter(rate.Every(ChatEvery), ChatBurst),
		HistoryLimit: rate.NewLimiter(rate.Every(HistoryEvery), HistoryBurst),
		UpdateLimit:  rate.NewLimiter(updateRate, UpdateBurst),
		RebaseLimit:  rate.NewLimiter(rebaseRate, MaxRebaseWork),
		ByteLimit:    rate.NewLimiter(pushByteRate, pushBurst),
		LogLimit:     rate.NewLimiter(logRate, logBurst),
		InputLimit:   rate.NewLimiter(rate.Every(InputEvery), inputBurst),
		FileLimit:    rate.NewLimiter(rate.Every(FileEvery), fileBurst),
		DrawingLimit: rate.NewLimiter(rate.Every(DrawingEvery), DrawingBurst),
	}
}

// RatesByAuthor are the rates of the participants of a room. They exist as long as the
// room is in memory.
type RatesByAuthor struct {
	mu    sync.Mutex
	rates map[string]*Rates
}

// Of returns the rates of a participant, the same ones at each call.
func (r *RatesByAuthor) Of(author string) *Rates {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rates[author] == nil {
		if r.rates == nil {
			r.rates = map[string]*Rates{}
		}
		r.rates[author] = NewRates()
	}
	return r.rates[author]
}
