package wecomtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

var soakMinutes = flag.Int("soak", 0, "simulated minutes of the long soak; 0 skips it")

const (
	soakCorp  = "wwsoak"
	soakAgent = 1000002
	soakStart = 1790000000 // Unix seconds; only Advance moves the clock
)

var soakKey = base64.RawStdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))

// countingReceiver accepts callbacks without a network and counts them.
type countingReceiver struct{ received atomic.Int64 }

func (r *countingReceiver) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return nil, err
	}
	r.received.Add(1)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("success")), Request: req}, nil
}

// soakRun generates traffic in steps of a tenth of a simulated second. All random values derive
// from the seed, so that runs with the same seed are identical.
type soakRun struct {
	t        testing.TB
	s        *Server
	receiver *countingReceiver
	token    string
	account  string // open_kfid
	link     string
	calls    int
	step     int
	cursor   string
}

func newSoak(t testing.TB, seed uint64, limits Limits, log int) *soakRun {
	t.Helper()
	r := &countingReceiver{}
	k := &soakRun{t: t, receiver: r, s: &Server{Seed: seed, Limits: limits, LogLimit: log, NoQuotas: true,
		Now: func() time.Time { return time.Unix(soakStart, 0) }, HTTPClient: &http.Client{Transport: r}}}
	k.s.AddCorp(Corp{ID: soakCorp, Name: "云杉科技"})
	for i := range 200 {
		k.s.AddMember(Member{CorpID: soakCorp, UserID: fmt.Sprintf("user%d", i), Name: fmt.Sprintf("成员%d", i)})
	}
	k.s.AddApp(App{CorpID: soakCorp, AgentID: soakAgent, Name: "会面", Secret: "s", HomeURL: "https://product.example/", CallbackURL: "http://product.example/cb",
		CallbackToken: "T", EncodingAESKey: soakKey, Customers: true, CustomerService: true, ApprovalEvents: true})
	k.s.AddRobot(Robot{CorpID: soakCorp, Key: "robot"})
	k.s.AddApprovalTemplate(ApprovalTemplate{CorpID: soakCorp, ID: "T1", Name: "offer", Approvers: []string{"user1"},
		Controls: []ApprovalControl{{Control: "Text", ID: "Text-1", Title: "姓名"}}})
	k.fetchToken()
	k.account = k.callAPI("kf/account/add", fmt.Sprintf(`{"name":"招聘","media_id":%q}`, k.uploadImage()))["open_kfid"]
	k.link = k.callAPI("kf/add_contact_way", fmt.Sprintf(`{"open_kfid":%q,"scene":"s"}`, k.account))["url"]
	return k
}

func (k *soakRun) fetchToken() {
	k.token = ""
	k.token = k.callAPI("gettoken?corpid="+soakCorp+"&corpsecret=s", "")["access_token"]
}

// callAPI calls the API, requires success and returns the string fields of the reply.
func (k *soakRun) callAPI(path, body string) map[string]string {
	k.t.Helper()
	return k.callRaw(path, "application/json", []byte(body))
}

func (k *soakRun) callRaw(path, kind string, body []byte) map[string]string {
	k.t.Helper()
	k.calls++
	method, mark := http.MethodPost, "?"
	if len(body) == 0 {
		method = http.MethodGet
	}
	if strings.Contains(path, "?") {
		mark = "&"
	}
	req := httptest.NewRequest(method, "/cgi-bin/"+path+mark+"access_token="+k.token, bytes.NewReader(body))
	req.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	k.s.ServeHTTP(w, req)
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		return nil
	}
	var fields map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &fields); err != nil || fields["errcode"] != 0.0 && !strings.Contains(path, "nobody") {
		k.t.Fatalf("%s answered %s", path, w.Body)
	}
	texts := map[string]string{}
	for name, v := range fields {
		if text, ok := v.(string); ok {
			texts[name] = text
		}
	}
	return texts
}

func (k *soakRun) uploadImage() string {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("media", "a.png")
	if err != nil {
		k.t.Fatal(err)
	}
	_, _ = part.Write(append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{byte(k.step)}, 60000)...))
	_ = w.Close()
	return k.callRaw("media/upload?type=image", w.FormDataContentType(), form.Bytes())["media_id"]
}

// userID cycles through the members.
func (k *soakRun) userID(n int) string { return fmt.Sprintf("user%d", (k.step*7+n)%200) }

func (k *soakRun) sendMessage(to, rest string) map[string]string {
	return k.callAPI("message/send", fmt.Sprintf(`{"touser":%q,"agentid":%d,%s}`, to, soakAgent, rest))
}

func (k *soakRun) mustSucceed(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// runStep advances the simulated clock by a tenth of a second and generates the traffic of one
// step.
func (k *soakRun) runStep(ctx context.Context) {
	k.step++
	k.s.Advance(time.Second / 10)
	if k.step%600 == 0 {
		k.s.RevokeTokens(soakCorp, soakAgent, 42001)
		k.fetchToken()
	}
	k.sendMessages(ctx)
	k.exchangeFiles()
	k.readDirectory()
	k.serveCustomers(ctx)
	k.createOfficeRecords(ctx)
}

func (k *soakRun) sendMessages(ctx context.Context) {
	for i := range 15 {
		k.sendMessage(k.userID(i)+"|"+k.userID(i+1), fmt.Sprintf(`"msgtype":"text","text":{"content":"%d 之 %d"},"enable_duplicate_check":1,"duplicate_check_interval":300`, k.step, i))
	}
	k.sendMessage("@all", `"msgtype":"markdown","markdown":{"content":"**本周面试安排**"}`)
	for i := range 5 {
		task := fmt.Sprintf("t%d-%d", k.step, i)
		card := `{"card_type":"button_interaction","main_title":{"title":"今天 14:00"},"button_list":[{"text":"接受","key":"yes"},{"text":"拒绝","key":"no"}],"task_id":"` + task + `"}`
		sent := k.sendMessage(k.userID(i), `"msgtype":"template_card","template_card":`+card)
		k.mustSucceed(k.s.ClickButton(ctx, soakCorp, k.userID(i), task, "yes"))
		k.callAPI("message/update_template_card", fmt.Sprintf(`{"userids":[%q],"agentid":%d,"response_code":%q,"button":{"replace_name":"已接受"}}`, k.userID(i), soakAgent, sent["response_code"]))
	}
	recalled := k.sendMessage(k.userID(3), `"msgtype":"text","text":{"content":"撤回"}`)
	k.callAPI("message/recall", fmt.Sprintf(`{"msgid":%q}`, recalled["msgid"]))
	k.mustSucceed(k.s.SendText(ctx, soakCorp, k.userID(2), soakAgent, "你好"))
}

func (k *soakRun) exchangeFiles() {
	id := k.uploadImage()
	k.callRaw("media/get?media_id="+id, "", nil)
	k.sendMessage(k.userID(5), fmt.Sprintf(`"msgtype":"image","image":{"media_id":%q}`, id))
	k.callAPI("webhook/send?key=robot", `{"msgtype":"text","text":{"content":"提醒"}}`)
}

func (k *soakRun) readDirectory() {
	k.callAPI("user/get?userid="+k.userID(0), "")
	k.callAPI("user/simplelist?department_id=1", "")
	k.callAPI("department/list", "")
	code := k.s.SignInCode(soakCorp, k.userID(1), soakAgent)
	k.callAPI("auth/getuserinfo?code="+code, "")
	k.callAPI("get_jsapi_ticket", "")
}

func (k *soakRun) serveCustomers(ctx context.Context) {
	id := fmt.Sprintf("wmperson%d", k.step%50)
	_, err := k.s.EnterKF(ctx, Customer{CorpID: soakCorp, ExternalUserID: id, Name: "王小明"}, k.link)
	k.mustSucceed(err)
	k.mustSucceed(k.s.SendKFText(ctx, soakCorp, id, k.account, "几点开始？", ""))
	k.cursor = k.callAPI("kf/sync_msg", fmt.Sprintf(`{"open_kfid":%q,"cursor":%q}`, k.account, k.cursor))["next_cursor"]
	named := ""
	if k.step%10 == 0 {
		named = fmt.Sprintf(`"msgid":"m%d",`, k.step)
	}
	k.callAPI("kf/send_msg", fmt.Sprintf(`{"touser":%q,"open_kfid":%q,%s"msgtype":"text","text":{"content":"14:00"}}`, id, k.account, named))
}

func (k *soakRun) createOfficeRecords(ctx context.Context) {
	at := soakStart + k.step + 7200
	for i := range 2 {
		id := k.callAPI("oa/schedule/add", fmt.Sprintf(`{"schedule":{"summary":"面试","start_time":%d,"end_time":%d,"attendees":[{"userid":%q}]}}`, at, at+3600, k.userID(1)))["schedule_id"]
		k.callAPI("oa/schedule/del", fmt.Sprintf(`{"schedule_id":%q}`, id))
		k.callAPI("meeting/create", fmt.Sprintf(`{"admin_userid":%q,"title":"面试 %d-%d","meeting_start":%d,"meeting_duration":3600,"invitees":{"userid":[%q]}}`, k.userID(1), k.step, i, at, k.userID(1)))
		chat := k.callAPI("appchat/create", fmt.Sprintf(`{"userlist":[%q,%q]}`, k.userID(1), k.userID(2)))["chatid"]
		k.callAPI("appchat/send", fmt.Sprintf(`{"chatid":%q,"msgtype":"text","text":{"content":"大家好"}}`, chat))
		no := k.callAPI("oa/applyevent", `{"creator_userid":"user2","template_id":"T1","use_template_approver":1,"apply_data":{"contents":[{"control":"Text","id":"Text-1","value":{"text":"王小明"}}]},"summary_list":[{"summary_info":[{"text":"录用","lang":"zh_CN"}]}]}`)["sp_no"]
		k.mustSucceed(k.s.DecideApproval(ctx, soakCorp, "user1", no, true, ""))
	}
	k.s.core.Background.Wait() // for the callbacks sent in the background
}

// TestSeedDeterminism checks that the same seed and the same calls yield the same ids, tokens,
// error texts and log.
func TestSeedDeterminism(t *testing.T) {
	run := func(seed uint64) string {
		k := newSoak(t, seed, Limits{}, 0)
		for range 12 {
			k.runStep(t.Context())
		}
		k.callRaw("user/get?userid=nobody", "", nil)
		return k.formatLog()
	}
	first := run(7)
	if second := run(7); first != second {
		t.Errorf("two runs with one seed differ:\n%s", firstDifference(first, second))
	}
	if first == run(8) {
		t.Error("another seed gives the same run")
	}
}

// formatLog returns the logged calls and callbacks without durations.
func (k *soakRun) formatLog() string {
	var out strings.Builder
	for _, c := range k.s.Calls("") {
		c.Duration = 0
		fmt.Fprintf(&out, "%s\n", webpage.EncodeJSON(c))
	}
	sent := k.s.Deliveries()
	slices.SortFunc(sent, func(a, b Delivery) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, d := range sent {
		for i := range d.Attempts {
			d.Attempts[i].Duration = 0
		}
		fmt.Fprintf(&out, "%s\n", webpage.EncodeJSON(d))
	}
	return out.String()
}

// firstDifference returns the first lines that differ.
func firstDifference(a, b string) string {
	others := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(others) || line != others[i] {
			return line + "\n" + others[min(i, len(others)-1)]
		}
	}
	return ""
}

// TestMemoryBound is a short soak test with low limits. Once they are reached, the size of the
// simulator may grow by at most 5 %.
func TestMemoryBound(t *testing.T) {
	limits := Limits{Messages: 60, Chat: 10, Codes: 50, Records: 5, MediaBytes: 600000, TextBytes: 40000}
	k := newSoak(t, 1, limits, 40)
	ctx := t.Context()
	for range 60 {
		k.runStep(ctx)
	}
	first := sizeOf(k.s)
	for range 60 {
		k.runStep(ctx)
	}
	last := sizeOf(k.s)
	t.Logf("%d calls, %d callbacks: %d bytes, then %d", k.calls, k.receiver.received.Load(), first, last)
	if last > first+first/20 {
		t.Errorf("grew from %d to %d bytes", first, last)
	}
	if k.receiver.received.Load() < 600 {
		t.Errorf("only %d callbacks", k.receiver.received.Load())
	}
}

// soakFill is the number of simulated minutes until the default limits are reached.
const soakFill = 20

// TestSoak is the long soak test with the default limits, -soak 60 for an hour of the simulated
// clock. Once the limits are reached, the heap after a collection must not grow between the first
// and the last quarter.
func TestSoak(t *testing.T) {
	if *soakMinutes == 0 {
		t.Skip("needs -soak, in simulated minutes")
	}
	k := newSoak(t, 1, Limits{}, 0)
	start := time.Now()
	var heap []float64
	for range soakFill + *soakMinutes {
		for range 600 {
			k.runStep(t.Context())
		}
		heap = append(heap, heapNow())
	}
	heap = heap[soakFill:]
	quarter := max(len(heap)/4, 1)
	first, last := meanOf(heap[:quarter]), meanOf(heap[len(heap)-quarter:])
	t.Logf("%d + %d simulated minutes in %s: %d calls, %d callbacks; heap %.1f MiB in the first quarter, %.1f MiB in the last; by minute %.0f",
		soakFill, *soakMinutes, time.Since(start).Round(time.Second), k.calls, k.receiver.received.Load(), first, last, heap)
	if last > first*1.05+1 {
		t.Error("the heap grew")
	}
}

func heapNow() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / core.Megabyte
}

func meanOf(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}

// BenchmarkTraffic runs one soak step: about 50 calls of all kinds, with the resulting callbacks.
func BenchmarkTraffic(b *testing.B) {
	k := newSoak(b, 1, Limits{}, 0)
	k.calls = 0
	for b.Loop() {
		k.runStep(b.Context())
	}
	b.ReportMetric(float64(k.calls)/b.Elapsed().Seconds(), "calls/s")
}
