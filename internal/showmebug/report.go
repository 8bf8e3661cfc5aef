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

// Polling of interviews. ShowMeBug gives an event up after a minute: events lost
// during a downtime are found by polling.
const (
	reconcileInterval = 5 * time.Minute
	reconcileLead     = 15 * time.Minute // before the planned start
	reconcileWindow   = 48 * time.Hour   // after the planned end
	// An event may overtake the answer that names its interview.
	endAttempts    = 4
	resultAttempts = 8
)

// EndInterviewArgs is the job to end an interview that ended at ShowMeBug.
type EndInterviewArgs struct {
	CorpID string    `json:"corpId"`
	UID    string    `json:"uid"`
	Rate   *float64  `json:"rate,omitempty"`
	At     time.Time `json:"at"`
}

func (EndInterviewArgs) Kind() string { return "showmebug_ended" }

// FetchResultArgs is the job to fetch the result of an interview that has
// ended.
type FetchResultArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
	UID    string `json:"uid"`
}

func (FetchResultArgs) Kind() string { return "showmebug_result" }

// ReconcileArgs is the job that schedules ReconcileCorpArgs for each company.
type ReconcileArgs struct{}

func (ReconcileArgs) Kind() string { return "showmebug_reconcile" }

// ReconcileCorpArgs is the job to poll the state of a company's interviews.
type ReconcileCorpArgs struct {
	CorpID string `json:"corpId"`
}

func (ReconcileCorpArgs) Kind() string { return "showmebug_reconcile_corp" }

// ServeCallback handles a delivery for a company. A company without an account
// is as unknown as one that does not exist.
func (s *Service) ServeCallback(w http.ResponseWriter, r *http.Request, corpID string) {
	c, err := s.connectionFor(r.Context(), corpID)
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

// enqueueEvent inserts a job for an event, so that ShowMeBug is answered at once. Other
// events are acknowledged, so that they are not delivered again.
func (s *Service) enqueueEvent(ctx context.Context, corpID string, e api.Event) error {
	ended, ok := e.Value.(api.InterviewEnded)
	if !ok {
		return s.enqueueUnknownEvent(ctx, corpID, e)
	}
	args := EndInterviewArgs{CorpID: corpID, UID: ended.UID, Rate: ended.Rate, At: e.Time}
	return s.insertJob(ctx, args, job.MaxAttempts(endAttempts))
}

// enqueueUnknownEvent looks for a written test in an unknown event: what
// those are called is not documented, only that payloads name an uid. What
// such an event reports is not trusted; the sitting is polled.
func (s *Service) enqueueUnknownEvent(ctx context.Context, corpID string, e api.Event) error {
	var about struct {
		UID string `json:"uid"`
	}
	if json.Unmarshal(e.Payload, &about) != nil || about.UID == "" {
		s.Logger.InfoContext(ctx, "event of ShowMeBug's that we have no use for", "corp", corpID, "event", e.Name)
		return nil //nolint:nilerr // acknowledged, so that it is not delivered again
	}
	return s.insertJob(ctx, PollSittingArgs{CorpID: corpID, UID: about.UID}, job.MaxAttempts(endAttempts))
}

func (s *Service) insertJob(ctx context.Context, args job.Args, options ...job.Option) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.Queue.Insert(ctx, tx, args, options...) })
}

// endInterview ends the interview of an event. One that is not ours is given up
// after some attempts.
func (s *Service) endInterview(ctx context.Context, args EndInterviewArgs, attempt job.Attempt) error {
	err := s.reportRoom(ctx, args.CorpID, interview.RoomReport{
		Kind: RoomKind, ExternalID: args.UID, Ended: true, Rating: args.Rate, At: args.At,
	})
	if apperr.KindOf(err) == apperr.NotFound && attempt.IsLast() {
		s.Logger.WarnContext(ctx, "ShowMeBug has ended an interview without a room", "corp", args.CorpID, "uid", args.UID)
		return job.Cancel(err)
	}
	return err
}

// reportRoom applies a report to the interview, and fetches the result of one that ended.
func (s *Service) reportRoom(ctx context.Context, corpID string, r interview.RoomReport) error {
	roomID, err := s.Interviews.Rooms().ApplyReport(ctx, corpID, r)
	if err != nil || !r.Ended {
		return err
	}
	return s.insertJob(ctx, FetchResultArgs{CorpID: corpID, RoomID: roomID, UID: r.ExternalID}, job.MaxAttempts(resultAttempts), job.Unique())
}

// fetchResult stores the result of an interview.
func (s *Service) fetchResult(ctx context.Context, args FetchResultArgs) error {
	c, err := s.connectionFor(ctx, args.CorpID)
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
		_, err := s.Interviews.Rooms().ApplyReport(ctx, args.CorpID, interview.RoomReport{
			Kind: RoomKind, ExternalID: args.UID, Rating: result.Rate, At: s.now(),
		})
		if err != nil {
			return err
		}
	}
	return s.Interviews.Rooms().StoreReport(ctx, args.CorpID, args.RoomID, resultFacts(result))
}

// Bounds of what is kept of a result.
const (
	maxFacts      = 30
	maxFactLength = 2000 // characters
)

// resultFacts returns the texts, numbers and answers of a result, under ShowMeBug's own
// names: what a result holds is not documented.
func resultFacts(result *api.InterviewResult) []interview.RoomFact {
	var raw map[string]any
	if json.Unmarshal(result.Raw, &raw) != nil {
		return nil
	}
	for _, ours := range []string{
		"uid", "candidate_name", "status", "rate", // stored already
		"interviewer_url", "candidate_url", "resume_link", "evaluation_link", "redirect_uri", // credentials
	} {
		delete(raw, ours)
	}
	var out []interview.RoomFact
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		if value := scalarText(raw[key]); value != "" && len(out) < maxFacts {
			out = append(out, interview.RoomFact{Name: key, Value: value})
		}
	}
	for _, i := range result.Interviewers {
		if said := ratingText(i); said != "" && len(out) < maxFacts {
			out = append(out, interview.RoomFact{Name: cmp.Or(i.Name, i.UID), Value: said})
		}
	}
	return out
}

func ratingText(i api.InterviewerRate) string {
	said := i.Comment
	if i.Rate != nil {
		said = strings.TrimSpace(fmt.Sprint(*i.Rate) + " " + said)
	}
	return scalarText(said)
}

// scalarText writes a text, a number or an answer; "" for anything else.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		v = strings.ReplaceAll(strings.ToValidUTF8(v, ""), "\x00", "")
		if r := []rune(v); len(r) > maxFactLength {
			return string(r[:maxFactLength]) + "…"
		}
		return v
	case float64, bool:
		return fmt.Sprint(v)
	default:
		return ""
	}
}

// enqueueReconcileJobs inserts a job for each company with interviews that should have
// started or ended and whose event is missing.
func (s *Service) enqueueReconcileJobs(ctx context.Context) error {
	now := s.now()
	due, err := s.Interviews.Rooms().ListToReconcile(ctx, "", RoomKind, now.Add(-reconcileWindow), now.Add(reconcileLead))
	if err != nil {
		return err
	}
	corps := map[string]bool{}
	for _, o := range due {
		corps[o.CorpID] = true
	}
	for corpID := range corps {
		if err := s.insertJob(ctx, ReconcileCorpArgs{CorpID: corpID}, job.Unique(), job.MaxAttempts(1)); err != nil {
			return err
		}
	}
	return nil
}

// reconcileCorp polls the interviews of one company, one after another:
// a ShowMeBug that hangs must not hold every worker. Their order is by chance,
// so that each has its turn where there are more than there is time for.
func (s *Service) reconcileCorp(ctx context.Context, args ReconcileCorpArgs) error {
	now := s.now()
	due, err := s.Interviews.Rooms().ListToReconcile(ctx, args.CorpID, RoomKind, now.Add(-reconcileWindow), now.Add(reconcileLead))
	if err != nil {
		return err
	}
	rand.Shuffle(len(due), func(a, b int) { due[a], due[b] = due[b], due[a] }) //nolint:gosec // an order, not a secret
	for _, o := range due {
		err := s.reconcileInterview(ctx, o)
		if err == nil {
			continue
		}
		s.Logger.WarnContext(ctx, "ShowMeBug was not asked about an interview", "corp", o.CorpID, "room", o.RoomID, "error", err)
		if ctx.Err() != nil || apperr.KindOf(toAppError(err)) == apperr.Unavailable {
			return nil //nolint:nilerr // the next poll retries
		}
	}
	return nil
}

func (s *Service) reconcileInterview(ctx context.Context, o interview.RoomSpec) error {
	c, err := s.connectionFor(ctx, o.CorpID)
	if err != nil {
		return err
	}
	found, err := Rooms{s}.findInterview(ctx, c, o.RoomID)
	if err != nil || found == nil || found.UID != o.ExternalID {
		return err
	}
	ended := found.Status == api.StatusEnded
	if !ended && found.Status != api.StatusStarted {
		return nil
	}
	return s.reportRoom(ctx, o.CorpID, interview.RoomReport{
		Kind: RoomKind, ExternalID: o.ExternalID, Started: true, Ended: ended, Rating: found.Rate, At: s.now(),
	})
}
