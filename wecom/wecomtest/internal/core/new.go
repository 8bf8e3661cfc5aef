package core

// New returns the core of a simulator. config returns the settings as they are
// at the time of the call.
func New(config func() Settings) *Core {
	s := &Core{
		Config:       config,
		CorpStates:   map[string]*CorpState{},
		CallCounts:   map[string]int{},
		Changed:      make(chan struct{}),
		Watchers:     map[chan Change]struct{}{},
		AllowedPaths: map[string]bool{},
	}
	s.Mailbox.ByID = map[string]*SentMessage{}
	s.applyLimits()
	s.Quotas.Init()
	s.Rand, s.backgroundRand = newRand(config().Seed), newRand(config().Seed)
	return s
}
