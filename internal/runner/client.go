package runner

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// ClientConfig configures a Client. DB is required, on PostgreSQL.
type ClientConfig struct {
	DB           *db.DB
	CompanySlots int // running programs of one company; 0 for no limit
	Logger       *slog.Logger
}

// Client implements sandbox.Runner with the runners of the database.
type Client struct {
	cfg ClientConfig
	ctx context.Context
	id  string

	mu        sync.Mutex
	runners   []Runner                 // as last read
	readErr   error                    // of the last read
	offeredAt map[string]time.Time     // by language: when a runner offered it last
	wake      map[string]chan struct{} // by request; capacity 1
}

var _ sandbox.Runner = (*Client)(nil)

// NewClient returns a client that works until ctx ends, which cancels its programs.
func NewClient(ctx context.Context, cfg ClientConfig) (*Client, error) {
	if err := requirePostgres(cfg.DB); err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, ctx: ctx, id: db.NewID(), offeredAt: map[string]time.Time{}, wake: map[string]chan struct{}{}}
	if err := c.refreshRunners(ctx); err != nil {
		return nil, err
	}
	go c.listenForEvents()
	go c.runHeartbeat() //nolint:contextcheck // for as long as the client
	return c, nil
}

// Ready returns sandbox.ErrNoRunner when no runner can run programs.
func (c *Client) Ready() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.readErr != nil {
		return fmt.Errorf("%w: %w", sandbox.ErrNoRunner, c.readErr)
	}
	if len(c.mergeLanguages()) > 0 {
		return nil
	}
	for _, r := range c.runners {
		if r.Reason != "" {
			return fmt.Errorf("%w: %s: %s", sandbox.ErrNoRunner, r.Host, r.Reason)
		}
	}
	return sandbox.ErrNoRunner
}

// Languages lists the languages of all runners. Of two versions it has that of the
// runner that was started first.
func (c *Client) Languages() []sandbox.Language {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mergeLanguages()
}

// mergeLanguages requires c.mu.
func (c *Client) mergeLanguages() (all []sandbox.Language) {
	for _, r := range c.runners {
		for _, l := range r.Languages {
			if !slices.ContainsFunc(all, func(known sandbox.Language) bool { return known.ID == l.ID }) {
				all = append(all, l)
			}
		}
	}
	return all
}

// CountReady returns the number of runners that can run programs.
func (c *Client) CountReady() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.runners {
		if len(r.Languages) > 0 {
			n++
		}
	}
	return n
}

// MissingLanguages returns nil: each runner logs its own.
func (c *Client) MissingLanguages() []sandbox.MissingLanguage { return nil }

// refreshRunners reads the runners.
func (c *Client) refreshRunners(ctx context.Context) error {
	runners, err := ListRunners(ctx, c.cfg.DB)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.readErr = err; err != nil {
		return err
	}
	c.runners = runners
	for _, l := range c.mergeLanguages() {
		c.offeredAt[l.ID] = time.Now()
	}
	return nil
}

// isOffered reports whether a runner has offered the language recently.
func (c *Client) isOffered(language string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.offeredAt[language]
	return ok && time.Since(at) < noRunnerTimeout
}

// listenForEvents receives the notifications of runners until c.ctx ends.
func (c *Client) listenForEvents() {
	for c.ctx.Err() == nil {
		err := c.cfg.DB.Listen(c.ctx, eventChannel, c.wakeAll, c.handleNotification)
		if c.ctx.Err() == nil {
			c.cfg.Logger.Warn("the connection that listens to runners was lost", "error", err)
		}
		backoff.Sleep(c.ctx, listenRetry)
	}
}

func (c *Client) handleNotification(payload string) {
	switch payload {
	case payloadQueue:
		c.wakeAll()
	case payloadRunners:
		c.logRefresh(c.refreshRunners(c.ctx))
	default:
		c.mu.Lock()
		defer c.mu.Unlock()
		signal(c.wake[payload])
	}
}

func (c *Client) logRefresh(err error) {
	if err != nil && c.ctx.Err() == nil {
		c.cfg.Logger.Warn("the runners could not be read", "error", err)
	}
}

func (c *Client) wakeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, wake := range c.wake {
		signal(wake)
	}
}

// signal does not block. A nil channel is not signalled.
func signal(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// runHeartbeat renews the leases of the requests and reads the runners.
func (c *Client) runHeartbeat() {
	ticker := time.NewTicker(heartbeatInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-c.ctx.Done():
			return
		}
		ctx, cancel := context.WithTimeout(c.ctx, writeTimeout)
		c.logRefresh(c.refreshRunners(ctx))
		_, err := c.cfg.DB.NewRaw("UPDATE run_requests SET client_expires_at = ? WHERE client_id = ? AND state <> ?", fromNow(clientTTL), c.id, stateEnded).Exec(ctx)
		if err != nil && c.ctx.Err() == nil {
			c.cfg.Logger.Warn("the leases of programs could not be renewed", "error", err)
		}
		cancel()
	}
}

// Run implements sandbox.Runner. The wait for a slot is reported to p.OnQueued.
func (c *Client) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	if err := c.Ready(); err != nil {
		return noResult, err
	}
	if !c.isOffered(p.Language) {
		return noResult, fmt.Errorf("%w: %q", sandbox.ErrUnknownLanguage, p.Language)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)() //nolint:contextcheck // the client ends its programs
	f := &follower{client: c, id: db.NewID(), program: p, emit: emit, wake: make(chan struct{}, 1), remaining: maxOutputBytes}
	row := &request{
		ID: f.id, CorpID: p.Company, RoomID: p.Group, ClientID: c.id, Language: p.Language,
		Source: []byte(p.Source), Stdin: []byte(p.Stdin), Files: marshalFiles(p), Limits: p.Limits, CompanySlots: c.cfg.CompanySlots,
	}
	if p.Terminal != nil {
		size := p.Terminal.Size()
		row.Terminal, f.remaining = &size, maxTerminalOutputBytes
	}
	c.mu.Lock()
	c.wake[f.id] = f.wake
	c.mu.Unlock()
	defer f.deleteRequest() //nolint:contextcheck // after the end of ctx, too
	err := insertRequest(ctx, c.cfg.DB, row)
	if ctx.Err() != nil {
		return cancelledResult, nil
	}
	if err != nil {
		return noResult, err
	}
	if p.Terminal != nil {
		var input sync.WaitGroup
		defer input.Wait()
		defer cancel()
		input.Go(func() { f.storeInput(ctx) })
	}
	return f.followRequest(ctx)
}
