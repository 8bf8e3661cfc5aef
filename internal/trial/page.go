package trial

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/i18n"
)

// Path is where the page and its files are.
const Path = "/trials"

//go:embed page.html page.js page.css texts.json
var files embed.FS

var pageTemplate = template.Must(template.ParseFS(files, "page.html"))

// texts are those of the page, by language and id.
var texts = func() (list map[string]map[string]string) {
	raw, err := files.ReadFile("texts.json")
	if err == nil {
		err = json.Unmarshal(raw, &list)
	}
	if err != nil {
		panic(err)
	}
	return list
}()

// Labels returns the texts of a link to the page, by language.
func Labels() map[string]string {
	labels := map[string]string{}
	for language, list := range texts {
		labels[language] = list["title"]
	}
	return labels
}

// params are the values of a form.
type params struct {
	kind             Kind
	seed             uint64
	interviews, days int // of a rehearsal
	rooms, edits     int // of torture
	kills            int
}

// field is a number of a form.
type field struct {
	Name              string
	Default, Min, Max int
}

// forms are the fields of each kind, in their order on the page.
var forms = map[Kind][]field{
	Rehearsal: {{"interviews", 30, 1, 200}, {"days", 2, 1, 5}, {"seed", 1, 1, 1_000_000}},
	Torture:   {{"rooms", 2, 1, 20}, {"edits", 100, 10, 500}, {"kills", 1, 0, 5}, {"seed", 1, 1, 1_000_000}},
}

// Routes returns the handler of the page and of what is below it.
func (s *Service) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, s.servePage)
	mux.HandleFunc("POST "+Path+"/start", s.handleStart)
	mux.HandleFunc("POST "+Path+"/stop", s.handleStop)
	mux.HandleFunc("GET "+Path+"/state", s.serveState)
	mux.HandleFunc("GET "+Path+"/report", s.serveReport)
	for _, name := range []string{"page.js", "page.css"} {
		mux.HandleFunc("GET "+Path+"/"+name, func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, name) })
	}
	return new(http.CrossOriginProtection).Handler(mux)
}

type formView struct {
	Kind   Kind
	Fields []field
}

type pageView struct {
	Language string
	Texts    map[string]string
	Forms    []formView
}

// T is a text of the page.
func (v pageView) T(id string) string { return v.Texts[id] }

func (s *Service) servePage(w http.ResponseWriter, r *http.Request) {
	language := languageOf(r)
	v := pageView{language, texts[language], []formView{{Torture, forms[Torture]}, {Rehearsal, forms[Rehearsal]}}}
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, v); err != nil {
		http.Error(w, "writing the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("Vary", "Accept-Language")
	_, _ = w.Write(body.Bytes())
}

func languageOf(r *http.Request) string {
	if asked := r.FormValue("lang"); asked != "" {
		return i18n.MatchLanguage(asked)
	}
	return i18n.MatchLanguage(r.Header.Get("Accept-Language"))
}

const maxFormBytes = 4 << 10

func (s *Service) handleStart(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	t := texts[languageOf(r)]
	p, wrong := parseParams(r)
	if wrong != "" {
		http.Error(w, t["invalid"]+": "+t[wrong], http.StatusBadRequest)
		return
	}
	switch err := s.startTrial(p); { //nolint:contextcheck // a trial outlives the request that begins it
	case errors.Is(err, errRunning):
		http.Error(w, t["running"], http.StatusConflict)
	case err != nil:
		http.Error(w, t["stopping"], http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// parseParams returns the values of a form, or the id of the text that names the wrong one.
func parseParams(r *http.Request) (p params, wrong string) {
	p.kind = Kind(r.FormValue("kind"))
	fields, ok := forms[p.kind]
	if !ok {
		return p, "kind"
	}
	numbers := map[string]int{}
	for _, f := range fields {
		n, err := strconv.Atoi(r.FormValue(f.Name))
		if err != nil || n < f.Min || n > f.Max {
			return p, f.Name
		}
		numbers[f.Name] = n
	}
	p.seed = uint64(numbers["seed"]) // #nosec G115 -- at least 1
	p.interviews, p.days = numbers["interviews"], numbers["days"]
	p.rooms, p.edits, p.kills = numbers["rooms"], numbers["edits"], numbers["kills"]
	return p, ""
}

func (s *Service) handleStop(w http.ResponseWriter, _ *http.Request) {
	s.cancelRun()
	w.WriteHeader(http.StatusNoContent)
}

// state is what the page shows of the running or last trial.
type state struct {
	Kind    Kind     `json:"kind,omitempty"` // empty before the first one
	Running bool     `json:"running"`
	Seconds float64  `json:"seconds"`
	Lines   []string `json:"lines"`
	// Result is passed, violations, stopped or failed; empty while it runs.
	Result     string `json:"result,omitempty"`
	Violations int    `json:"violations"`
	Error      string `json:"error,omitempty"`
	Report     bool   `json:"report"` // at Path/report
}

func (s *Service) serveState(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	r := s.current
	s.mu.Unlock()
	body, err := json.Marshal(newState(r))
	if err != nil {
		http.Error(w, "writing the state: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body)
}

func newState(r *run) state {
	if r == nil {
		return state{Lines: []string{}}
	}
	v := state{Kind: r.kind, Running: r.isRunning(), Lines: r.output.copyLines()}
	if v.Running {
		v.Seconds = time.Since(r.began).Seconds()
		return v
	}
	v.Seconds, v.Violations, v.Report = r.ended.Sub(r.began).Seconds(), r.violations, len(r.report) > 0
	switch {
	case r.stopped:
		v.Result = "stopped"
	case r.err != nil:
		v.Result, v.Error = "failed", r.err.Error()
	case r.violations > 0:
		v.Result = "violations"
	default:
		v.Result = "passed"
	}
	return v
}

func (s *Service) serveReport(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	last := s.current
	s.mu.Unlock()
	if last == nil || last.isRunning() || len(last.report) == 0 {
		http.Error(w, texts[languageOf(r)]["noReport"], http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(last.report)
}
