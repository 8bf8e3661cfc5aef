package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
)

// The receivers in docs/webhooks.md are run verbatim.

func newWebhookHandler(secret string, handle func(id string, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		verifier, err := standardwebhooks.NewWebhook(secret)
		if err != nil || verifier.Verify(body, r.Header) != nil {
			http.Error(w, "not signed by Huimian", http.StatusUnauthorized)
			return
		}
		handle(r.Header.Get("Webhook-Id"), body)
		w.WriteHeader(http.StatusNoContent)
	}
}

func readDocs(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// codeBlock returns the code block of a language in docs/webhooks.md.
func codeBlock(t *testing.T, language string) string {
	t.Helper()
	_, rest, found := strings.Cut(readDocs(t, "../../docs/webhooks.md"), "\n```"+language+"\n")
	code, _, ended := strings.Cut(rest, "```\n")
	if !found || !ended {
		t.Fatalf("docs/webhooks.md has no code in %s", language)
	}
	return code
}

func TestReceiversInDocs(t *testing.T) {
	if !strings.Contains(readDocs(t, "docs_test.go"), "\n"+codeBlock(t, "go")) {
		t.Error("the Go receiver of docs/webhooks.md is not the one that is tested here")
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, setShortBackoff)
		e, secret := f.createEndpoint("/")
		id := f.recordEvent(event.CandidateCreated, "c1")
		f.waitForDeliveries(e, Delivered, 1)
		q := f.receiver.requestsTo("/")[0]

		var got string
		for name, want := range map[string]int{secret: http.StatusNoContent, newSecret(): http.StatusUnauthorized} {
			r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/", strings.NewReader(string(q.body)))
			r.Header = q.header
			answer := httptest.NewRecorder()
			newWebhookHandler(name, func(id string, _ []byte) { got = id })(answer, r)
			if answer.Code != want {
				t.Errorf("Go: %d, want %d", answer.Code, want)
			}
		}
		if got != id {
			t.Errorf("Go received %q", got)
		}
		if got := runPythonReceiver(t, secret, q); got != "True" {
			t.Errorf("Python: %s", got)
		}
		if got := runPythonReceiver(t, newSecret(), q); got != "False" {
			t.Errorf("Python, another secret: %s", got)
		}
	})
}

// runPythonReceiver runs the Python receiver of the page on a request.
func runPythonReceiver(t *testing.T, secret string, q request) string {
	t.Helper()
	headers := map[string]string{}
	for name := range q.header {
		headers[strings.ToLower(name)] = q.header.Get(name)
	}
	raw, err := json.Marshal([]any{secret, headers, string(q.body)})
	if err != nil {
		t.Fatal(err)
	}
	program := codeBlock(t, "python") + fmt.Sprintf("\nimport json\nsecret, headers, body = json.loads(%q)\nprint(verify(secret, headers, body.encode()))\n", raw)
	cmd := exec.CommandContext(t.Context(), "python3", "-")
	cmd.Stdin = strings.NewReader(program)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("python3: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// docs/webhooks.md lists every event type.
func TestEventTypesInDocs(t *testing.T) {
	docs := readDocs(t, "../../docs/webhooks.md")
	for _, eventType := range append([]string{TestType}, event.Types...) {
		subject, what, _ := strings.Cut(eventType, ".")
		short := strings.Contains(docs, "`"+subject+".") && strings.Contains(docs, "`."+what+"`")
		if !short && !strings.Contains(docs, "`"+eventType+"`") {
			t.Errorf("docs/webhooks.md does not list %s", eventType)
		}
	}
}
