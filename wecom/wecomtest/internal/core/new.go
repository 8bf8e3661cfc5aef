package core

import (
	"time"

	"github.com/huimian/huimian/internal/simulator/random"
)

// New returns the core of a simulator. config returns the settings as they are
// at the time of the call.
func New(config func() Settings) *Core {
	s := &Core{
		Config:       config,
		CorpStates:   map[string]*CorpState{},
		CallCounts:   map[string]int{},
		Watchers:     map[chan Change]struct{}{},
		AllowedPaths: map[string]bool{},
	}
	s.Clock.Base = func() func() time.Time { return config().Now }
	s.Mailbox.ByID = map[string]*SentMessage{}
	s.applyLimits()
	s.Quotas.Init()
	s.Rand, s.backgroundRand = random.NewSource(config().Seed), random.NewSource(config().Seed)
	return s
}
