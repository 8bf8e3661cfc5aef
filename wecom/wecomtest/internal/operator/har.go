package operator

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// The HTTP archive format 1.2, as far as browsers' tools read it.
type harFile struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string      `json:"version"`
	Creator harCreator  `json:"creator"`
	Entries []*harEntry `json:"entries"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harMessage struct {
	Method      string      `json:"method,omitempty"`
	URL         string      `json:"url,omitempty"`
	Status      int         `json:"status"`
	StatusText  string      `json:"statusText"`
	HTTPVersion string      `json:"httpVersion"`
	Cookies     []harPair   `json:"cookies"`
	Headers     []harPair   `json:"headers"`
	QueryString []harPair   `json:"queryString,omitempty"`
	PostData    *harContent `json:"postData,omitempty"`
	Content     *harContent `json:"content,omitempty"`
	RedirectURL string      `json:"redirectURL"`
	HeadersSize int         `json:"headersSize"`
	BodySize    int         `json:"bodySize"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type harEntry struct {
	Started  time.Time  `json:"startedDateTime"`
	Time     float64    `json:"time"` // milliseconds
	Request  harMessage `json:"request"`
	Response harMessage `json:"response"`
	Cache    struct{}   `json:"cache"`
	Timings  harTimings `json:"timings"`
	Comment  string     `json:"comment,omitempty"`
}

// WriteHAR implements the method of wecomtest.Server.
func (s *Service) WriteHAR(w io.Writer) error {
	file := harFile{harLog{Version: "1.2", Creator: harCreator{"wecomsim", "1"}, Entries: []*harEntry{}}}
	for _, c := range s.Calls("") {
		file.Log.Entries = append(file.Log.Entries, callToHAREntry(&c, s.URL()))
	}
	for _, d := range s.Deliveries() {
		for _, t := range d.Attempts {
			file.Log.Entries = append(file.Log.Entries, deliveryToHAREntry(&d, t))
		}
	}
	_, err := w.Write(webpage.EncodeJSON(file))
	return err
}

func newEntry(at time.Time, took time.Duration, note string) *harEntry {
	ms := float64(took) / float64(time.Millisecond)
	return &harEntry{Started: at, Time: ms, Timings: harTimings{Wait: ms}, Comment: note}
}

func newHARMessage(body string) harMessage {
	return harMessage{HTTPVersion: "HTTP/1.1", Cookies: []harPair{}, Headers: []harPair{}, HeadersSize: -1, BodySize: len(body)}
}

func callToHAREntry(c *model.Call, base string) *harEntry {
	e := newEntry(c.Time, c.Duration, c.Note)
	e.Request, e.Response = newHARMessage(c.Request), newHARMessage(c.Response)
	e.Request.Method, e.Request.URL, e.Request.QueryString = c.Method, base+c.Path, []harPair{}
	if c.Query != "" {
		e.Request.URL += "?" + c.Query
	}
	if q, err := url.ParseQuery(c.Query); err == nil {
		for k := range q {
			e.Request.QueryString = append(e.Request.QueryString, harPair{k, q.Get(k)})
		}
	}
	if c.Request != "" {
		e.Request.PostData = &harContent{len(c.Request), "application/json", c.Request}
	}
	e.Response.Status, e.Response.StatusText = c.Status, http.StatusText(c.Status)
	e.Response.Content = &harContent{len(c.Response), "application/json", c.Response}
	return e
}

func deliveryToHAREntry(d *model.Delivery, t model.Attempt) *harEntry {
	e := newEntry(t.Time, t.Duration, strings.TrimSpace("callback, decrypted "+d.Note+" "+t.Error))
	e.Request, e.Response = newHARMessage(d.Plain), newHARMessage(d.Reply)
	e.Request.Method, e.Request.URL, e.Request.QueryString = http.MethodPost, d.URL, []harPair{}
	e.Request.PostData = &harContent{len(d.Plain), "text/xml", d.Plain}
	e.Response.Status, e.Response.StatusText = t.Status, http.StatusText(t.Status)
	e.Response.Content = &harContent{len(d.Reply), "text/xml", d.Reply}
	return e
}

// serveHAR offers the archive to be saved.
func (s *Service) serveHAR(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="wecom.har"`)
	_ = s.WriteHAR(w)
}
