package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/doctor"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/mail/mailtest"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// doctorFixture is an installation without faults, except for the sandbox, which
// not every machine has.
type doctorFixture struct {
	*fixture
	app             wecomtest.App
	server          *httptest.Server
	callbackPath    string // path of the callback
	files           map[string]string
	showMeBug       *showmebugtest.Server
	showMeBugTeam   int64
	refuseCallbacks bool // respond 403 to callbacks
	relay           *mailtest.Server
	bot             http.Handler // of the smart bot; nil: 404
}

func newDoctorFixture(t *testing.T) *doctorFixture {
	t.Helper()
	c := &doctorFixture{fixture: newFixture(t), callbackPath: fmt.Sprintf("/wecom/callback/%s/%d", testCorp, testAgent), files: map[string]string{"WW_verify_x.txt": "word"}}
	receive, err := callback.New(callback.Config{Token: testToken, EncodingAESKey: testKey, ReceiveID: testCorp,
		Handle: func(context.Context, callback.Message) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, isFile := c.files[strings.TrimPrefix(r.URL.Path, "/")]
		switch {
		case isFile:
			_, _ = w.Write([]byte(body))
		case c.bot != nil && r.URL.Path == "/wecom/bot/"+testCorp:
			c.bot.ServeHTTP(w, r)
		case r.URL.Path != c.callbackPath:
			http.NotFound(w, r)
		case c.refuseCallbacks:
			http.Error(w, "no", http.StatusForbidden)
		default:
			receive.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(c.server.Close)
	c.relay = mailtest.New(t)
	c.showMeBug = showmebugtest.New(t)
	c.showMeBugTeam = c.showMeBug.AddTeam(showmebugtest.Team{ClientID: "key", ClientSecret: "hidden-secret", Name: "云杉科技", Quota: 9})
	c.app = wecomtest.App{CorpID: testCorp, AgentID: testAgent, Name: "会面", Description: "技术面试", Secret: testSecret, HomeURL: c.server.URL, VisibleParties: []int64{1}, CustomerService: true}
	c.sim.AddApp(c.app)
	if _, err := c.sim.AddKFAccount(testCorp, "云杉招聘"); err != nil {
		t.Fatal(err)
	}
	c.writeFile("WW_verify_x.txt", []byte("word\n"))
	for name, value := range map[string]string{
		"PUBLIC_URL": c.server.URL, "COMPANY_NAME": "云杉科技", "ADMINISTRATORS": c.addAdministrator(), "DATABASE_URL": dbtest.NewDatabase(t, db.SQLite),
		"WECOM_TOKEN": testToken, "WECOM_ENCODING_AES_KEY": testKey, "WECOM_DOMAIN_FILE": filepath.Join(c.dir, "WW_verify_x.txt"),
		"SECRET_KEY":    secretbox.GenerateKey(),
		"SANDBOX_RUNSC": "/no/such/runsc", "MAIL_HOST": c.relay.Address, "MAIL_FROM": "a@example.com", "MAIL_TLS": "none",
		"SHOWMEBUG_CLIENT_ID": "key", "SHOWMEBUG_CLIENT_SECRET": "hidden-secret", "SHOWMEBUG_URL": c.showMeBug.URL(),
	} {
		t.Setenv("HUIMIAN_"+name, value)
	}
	return c
}

// addAdministrator adds a member to the company and returns the userid.
func (c *doctorFixture) addAdministrator() string {
	c.sim.AddMember(wecomtest.Member{CorpID: testCorp, UserID: "LinYue", Name: "林悦"})
	return "LinYue"
}

// runDoctor runs the doctor and returns its findings by check.
func (c *doctorFixture) runDoctor(args ...string) (map[string]systemstatus.Finding, int) {
	c.t.Helper()
	out, errs, code := c.runCommand(append([]string{"doctor", "--json"}, args...)...)
	var report struct {
		OK     bool
		Checks []systemstatus.Finding
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		c.t.Fatalf("%v: %s%s", err, out, errs)
	}
	if report.OK != (code == 0) {
		c.t.Errorf("ok is %v with exit code %d", report.OK, code)
	}
	byName := map[string]systemstatus.Finding{}
	for _, f := range report.Checks {
		byName[f.Check] = f
		if f.Text == "" || strings.Contains(f.Text+f.Advice, "doctor.") || strings.Contains(f.Text+f.Advice, "<no value>") {
			c.t.Errorf("missing text: %+v", f)
		}
		if (f.Advice == "") != (f.State == systemstatus.OK || f.State == systemstatus.Skip) {
			c.t.Errorf("advice: %+v", f)
		}
	}
	return byName, code
}

func TestDoctorHealthy(t *testing.T) {
	c := newDoctorFixture(t)
	for _, lang := range i18n.Languages {
		findings, code := c.runDoctor("--lang", lang)
		if code != 0 || len(findings) != len(doctor.Names()) {
			t.Errorf("%s: exit %d with %d findings", lang, code, len(findings))
		}
		for name, f := range findings {
			want := systemstatus.OK
			if name == "settings" || name == "sandbox" { // http, and no runsc
				want = systemstatus.Warn
			}
			if name == "certificate" || name == "smartbot" { // of a proxy; not configured
				want = systemstatus.Skip
			}
			if f.State != want {
				t.Errorf("%s: %+v", lang, f)
			}
		}
	}
	out, _, _ := c.runCommand("doctor", "--lang", "ja")
	if !strings.Contains(out, "warn  設定") || !strings.Contains(out, "→ ") {
		t.Error(out)
	}
}

// Each row breaks one thing. The doctor reports it and reports no other failures.
func TestDoctorFindsFaults(t *testing.T) {
	set := func(name, value string) func(*doctorFixture) {
		return func(c *doctorFixture) { c.t.Setenv("HUIMIAN_"+name, value) }
	}
	change := func(f func(*wecomtest.App)) func(*doctorFixture) {
		return func(c *doctorFixture) { f(&c.app); c.sim.AddApp(c.app) }
	}
	for name, tc := range map[string]struct {
		setUp       func(*doctorFixture)
		check       string
		state       systemstatus.State
		message     string
		alsoFailing string // other checks that may fail, separated by spaces
	}{
		"missing setting":                      {set("COMPANY_NAME", ""), "settings", systemstatus.Fail, "HUIMIAN_COMPANY_NAME", ""},
		"no secret key":                        {set("SECRET_KEY", ""), "secretkey", systemstatus.Warn, "isn't set", ""},
		"invalid secret key":                   {set("SECRET_KEY", "hidden"), "secretkey", systemstatus.Fail, "HUIMIAN_SECRET_KEY", "settings"},
		"nothing is sent":                      {set("SEND", "off"), "send", systemstatus.Warn, "HUIMIAN_SEND is off", ""},
		"invalid switch":                       {set("SEND", "maybe"), "settings", systemstatus.Fail, "HUIMIAN_SEND", ""},
		"misspelt variable":                    {set("SANDBOX_SLOT", "2"), "variables", systemstatus.Warn, "HUIMIAN_SANDBOX_SLOTS", ""},
		"no administrator":                     {set("ADMINISTRATORS", ""), "administrators", systemstatus.Warn, "isn't set", ""},
		"unknown administrator":                {set("ADMINISTRATORS", "NoSuchMember"), "administrators", systemstatus.Fail, "NoSuchMember", ""},
		"invalid setting":                      {set("TIME_ZONE", "Mars/Olympus"), "settings", systemstatus.Fail, "Mars/Olympus", ""},
		"no database file":                     {set("DATABASE_URL", "/no/such/folder/x.db"), "database", systemstatus.Warn, "/no/such/folder/x.db", ""},
		"PostgreSQL unreachable":               {set("DATABASE_URL", "postgres://u:hidden@127.0.0.1:1/x"), "database", systemstatus.Fail, "127.0.0.1", ""},
		"pending migrations":                   {useUnmigratedDatabase, "database", systemstatus.Warn, "migrations", ""},
		"clock skew over the limit":            {shiftClock(10 * time.Minute), "clock", systemstatus.Fail, " s off", ""},
		"small clock skew":                     {shiftClock(time.Minute), "clock", systemstatus.Warn, " s off", ""},
		"WeCom unreachable":                    {set("WECOM_BASE_URL", "http://127.0.0.1:1"), "secret", systemstatus.Fail, "Can't reach", "clock"},
		"wrong secret":                         {set("WECOM_SECRET", "wrong"), "secret", systemstatus.Fail, "rejected the secret", ""},
		"unknown company":                      {set("WECOM_CORP_ID", "wwother"), "secret", systemstatus.Fail, "no company wwother", "callback"},
		"untrusted address":                    {change(func(a *wecomtest.App) { a.TrustedIPs = []string{"192.0.2.1"} }), "ip", systemstatus.Fail, "127.0.0.1", ""},
		"rate limit":                           {func(c *doctorFixture) { c.sim.AddFault(wecomtest.Fault{Path: "getcallbackip", Errcode: 45009}) }, "ip", systemstatus.Fail, "45009", ""},
		"wrong agent id":                       {set("WECOM_AGENT_ID", "1000009"), "agent", systemstatus.Fail, "1000009", "callback"},
		"application disabled":                 {change(func(a *wecomtest.App) { a.Disabled = true }), "secret", systemstatus.Fail, "is disabled", ""},
		"other home page":                      {change(func(a *wecomtest.App) { a.HomeURL = "https://other.example.com"; a.TrustedDomains = nil }), "agent", systemstatus.Warn, "workbench", "domain"},
		"other trusted domain":                 {change(func(a *wecomtest.App) { a.TrustedDomains = []string{"other.example.com"} }), "domain", systemstatus.Fail, "other.example.com", ""},
		"ticket error":                         {func(c *doctorFixture) { c.sim.AddFault(wecomtest.Fault{Path: "ticket/get", Errcode: 48002}) }, "jssdk", systemstatus.Fail, "48002", ""},
		"no permission for schedules":          {func(c *doctorFixture) { c.sim.AddFault(wecomtest.Fault{Path: "oa/calendar/get", Errcode: 48002}) }, "calendar", systemstatus.Warn, "48002", ""},
		"no permission for meetings":           {func(c *doctorFixture) { c.sim.AddFault(wecomtest.Fault{Path: "meeting/get_info", Errcode: 48002}) }, "meetings", systemstatus.Warn, "48002", ""},
		"no permission for approvals":          {func(c *doctorFixture) { c.sim.AddFault(wecomtest.Fault{Path: "oa/getapprovalinfo", Errcode: 301055}) }, "approval", systemstatus.Skip, "301055", ""},
		"no permission for customer service":   {change(func(a *wecomtest.App) { a.CustomerService = false }), "customerservice", systemstatus.Skip, "48007", ""},
		"calendar rate limit":                  {func(c *doctorFixture) { c.sim.AddFault(wecomtest.Fault{Path: "oa/calendar/get", Errcode: 45009}) }, "calendar", systemstatus.Fail, "45009", ""},
		"wrong callback token":                 {set("WECOM_TOKEN", "AnotherToken"), "callback", systemstatus.Fail, "rejected", ""},
		"invalid AES key":                      {set("WECOM_ENCODING_AES_KEY", "short"), "callback", systemstatus.Fail, "HUIMIAN_WECOM_ENCODING_AES_KEY", "settings"},
		"callback forbidden":                   {func(c *doctorFixture) { c.refuseCallbacks = true }, "callback", systemstatus.Fail, "HTTP 403", ""},
		"callback path of another application": {func(c *doctorFixture) { c.callbackPath = "/other" }, "callback", systemstatus.Fail, "not for this app", ""},
		"other domain file":                    {func(c *doctorFixture) { c.files["WW_verify_x.txt"] = "other" }, "file", systemstatus.Fail, "doesn't match", ""},
		"domain file not served":               {func(c *doctorFixture) { c.files = nil }, "file", systemstatus.Fail, "doesn't match", ""},
		"no domain file":                       {set("WECOM_DOMAIN_FILE", ""), "file", systemstatus.Warn, "isn't set", ""},
		"server stopped":                       {func(c *doctorFixture) { c.server.Close() }, "callback", systemstatus.Fail, "Can't reach", "file"},
		"no mail":                              {set("MAIL_HOST", ""), "mail", systemstatus.Warn, "No mail server", ""},
		"mail server unreachable":              {set("MAIL_HOST", "127.0.0.1:1"), "mail", systemstatus.Fail, "isn't responding", ""},
		"no ShowMeBug":                         {set("SHOWMEBUG_CLIENT_ID", ""), "showmebug", systemstatus.Skip, "Not set", "settings"},
		"wrong ShowMeBug secret":               {set("SHOWMEBUG_CLIENT_SECRET", "hidden-other"), "showmebug", systemstatus.Fail, "rejected these settings", ""},
		"ShowMeBug unreachable":                {set("SHOWMEBUG_URL", "http://127.0.0.1:1"), "showmebug", systemstatus.Fail, "Can't reach", ""},
		"ShowMeBug forbidden":                  {func(c *doctorFixture) { c.showMeBug.AddFault(showmebugtest.Fault{Path: "me", HTTPStatus: 403}) }, "showmebug", systemstatus.Fail, "rejected the request", ""},
		"no ShowMeBug sessions left":           {func(c *doctorFixture) { c.showMeBug.SetQuota(c.showMeBugTeam, 0) }, "showmebug", systemstatus.Warn, "no sessions", ""},
		"no STARTTLS":                          {set("MAIL_TLS", "starttls"), "mail", systemstatus.Fail, "STARTTLS", ""},
		"mail sender without an address":       {set("MAIL_FROM", "Huimian"), "mail", systemstatus.Fail, "doesn't accept the settings", "settings"},
		"mail server refuses":                  {func(c *doctorFixture) { c.relay.Reply("EHLO", "550 bad name"); c.relay.Reply("HELO", "550 bad name") }, "mail", systemstatus.Fail, "doesn't accept the settings", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newDoctorFixture(t)
			tc.setUp(c)
			findings, code := c.runDoctor("--lang", "en")
			if f := findings[tc.check]; f.State != tc.state || !strings.Contains(f.Text, tc.message) {
				t.Errorf("%+v", f)
			}
			if (code == ExitError) != (tc.state == systemstatus.Fail) && tc.alsoFailing == "" {
				t.Errorf("exit %d", code)
			}
			for name, f := range findings {
				if f.State == systemstatus.Fail && name != tc.check && !strings.Contains(tc.alsoFailing, name) {
					t.Errorf("unexpected failure: %+v", f)
				}
				if strings.Contains(f.Text, "hidden") {
					t.Errorf("prints a password: %s", f.Text)
				}
			}
		})
	}
}

func TestDoctorSmartBot(t *testing.T) {
	for name, tc := range map[string]struct {
		setUp   func(*doctorFixture)
		state   systemstatus.State
		message string
	}{
		"verified":       {func(c *doctorFixture) { c.bot = newBotHandler(c.t, "BotToken", testKey) }, systemstatus.OK, "/wecom/bot/" + testCorp},
		"other token":    {func(c *doctorFixture) { c.bot = newBotHandler(c.t, "OtherToken", testKey) }, systemstatus.Fail, "rejected"},
		"other company":  {func(*doctorFixture) {}, systemstatus.Fail, "not for this bot"},
		"other answer":   {func(c *doctorFixture) { c.bot = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}) }, systemstatus.Fail, "not for this bot"},
		"server stopped": {func(c *doctorFixture) { c.server.Close() }, systemstatus.Fail, "Can't reach"},
		"other key":      {func(c *doctorFixture) { c.t.Setenv("HUIMIAN_SECRET_KEY", secretbox.GenerateKey()) }, systemstatus.Fail, "can't be decrypted"},
		"no database":    {func(c *doctorFixture) { c.t.Setenv("HUIMIAN_DATABASE_URL", "/no/such/folder/x.db") }, systemstatus.Skip, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newDoctorFixture(t)
			c.enableBot()
			tc.setUp(c)
			findings, _ := c.runDoctor("--lang", "en")
			if f := findings["smartbot"]; f.State != tc.state || !strings.Contains(f.Text, tc.message) {
				t.Errorf("%+v", f)
			}
		})
	}
}

// enableBot stores the settings of a smart bot.
func (c *doctorFixture) enableBot() {
	c.t.Helper()
	key, err := secretbox.ParseKey(os.Getenv("HUIMIAN_SECRET_KEY"))
	if err != nil {
		c.t.Fatal(err)
	}
	box, err := secretbox.NewBox(key, "rooms")
	if err != nil {
		c.t.Fatal(err)
	}
	d := dbtest.Reopen(c.t, os.Getenv("HUIMIAN_DATABASE_URL"))
	dbtest.Exec(c.t, d, "INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, '云杉科技', 'Asia/Shanghai', ?)", testCorp, db.Now())
	bot := smartbot.New(smartbot.Config{DB: d, Box: box})
	edit := smartbot.Edit{Enabled: true, Token: "BotToken", EncodingAESKey: testKey}
	if _, err := bot.UpdateSettings(c.t.Context(), actor.ForMember(testCorp, "LinYue", actor.Administrator), 0, edit); err != nil {
		c.t.Fatal(err)
	}
}

// newBotHandler returns the handler of a bot's callbacks on the running server.
func newBotHandler(t *testing.T, token, key wecom.Secret) http.Handler {
	t.Helper()
	h, err := callback.NewBot(callback.BotConfig{Token: token, EncodingAESKey: key,
		Respond: func(context.Context, callback.BotMessage) (callback.BotReply, error) { return callback.BotReply{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func useUnmigratedDatabase(c *doctorFixture) {
	path := filepath.Join(c.dir, "empty.db")
	d, err := db.Open(c.t.Context(), path)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := d.Exec("CREATE TABLE x (id INTEGER)"); err != nil {
		c.t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Setenv("HUIMIAN_DATABASE_URL", path)
}

// shiftClock starts a proxy before the simulator that shifts the Date header.
func shiftClock(by time.Duration) func(*doctorFixture) {
	return func(c *doctorFixture) {
		target, err := url.Parse(c.sim.URL())
		if err != nil {
			c.t.Fatal(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.ModifyResponse = func(r *http.Response) error {
			r.Header.Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			return nil
		}
		s := httptest.NewServer(proxy)
		c.t.Cleanup(s.Close)
		c.t.Setenv("HUIMIAN_WECOM_BASE_URL", s.URL)
	}
}
