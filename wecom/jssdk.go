package wecom

import (
	"context"
	"crypto/sha1" // #nosec G505 -- the JS-SDK prescribes SHA-1
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/apiclient/tokencache"
)

// JSSDKService signs pages for WeCom's JS-SDK. It caches tickets like access
// tokens.
// See https://developer.work.weixin.qq.com/document/path/90506
type JSSDKService struct {
	client      *Client
	corpTicket  *tokencache.Source
	agentTicket *tokencache.Source
}

// JSSDKSignature is the result that a page returns from the getConfigSignature
// or getAgentConfigSignature function of ww.register.
type JSSDKSignature struct {
	Timestamp int64  `json:"timestamp"` // seconds
	NonceStr  string `json:"nonceStr"`
	Signature string `json:"signature"`
}

func newJSSDKService(c *Client) *JSSDKService {
	s := &JSSDKService{client: c}
	s.corpTicket = c.newTokenSource("jsapi", func(ctx context.Context) (tokencache.Token, error) {
		return s.fetchTicket(ctx, "/cgi-bin/get_jsapi_ticket", nil)
	})
	s.agentTicket = c.newTokenSource("agent_config", func(ctx context.Context) (tokencache.Token, error) {
		return s.fetchTicket(ctx, "/cgi-bin/ticket/get", url.Values{"type": {"agent_config"}})
	})
	return s
}

func (s *JSSDKService) fetchTicket(ctx context.Context, path string, query url.Values) (tokencache.Token, error) {
	var reply struct {
		envelope
		Ticket    string `json:"ticket"`
		ExpiresIn int64  `json:"expires_in"`
	}
	requested := s.client.now()
	if err := s.client.doCall(ctx, s.client.getCall(path, query), &reply); err != nil {
		return tokencache.Token{}, err
	}
	return parseToken(path, Secret(reply.Ticket), reply.ExpiresIn, requested)
}

// ConfigSignature signs a page with the identity of the company. page is the
// URL that the browser shows (location.href); the fragment is ignored.
// See https://developer.work.weixin.qq.com/document/path/90506
func (s *JSSDKService) ConfigSignature(ctx context.Context, page string) (*JSSDKSignature, error) {
	return s.signPage(ctx, s.corpTicket, page)
}

// AgentConfigSignature signs a page with the identity of the app, which some
// JS-SDK functions require.
// See https://developer.work.weixin.qq.com/document/path/90506
func (s *JSSDKService) AgentConfigSignature(ctx context.Context, page string) (*JSSDKSignature, error) {
	return s.signPage(ctx, s.agentTicket, page)
}

// RefreshTickets fetches new tickets when the current ones are about to expire.
// Call it every few minutes, like RefreshToken.
// See https://developer.work.weixin.qq.com/document/path/90506
func (s *JSSDKService) RefreshTickets(ctx context.Context) error {
	for _, ticket := range []*tokencache.Source{s.corpTicket, s.agentTicket} {
		if err := ticket.Refresh(ctx); err != nil {
			return wrapTokenError(call{method: "GET", path: "/cgi-bin/get_jsapi_ticket"}, err)
		}
	}
	return nil
}

func (s *JSSDKService) signPage(ctx context.Context, source *tokencache.Source, page string) (*JSSDKSignature, error) {
	now := s.client.now()
	ticket, ready := source.Cached(now)
	if !ready {
		var err error
		if ticket, err = source.Get(ctx); err != nil {
			return nil, wrapTokenError(call{method: "GET", path: "/cgi-bin/get_jsapi_ticket"}, err)
		}
	}
	nonce := newNonce()
	return &JSSDKSignature{Timestamp: now.Unix(), NonceStr: nonce, Signature: jsapiSignature(ticket, nonce, now.Unix(), page)}, nil
}

// newNonce returns a random string that makes the signatures of one page
// differ. It is public, so it need not be unpredictable.
func newNonce() string {
	text := binary.BigEndian.AppendUint64(make([]byte, 0, 8), rand.Uint64()) // #nosec G404 -- see above // #nosec G404 -- see above
	return hex.EncodeToString(text)
}

// jsapiSignature returns the SHA-1 of the four values, unescaped and in the
// prescribed order.
func jsapiSignature(ticket Secret, nonce string, timestamp int64, page string) string {
	page, _, _ = strings.Cut(page, "#")
	text := make([]byte, 0, 256) // on the stack, unless the URL is long
	text = append(text, "jsapi_ticket="...)
	text = append(text, ticket...)
	text = append(text, "&noncestr="...)
	text = append(text, nonce...)
	text = append(text, "&timestamp="...)
	text = strconv.AppendInt(text, timestamp, 10)
	text = append(text, "&url="...)
	text = append(text, page...)
	sum := sha1.Sum(text) // #nosec G401 -- prescribed
	hex.Encode(text[:hex.EncodedLen(len(sum))], sum[:])
	return string(text[:hex.EncodedLen(len(sum))])
}
