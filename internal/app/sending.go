package app

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/webhook"
)

// Values of Config.Send. An empty one is sendOn.
const (
	sendOn  = "on"
	sendOff = "off"
)

// SendsNothing reports whether HUIMIAN_SEND is off.
func (c *Config) SendsNothing() bool { return c.Send == sendOff }

func (c *Config) checkSend() error {
	if !slices.Contains([]string{"", sendOn, sendOff}, c.Send) {
		return fmt.Errorf("HUIMIAN_SEND is %q: it must be on or off", c.Send)
	}
	return nil
}

// sendingJobs returns the kinds of all jobs that write to other systems or to the file store. They wait while
// HUIMIAN_SEND is off.
func sendingJobs() []string {
	var kinds []string
	for _, args := range []job.Args{
		message.DeliverArgs{}, booking.NoticeArgs{}, pool.NoticeArgs{}, pool.ClosedArgs{}, notify.CardActionArgs{}, notify.ReplyArgs{}, notify.MenuArgs{}, interview.AnsweredArgs{}, webhook.PausedArgs{}, account.ContactsEmptyArgs{},
		candidatefile.DeleteArgs{}, candidatefile.SweepArgs{}, // the folder may be that of the original of this copy
		approval.SyncArgs{},
		customerservice.ReadArgs{}, // the copy of an installation must not process its messages
		customerservice.NoticeArgs{},
		webhook.DeliverArgs{}, appointment.SyncArgs{}, interview.ProvideArgs{}, interview.RemoveArgs{},
		showmebug.EndInterviewArgs{}, showmebug.PrepareSittingArgs{},
	} {
		kinds = append(kinds, args.Kind())
	}
	return kinds
}

// queueOptions returns the options of the job queue.
func (c *Config) queueOptions() []job.QueueOption {
	var options []job.QueueOption
	if c.SendsNothing() {
		options = append(options, job.WithPaused(sendingJobs()...))
	}
	if c.Simulation != nil {
		options = append(options, job.WithSteps(c.Simulation.Now))
	}
	return options
}

var errSendOff = errors.New("HUIMIAN_SEND is off: nothing is sent")

// readingClient returns the HTTP client of the calls to WeCom or ShowMeBug: while
// HUIMIAN_SEND is off, one that refuses every call that may write; otherwise nil, the
// default.
func (c *Config) readingClient(mayCall func(*http.Request) bool) *http.Client {
	if !c.SendsNothing() {
		return nil
	}
	return &http.Client{Transport: readingTransport{http.DefaultTransport, mayCall}}
}

type readingTransport struct {
	next    http.RoundTripper
	mayCall func(*http.Request) bool
}

// RoundTrip implements http.RoundTripper.
func (t readingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.mayCall(r) {
		return nil, errSendOff
	}
	return t.next.RoundTrip(r)
}

// readsWeCom reports whether a call reads: the names of such endpoints begin with get or
// list. Some of them are POST requests.
func readsWeCom(r *http.Request) bool {
	name := path.Base(r.URL.Path)
	return strings.HasPrefix(name, "get") || strings.HasPrefix(name, "list") || name == "simplelist"
}

// readsShowMeBug reports whether a call reads, or fetches an access token.
func readsShowMeBug(r *http.Request) bool {
	return r.Method == http.MethodGet || strings.Contains(r.URL.Path, "token")
}
