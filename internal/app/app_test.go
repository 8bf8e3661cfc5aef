package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	testCorp  = "ww_app"
	testAgent = 1000002
)

// fixture is the complete product with the WeCom simulator.
type fixture struct {
	tb  testing.TB
	app *App
	sim *wecomtest.Server
	log *syncBuffer
	url string
}

// syncBuffer is a buffer that several goroutines log to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newFixture starts the simulator and the product. The change functions may edit the
// configuration.
func newFixture(tb testing.TB, databaseURL string, change ...func(*fixture, *Config)) *fixture {
	tb.Helper()
	f := &fixture{tb: tb, log: &syncBuffer{}, sim: &wecomtest.Server{NoQuotas: true}}
	if err := f.sim.Start("127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(f.sim.Close)
	listen := freeAddress(tb)
	f.url = "http://" + listen
	cfg := Config{
		Listen: listen, PublicURL: f.url, DatabaseURL: databaseURL, CompanyName: "云杉科技", TimeZone: "Asia/Shanghai",
		Administrators: []string{"LinYue"}, ShutdownTimeout: 20 * time.Second, Sandbox: Sandbox{SandboxHost: SandboxHost{Dir: tb.TempDir(), Runsc: "/no/such/runsc", Slots: 1}},
		WeCom: WeCom{
			CorpID: testCorp, AgentID: testAgent, Secret: "very-secret-app-secret", Token: "verysecrettoken",
			EncodingAESKey: "verysecretAESkey0123456789012345678901234AB",
			BaseURL:        f.sim.URL(), OAuthURL: f.sim.URL(), LoginURL: f.sim.URL(), Clock: f.sim.Time,
		},
	}
	f.addCompany(cfg)
	for _, fn := range change {
		fn(f, &cfg)
	}
	if err := cfg.CheckSettings(); err != nil {
		tb.Fatal(err)
	}
	logger := slog.New(slog.NewJSONHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if f.app, err = New(tb.Context(), cfg, logger); err != nil {
		tb.Fatal(err)
	}
	if err := f.app.Accounts.Sync(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	if err := f.app.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return f
}

func (f *fixture) addCompany(cfg Config) {
	f.sim.AddCorp(wecomtest.Corp{ID: testCorp, Name: cfg.CompanyName})
	for id, name := range map[string]string{"LinYue": "林悦", "ChenMo": "陈默"} {
		f.sim.AddMember(wecomtest.Member{CorpID: testCorp, UserID: id, Name: name, Email: strings.ToLower(id) + "@yunshan.example"})
	}
	f.sim.AddApp(wecomtest.App{
		CorpID: testCorp, AgentID: testAgent, Name: "会面", Secret: string(cfg.WeCom.Secret), SensitiveFields: true, HomeURL: cfg.PublicURL + "/",
		SignInURL:   cfg.PublicURL + "/auth/wecom/start?next={next}",
		CallbackURL: fmt.Sprintf("%s/wecom/callback/%s/%d", cfg.PublicURL, testCorp, testAgent), CallbackToken: string(cfg.WeCom.Token),
		EncodingAESKey: string(cfg.WeCom.EncodingAESKey),
	})
}

func (f *fixture) stop() {
	f.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := f.app.Stop(ctx); err != nil {
		f.tb.Errorf("stopping: %v", err)
	}
}

func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// browser is the HTTP client of a member who has signed in through the simulator.
type browser struct {
	fixture *fixture
	client  *http.Client
}

func (f *fixture) signIn(userID string) *browser {
	f.tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.tb.Fatal(err)
	}
	b := &browser{f, &http.Client{Jar: jar}}
	res, err := b.client.Get(fmt.Sprintf("%s/open?as=%s&agent=%d", f.sim.URL(), userID, testAgent))
	if err != nil {
		f.tb.Fatal(err)
	}
	_ = res.Body.Close()
	return b
}

// callAPI calls the API and decodes the response into out.
func (b *browser) callAPI(method, path string, in, out any) {
	b.fixture.tb.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		b.fixture.tb.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.fixture.tb.Context(), method, b.fixture.url+path, bytes.NewReader(raw))
	if err != nil {
		b.fixture.tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := b.client.Do(req)
	if err != nil {
		b.fixture.tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		b.fixture.tb.Fatalf("%s %s: %s %s %v", method, path, res.Status, body, err)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			b.fixture.tb.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

type resource struct {
	ID            string `json:"id"`
	CandidateLink string `json:"candidateLink"`
	State         string `json:"state"`
}

// newInterviewBody creates a position and a candidate and returns the request body that
// schedules their interview with ChenMo.
func (b *browser) newInterviewBody() map[string]any {
	b.fixture.tb.Helper()
	var pos, cand resource
	b.callAPI("POST", "/api/positions", map[string]any{"title": "后端工程师"}, &pos)
	b.callAPI("POST", "/api/candidates", map[string]any{"name": "赵一鸣", "positionId": pos.ID}, &cand)
	return map[string]any{
		"title": "后端工程师 · 赵一鸣", "positionId": pos.ID, "candidateId": cand.ID, "round": 1,
		"startsAt": time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339), "durationMinutes": 60, "timeZone": "Asia/Shanghai",
		"interviewers": []string{"ChenMo"}, "room": map[string]any{"kind": "builtin"}, "overrideWarnings": true,
	}
}

// The complete product: sign-in and card callbacks through WeCom, a room that makes
// clients reconnect on shutdown, and no secret in the log.
func TestProductEndToEnd(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		f := newFixture(t, url)
		if n, err := f.app.DB.NewSelect().TableExpr("consent_texts").Where("corp_id = ?", testCorp).Count(t.Context()); err != nil || n != 1 {
			t.Errorf("%d data notices are stored at the start, %v", n, err)
		}
		recruiter := f.signIn("LinYue")
		var i resource
		recruiter.callAPI("POST", "/api/interviews", recruiter.newInterviewBody(), &i)
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
		defer cancel()
		card, err := f.sim.WaitMessage(ctx, testCorp, "ChenMo", func(wecomtest.Message) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		f.sim.Advance(3 * time.Hour) // the token has expired, and the simulator's clock differs from the machine's
		if err := f.sim.ClickButton(ctx, testCorp, "ChenMo", card.MsgID, "accept"); err != nil {
			t.Fatal(err)
		}
		socket := f.joinRoom(ctx, f.signIn("ChenMo"), i.ID)
		if err := f.app.AuditChain.SealNew(ctx); err != nil {
			t.Errorf("the job of the audit log: %v", err)
		}
		f.stop()
		for {
			_, frame, err := socket.Read(ctx)
			if err != nil {
				t.Fatalf("the room closed without a reconnect message: %v", err)
			}
			if bytes.Contains(frame, []byte(`"reconnect"`)) {
				break
			}
		}
		log := f.log.String()
		for _, secret := range []wecom.Secret{f.app.Config.WeCom.Secret, f.app.Config.WeCom.Token, f.app.Config.WeCom.EncodingAESKey} {
			if strings.Contains(log, string(secret)) {
				t.Errorf("the log contains a secret: %s", secret[:6])
			}
		}
		for _, word := range []string{"access_token=", "corpsecret=", i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]} {
			if strings.Contains(log, word) {
				t.Errorf("the log contains %q", word)
			}
		}
	})
}

// joinRoom opens a WebSocket to an interview's room and reads the welcome message.
func (f *fixture) joinRoom(ctx context.Context, b *browser, id string) *websocket.Conn {
	f.tb.Helper()
	conn, _, err := websocket.Dial(ctx, strings.Replace(f.url, "http", "ws", 1)+"/ws/rooms/"+id, &websocket.DialOptions{
		HTTPClient: b.client, Subprotocols: []string{"huimian.room.v1"},
	})
	if err != nil {
		f.tb.Fatal(err)
	}
	conn.SetReadLimit(1 << 22)
	f.tb.Cleanup(func() { _ = conn.CloseNow() })
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"hello","protocol":1,"documents":[]}`)); err != nil {
		f.tb.Fatal(err)
	}
	if _, frame, err := conn.Read(ctx); err != nil || !bytes.Contains(frame, []byte(`"welcome"`)) {
		f.tb.Fatalf("no welcome: %s %v", frame, err)
	}
	return conn
}
