package showmebug

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	api "github.com/huimian/huimian/showmebug"
)

// What is asked for again, and how long. ShowMeBug gives an event up after a
// minute: what was lost while we were down is found by asking.
const (
	reconcileEvery = 5 * time.Minute
	reconcileFrom  = 15 * time.Minute // before the planned start
	reconcileUntil = 48 * time.Hour   // after the planned end
	// An event may overtake the answer that names its interview.
	endAttempts    = 4
	resultAttempts = 8
)

// EndedArgs is the job to end an interview that ShowMeBug says has ended.
type EndedArgs struct {
	CorpID string    `json:"corpId"`
	UID    string    `json:"uid"`
	Rate   *float64  `json:"rate,omitempty"`
	At     time.Time `json:"at"`
}

// Kind names the job.
func (EndedArgs) Kind() string { return "showmebug_ended" }

// ResultArgs is the job to fetch what ShowMeBug says of an interview that has
// ended.
type ResultArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
	UID    string `json:"uid"`
}

// Kind names the job.
func (ResultArgs) Kind() string { return "showmebug_result" }

// ReconcileArgs is the job to ask how far interviews are.
type ReconcileArgs struct{}

// Kind names the job.
func (ReconcileArgs) Kind() string { return "showmebug_reconcile" }

// ReconcileCorpArgs is the job to ask how far the interviews of a company are.
type ReconcileCorpArgs struct {
	CorpID string `json:"corpId"`
}

// Kind names the job.
func (ReconcileCorpArgs) Kind() string { return "showmebug_reconcile_corp" }

// ServeCallback takes a delivery for a company. A company without an account
// is as unknown as one that does not exist.
func (s *ShowMeBug) ServeCallback(w http.ResponseWriter, r *http.Request, corpID string) {
	c, err := s.connect(r.Context(), corpID)
	switch {
	case apperr.KindOf(err) == apperr.Conflict:
		w.WriteHeader(http.StatusNotFound)
	case err != nil:
		s.Logger.ErrorContext(r.Context(), "ShowMeBug's event not taken", "corp", corpID, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	default:
		c.webhook.ServeHTTP(w, r)
	}
}

// take makes a job of an event: ShowMeBug is answered at once. Events that we
// have no use for are taken, so that they do not come again.
func (s *ShowMeBug) take(ctx context.Context, corpID string, e api.Event) error {
	ended, ok := e.Value.(api.InterviewEnded)
	if !ok {
		return s.takeOther(ctx, corpID, e)
	}
	args := EndedArgs{CorpID: corpID, UID: ended.UID, Rate: ended.Rate, At: e.Time}
	return s.insert(ctx, args, job.MaxAttempts(endAttempts))
}

// takeOther looks for a written test in an event that we do not know: what
// those are called is not documented, only that payloads name an uid. What
// such an event says is not believed but asked for.
func (s *ShowMeBug) takeOther(ctx context.Context, corpID string, e api.Event) error {
	var about struct {
		UID string `json:"uid"`
	}
	if json.Unmarshal(e.Payload, &about) != nil || about.UID == "" {
		s.Logger.InfoContext(ctx, "event of ShowMeBug's that we have no use for", "corp", corpID, "event", e.Name)
		return nil //nolint:nilerr // taken, so that it does not come again
	}
	return s.insert(ctx, AskArgs{CorpID: corpID, UID: about.UID}, job.MaxAttempts(endAttempts))
}

func (s *ShowMeBug) insert(ctx context.Context, args job.Args, options ...job.Option) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.Queue.Insert(ctx, tx, args, options...) })
}

// takeEnd ends the interview of an event. One that is not ours is given up
// after some attempts.
func (s *ShowMeBug) takeEnd(ctx context.Context, args EndedArgs, attempt job.Attempt) error {
	err := s.report(ctx, args.CorpID, interview.RoomReport{
		Kind: interview.ShowMeBugRoom, ExternalID: args.UID, Ended: true, Rating: args.Rate, At: args.At,
	})
	if apperr.KindOf(err) == apperr.NotFound && attempt.Last() {
		s.Logger.WarnContext(ctx, "ShowMeBug has ended an interview that is none of ours", "corp", args.CorpID, "uid", args.UID)
		return job.Cancel(err)
	}
	return err
}

// report has the interview follow, and fetches the result of one that ended.
func (s *ShowMeBug) report(ctx context.Context, corpID string, r interview.RoomReport) error {
	roomID, err := s.Interviews.ReportRoom(ctx, corpID, r)
	if err != nil || !r.Ended {
		return err
	}
	return s.insert(ctx, ResultArgs{CorpID: corpID, RoomID: roomID, UID: r.ExternalID}, job.MaxAttempts(resultAttempts), job.Once())
}

// fetchResult keeps what ShowMeBug says of an interview.
func (s *ShowMeBug) fetchResult(ctx context.Context, args ResultArgs) error {
	c, err := s.connect(ctx, args.CorpID)
	if apperr.KindOf(err) == apperr.Conflict {
		return job.Cancel(err)
	}
	if err != nil {
		return err
	}
	result, err := c.Interviews.Result(ctx, args.UID)
	if err != nil {
		return err
	}
	if result.Rate != nil {
		_, err := s.Interviews.ReportRoom(ctx, args.CorpID, interview.RoomReport{
			Kind: interview.ShowMeBugRoom, ExternalID: args.UID, Rating: result.Rate, At: s.now(),
		})
		if err != nil {
			return err
		}
	}
	return s.Interviews.KeepReport(ctx, args.CorpID, args.RoomID, facts(result))
}

// Bounds of what is kept of a result.
const (
	maxFacts = 30
	maxFact  = 2000 // characters
)

// facts are the texts, numbers and answers of a result, under ShowMeBug's own
// names: what a result holds is not documented.
func facts(result *api.InterviewResult) []interview.RoomFact {
	var raw map[string]any
	if json.Unmarshal(result.Raw, &raw) != nil {
		return nil
	}
	for _, ours := range []string{
		"uid", "candidate_name", "status", "rate", // known here already
		"interviewer_url", "candidate_url", "resume_link", "evaluation_link", "redirect_uri", // not to be shown around
	} {
		delete(raw, ours)
	}
	var out []interview.RoomFact
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		if value := scalar(raw[key]); value != "" && len(out) < maxFacts {
			out = append(out, interview.RoomFact{Name: key, Value: value})
		}
	}
	for _, i := range result.Interviewers {
		if said := rated(i); said != "" && len(out) < maxFacts {
			out = append(out, interview.RoomFact{Name: cmp.Or(i.Name, i.UID), Value: said})
		}
	}
	return out
}

func rated(i api.InterviewerRate) string {
	said := i.Comment
	if i.Rate != nil {
		said = strings.TrimSpace(fmt.Sprint(*i.Rate) + " " + said)
	}
	return scalar(said)
}

// scalar writes a text, a number or an answer; "" for anything else.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		v = strings.ReplaceAll(strings.ToValidUTF8(v, ""), "\x00", "")
		if r := []rune(v); len(r) > maxFact {
			return string(r[:maxFact]) + "…"
		}
		return v
	case float64, bool:
		return fmt.Sprint(v)
	default:
		return ""
	}
}

// reconcile asks how far the interviews are that should be going on, or should
// have ended, and of which nothing was heard.
func (s *ShowMeBug) reconcile(ctx context.Context) error {
	now := s.now()
	due, err := s.Interviews.DueRooms(ctx, "", interview.ShowMeBugRoom, now.Add(-reconcileUntil), now.Add(reconcileFrom))
	if err != nil {
		return err
	}
	corps := map[string]bool{}
	for _, o := range due {
		corps[o.CorpID] = true
	}
	for corpID := range corps {
		if err := s.insert(ctx, ReconcileCorpArgs{CorpID: corpID}, job.Once(), job.MaxAttempts(1)); err != nil {
			return err
		}
	}
	return nil
}

// reconcileCorp asks about the interviews of one company, one after another:
// a ShowMeBug that hangs must not hold every worker. Their order is by chance,
// so that each has its turn where there are more than there is time for.
func (s *ShowMeBug) reconcileCorp(ctx context.Context, args ReconcileCorpArgs) error {
	now := s.now()
	due, err := s.Interviews.DueRooms(ctx, args.CorpID, interview.ShowMeBugRoom, now.Add(-reconcileUntil), now.Add(reconcileFrom))
	if err != nil {
		return err
	}
	rand.Shuffle(len(due), func(a, b int) { due[a], due[b] = due[b], due[a] }) //nolint:gosec // an order, not a secret
	for _, o := range due {
		err := s.reconcileOne(ctx, o)
		if err == nil {
			continue
		}
		s.Logger.WarnContext(ctx, "ShowMeBug was not asked about an interview", "corp", o.CorpID, "room", o.RoomID, "error", err)
		if ctx.Err() != nil || apperr.KindOf(explain(err)) == apperr.Unavailable {
			return nil //nolint:nilerr // it comes again by itself
		}
	}
	return nil
}

func (s *ShowMeBug) reconcileOne(ctx context.Context, o interview.RoomOrder) error {
	c, err := s.connect(ctx, o.CorpID)
	if err != nil {
		return err
	}
	found, err := s.find(ctx, c, o.RoomID)
	if err != nil || found == nil || found.UID != o.ExternalID {
		return err
	}
	ended := found.Status == api.StatusEnded
	if !ended && found.Status != api.StatusStarted {
		return nil
	}
	return s.report(ctx, o.CorpID, interview.RoomReport{
		Kind: interview.ShowMeBugRoom, ExternalID: o.ExternalID, Started: true, Ended: ended, Rating: found.Rate, At: s.now(),
	})
}
