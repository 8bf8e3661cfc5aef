// Package smartbot answers members through a smart bot (智能机器人) of the company in WeCom, in callback
// mode: in a single chat what the application answers in its chat, in a group what all its members may
// read. Package chatanswer has the answers. Messages are not stored. See ADR 0053.
package smartbot

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// receivedInterval is the minimum time between two updates of received_at.
const receivedInterval = time.Minute

// Config configures a Service. All fields but Now and Clock are required.
type Config struct {
	DB         *db.DB
	Answers    *chatanswer.Service
	Client     *wecom.Client                           // sends active replies
	Box        *secretbox.Box                          // encrypts Token and EncodingAESKey
	DedupStore func(corpID string) callback.DedupStore // of the callbacks of a company
	PublicURL  string                                  // without a trailing slash
	Logger     *slog.Logger
	Now        func() time.Time
	Clock      func() time.Time // by which the age of callbacks is judged; Now when nil
}

// Service implements the operations on the smart bot.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// callbackPath is the path of the callback URL, without the id of the company.
const callbackPath = "/wecom/bot/"

// CallbackURL returns the address to enter on the bot's page in WeCom.
func (s *Service) CallbackURL(corpID string) string { return s.PublicURL + callbackPath + corpID }

// ServeCallback responds to a callback of the bot of a company. A company without one, or with one that
// is turned off, responds 404.
func (s *Service) ServeCallback(w http.ResponseWriter, r *http.Request, corpID string) {
	h, err := s.newHandler(r.Context(), corpID)
	switch {
	case err != nil:
		s.Logger.ErrorContext(r.Context(), "callback of the smart bot failed", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	case h == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		h.ServeHTTP(w, r)
	}
}

// Codec returns the codec of the callbacks of a company's bot, nil for none or one that is turned off, and
// secretbox.ErrDecrypt if the secrets were encrypted with another key.
func (s *Service) Codec(ctx context.Context, corpID string) (*callback.Codec, error) {
	c, secrets, err := s.readEnabled(ctx, corpID)
	if err != nil || c == nil {
		return nil, err
	}
	return callback.NewCodec(secrets.Token, secrets.EncodingAESKey, "") // bots have no receiveid
}

// newHandler returns the handler of a company's bot with the present settings, nil for none.
func (s *Service) newHandler(ctx context.Context, corpID string) (http.Handler, error) {
	c, secrets, err := s.readEnabled(ctx, corpID)
	if err != nil || c == nil {
		return nil, err
	}
	clock := s.Clock
	if clock == nil {
		clock = s.now
	}
	return callback.NewBot(callback.BotConfig{
		Token: secrets.Token, EncodingAESKey: secrets.EncodingAESKey, DedupStore: s.DedupStore(corpID), Logger: s.Logger, Now: clock,
		Respond: func(ctx context.Context, m callback.BotMessage) (callback.BotReply, error) {
			return s.respondToCallback(ctx, c, m)
		},
	})
}
