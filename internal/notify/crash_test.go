package notify_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/message"
)

// With these variables set, the test binary delivers messages until it is killed.
const (
	childDatabase = "NOTIFY_TEST_CHILD_DATABASE"
	childWeCom    = "NOTIFY_TEST_CHILD_WECOM"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childDatabase); url != "" {
		deliverUntilKilled(url, os.Getenv(childWeCom))
	}
	os.Exit(m.Run())
}

func deliverUntilKilled(databaseURL, weCom string) {
	d, err := db.Open(context.Background(), databaseURL)
	if err != nil {
		panic(err)
	}
	q := newServices(d, weCom, nil, time.Now).queue
	if err := q.Start(context.Background()); err != nil {
		panic(err)
	}
	select {}
}

// holdFirstSend starts a proxy to WeCom that holds calls of message/send: before they
// reach WeCom or, if after is set, before WeCom's response is returned.
func holdFirstSend(t *testing.T, to string, after bool) (address string, held <-chan struct{}) {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	caught := make(chan struct{}, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/cgi-bin/message/send" {
			proxy.ServeHTTP(w, r)
			return
		}
		if after {
			proxy.ServeHTTP(httptest.NewRecorder(), r)
		}
		_, _ = io.Copy(io.Discard, r.Body) // the server notices a closed connection only after the body was read
		caught <- struct{}{}
		<-r.Context().Done() // until the process is killed
	}))
	t.Cleanup(srv.Close)
	return srv.URL, caught
}

// A process is killed between commit and sending, or between sending and storing the
// response. Another process completes the delivery: each member sees the invitation once.
func TestDeliveryAfterCrash(t *testing.T) {
	t.Parallel() // waits for retries
	for name, after := range map[string]bool{"before sending": false, "before storing": true} {
		t.Run(name, func(t *testing.T) {
			dbtest.RunWithURL(t, func(t *testing.T, address string) {
				d := dbtest.Reopen(t, address)
				sim := newSimulator(t)
				h := newFixture(t, sim, d, nil)
				h.scheduleInterview("")

				weCom, held := holdFirstSend(t, sim.URL(), after)
				child := exec.CommandContext(t.Context(), os.Args[0])
				child.Env = append(os.Environ(), childDatabase+"="+address, childWeCom+"="+weCom)
				if err := child.Start(); err != nil {
					t.Fatal(err)
				}
				<-held
				<-held // both invitations
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				_ = child.Wait() // the error reports the signal

				deleteJobs(t, d)
				later := func() time.Time { return time.Now().Add(5 * time.Minute) }
				next := withServices(h, newServices(d, sim.URL(), nil, later))
				next.startQueue()
				next.waitUntil("both are sent", func() bool {
					return len(next.listMessages(message.Filter{State: message.Sent})) == 2
				})
				for _, id := range []string{"ChenMo", "ZhouHang"} {
					if n := countMessages(next, id, "面试邀请"); n != 1 {
						t.Errorf("%s has %d invitations", id, n)
					}
				}
			})
		})
	}
}

// deleteJobs simulates the loss of all jobs in a crash: only the message rows remain.
// It also deletes the lease of the queue's leader, which would expire by itself.
func deleteJobs(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"river_job", "river_leader"} {
			if _, err := tx.NewRaw("DELETE FROM " + table).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// withServices returns a copy of the fixture with the services of another process.
func withServices(h *fixture, p *services) *fixture {
	return &fixture{t: h.t, sim: h.sim, db: h.db, recruiter: h.recruiter, services: p}
}
