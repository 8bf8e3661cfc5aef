package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/rehearsal/browser"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// bookTime books one of the offered times through the link in the candidate's mail.
func (r *rehearsal) bookTime(ctx context.Context, i *interview, slots []time.Time) error {
	if i.state != offered {
		return nil
	}
	token := r.linkIn(i, "/book")
	if token == "" {
		r.agenda.planAction(r.clock.Now().Add(retryLater), func(ctx context.Context) error { return r.bookTime(ctx, i, slots) })
		return nil
	}
	if _, err := r.world.signIn(ctx, i.recruiter); err != nil { // for readBooking
		return err
	}
	b, err := r.world.newBrowser()
	if err != nil {
		return err
	}
	for _, n := range i.rng.Perm(len(slots)) {
		at := slots[n]
		status, err := r.bookSlot(ctx, b, token, at)
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			r.refused[fmt.Sprintf("book: %d", status)]++
			continue
		}
		if i.hasChance(shareTwice) { // pressed again, and then another time in the other window
			if err := r.bookAgain(ctx, b, token, at, slots[(n+1)%len(slots)]); err != nil {
				return err
			}
		}
		return r.readBooking(ctx, i, at)
	}
	return nil
}

func (r *rehearsal) bookSlot(ctx context.Context, b *browser.Browser, token string, at time.Time) (int, error) {
	return b.CallAPI(ctx, http.MethodPost, "/api/book", map[string]any{"token": token, "startsAt": at}, nil)
}

func (r *rehearsal) bookAgain(ctx context.Context, b *browser.Browser, token string, at, other time.Time) error {
	if status, err := r.bookSlot(ctx, b, token, at); err != nil || status != http.StatusOK {
		return fmt.Errorf("booking the same time again: status %d: %w", status, err)
	}
	if status, err := r.bookSlot(ctx, b, token, other); err != nil || status != http.StatusConflict {
		return fmt.Errorf("booking a second time: status %d: %w", status, err)
	}
	return nil
}

// readBooking reads the interview of a booked offer, as the recruiter does.
func (r *rehearsal) readBooking(ctx context.Context, i *interview, at time.Time) error {
	b, err := r.world.signIn(ctx, i.recruiter)
	if err != nil {
		return err
	}
	var o struct {
		InterviewID string `json:"interviewId"`
	}
	if status, err := b.CallAPI(ctx, http.MethodGet, "/api/offers/"+i.offer, nil, &o); err != nil || status != http.StatusOK || o.InterviewID == "" {
		return fmt.Errorf("reading a booked offer: status %d: %w", status, err)
	}
	i.id, i.start = o.InterviewID, at
	r.expectMessage(i, booked, card, i.recruiter)
	r.recordScheduled(i)
	return nil
}

// planAnswers plans the answers to an invitation or a change.
func (r *rehearsal) planAnswers(i *interview) {
	for _, u := range i.interviewers {
		r.planAnswer(i, u)
	}
}

func (r *rehearsal) planAnswer(i *interview, user string) {
	if i.hasChance(shareSilent) {
		return
	}
	key := "accept"
	if i.hasChance(shareDeclining) {
		key = "decline"
	}
	left := i.start.Sub(r.clock.Now())
	version := i.version
	at := r.clock.Now().Add(i.randomTime(time.Minute, max(left/2, 2*time.Minute)))
	r.agenda.planAction(at, func(ctx context.Context) error { return r.answerInvitation(ctx, i, user, key, version) })
}

// answerInvitation presses a button of the newest card of the interview.
func (r *rehearsal) answerInvitation(ctx context.Context, i *interview, user, key string, version int) error {
	if i.state != scheduled || i.version != version || !slices.Contains(i.interviewers, user) {
		return nil
	}
	m := r.openCard(i, user)
	if m == nil || r.isDown() {
		r.agenda.planAction(r.clock.Now().Add(retryLater), func(ctx context.Context) error { return r.answerInvitation(ctx, i, user, key, version) })
		return nil
	}
	err := r.world.wecom.ClickButton(ctx, corpID, user, m.Card.TaskID, key)
	if errors.Is(err, wecomtest.ErrNotDelivered) {
		return fmt.Errorf("pressing a button: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%s presses %s of %s: %w", user, key, i.titleText(), err)
	}
	if i.hasChance(shareTwice) {
		_ = r.world.wecom.ClickButton(ctx, corpID, user, m.Card.TaskID, key) // refused: the card was answered
	}
	if err := r.runJobs(ctx); err != nil {
		return err
	}
	i.response[user] = map[string]string{"accept": "accepted", "decline": "declined"}[key]
	if key == "decline" {
		r.expectMessage(i, declined, card, i.recruiter)
		r.agenda.planAction(r.clock.Now().Add(i.randomTime(5*time.Minute, time.Hour)), func(ctx context.Context) error { return r.replaceInterviewer(ctx, i, user) })
	}
	return nil
}

// openCard returns the newest card of the interview with buttons that can be pressed, nil if
// there is none.
func (r *rehearsal) openCard(i *interview, user string) *wecomtest.Message {
	messages := r.world.wecom.Messages(corpID, user)
	for n := len(messages) - 1; n >= 0; n-- {
		m := &messages[n]
		if m.Card != nil && candidateOf(m.Card) == i.candidateName() && hasButton(m, "accept") {
			return m
		}
	}
	return nil
}

func hasButton(m *wecomtest.Message, key string) bool {
	return m.ButtonText == "" && m.Chosen == "" && slices.ContainsFunc(m.Card.ButtonList, func(b wecomtest.Button) bool { return b.Key == key })
}

// planMeeting plans the interview itself.
func (r *rehearsal) planMeeting(i *interview) {
	version := i.version
	current := func(do action) action {
		return func(ctx context.Context) error {
			if i.version != version {
				return nil // moved
			}
			return do(ctx)
		}
	}
	late, absent := time.Duration(0), i.hasChance(shareNoShow)
	if i.hasChance(shareLate) {
		late = i.randomTime(5*time.Minute, 15*time.Minute)
	}
	if absent {
		r.agenda.planAction(i.start.Add(i.randomTime(20*time.Minute, 30*time.Minute)), current(func(ctx context.Context) error { return r.cancelInterview(ctx, i) }))
		return
	}
	arrival := i.start.Add(late - i.randomTime(2*time.Minute, 8*time.Minute))
	r.agenda.planAction(arrival, current(func(ctx context.Context) error { return r.joinAsCandidate(ctx, i) }))
	if i.hasChance(shareOffline) {
		r.agenda.planAction(i.start.Add(late+i.randomTime(9*time.Minute, 15*time.Minute)), current(func(ctx context.Context) error { return r.joinAsCandidate(ctx, i) }))
	}
	r.agenda.planAction(i.start.Add(late+i.randomTime(time.Minute, 4*time.Minute)), current(func(ctx context.Context) error { return r.beginInterview(ctx, i) }))
	r.agenda.planAction(i.endsAt().Add(late+i.randomTime(time.Minute, 10*time.Minute)), current(func(ctx context.Context) error { return r.finishInterview(ctx, i) }))
}

// joinAsCandidate opens the candidate's link from the mail on a device without a session.
func (r *rehearsal) joinAsCandidate(ctx context.Context, i *interview) error {
	if i.state != scheduled && i.state != running {
		return nil
	}
	token := r.linkIn(i, "/join")
	if token == "" {
		return nil // the mail has not arrived; the report shows it
	}
	b, err := r.world.newBrowser()
	if err != nil {
		return err
	}
	if err := b.JoinInterview(ctx, token); err != nil {
		return fmt.Errorf("joining %s: %w", i.titleText(), err)
	}
	return nil
}

// beginInterview starts the interview, or cancels it when no interviewer attends.
func (r *rehearsal) beginInterview(ctx context.Context, i *interview) error {
	if i.state != scheduled {
		return nil
	}
	users := i.attendingUsers()
	if len(users) == 0 {
		return r.cancelInterview(ctx, i)
	}
	if i.provider == showMeBug {
		return r.conductAtShowMeBug(ctx, i, running, func(uid string) error { return r.world.pads.StartInterview(uid) })
	}
	return r.changeState(ctx, i, users[0], "start", running)
}

// automaticEnd is how long after the planned end the product ends an interview that was started.
const automaticEnd = 2 * time.Hour

func (r *rehearsal) finishInterview(ctx context.Context, i *interview) error {
	switch {
	case i.state == scheduled: // it has not begun yet
		r.agenda.planAction(r.clock.Now().Add(retryLater), func(ctx context.Context) error { return r.finishInterview(ctx, i) })
		return nil
	case i.state != running:
		return nil
	case i.provider == showMeBug:
		err := r.conductAtShowMeBug(ctx, i, ended, func(uid string) error { return r.world.pads.EndInterview(uid, 4) }) //nolint:contextcheck // the simulator delivers in its own context
		if err != nil || i.state != ended {
			return err
		}
	case i.hasChance(shareForgotten):
		r.agenda.planAction(i.endsAt().Add(automaticEnd), func(context.Context) error {
			i.state = ended
			i.noteChange(r.clock.Now())
			r.requestScorecards(i)
			return nil
		})
		return nil
	default:
		if err := r.changeState(ctx, i, i.attendingUsers()[0], "end", ended); err != nil {
			return err
		}
	}
	r.requestScorecards(i)
	return nil
}

// requestScorecards records an interview that has ended, and plans its scorecards.
func (r *rehearsal) requestScorecards(i *interview) {
	for _, u := range i.attendingUsers() {
		r.expectMessage(i, evaluate, card, u)
		r.planScorecard(i, u)
	}
	r.planEvaluateReminders(i, 1)
}

// changeState starts or ends an interview on its page.
func (r *rehearsal) changeState(ctx context.Context, i *interview, user, operation string, to State) error {
	b, err := r.world.signIn(ctx, user)
	if err != nil {
		return err
	}
	status, err := b.CallAPI(ctx, http.MethodPost, "/api/interviews/"+i.id+"/"+operation, nil, nil)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("%s of %s by %s: status %d: %w", operation, i.titleText(), user, status, err)
	}
	i.state = to
	i.noteChange(r.clock.Now())
	return nil
}

// conductAtShowMeBug starts or ends an interview at ShowMeBug, which reports it to the product.
func (r *rehearsal) conductAtShowMeBug(ctx context.Context, i *interview, to State, do func(uid string) error) error {
	for _, pad := range r.world.pads.Interviews() {
		if pad.CandidateName != i.candidateName() {
			continue
		}
		if err := do(pad.UID); err != nil {
			return fmt.Errorf("conducting %s at ShowMeBug: %w", i.titleText(), err)
		}
		if to == ended { // ShowMeBug reports no start
			if err := r.awaitReport(ctx, pad.UID); err != nil {
				return err
			}
		}
		i.state = to
		i.noteChange(r.clock.Now())
		return nil
	}
	return r.cancelInterview(ctx, i) // there is no room
}

// awaitReport waits until the product has received ShowMeBug's event and has processed it.
func (r *rehearsal) awaitReport(ctx context.Context, uid string) error {
	_, err := r.world.pads.WaitWebhook(ctx, "interview_ended", func(h showmebugtest.Webhook) bool {
		return h.State == showmebugtest.WebhookDelivered && strings.Contains(string(h.Payload), uid)
	})
	if err != nil {
		return fmt.Errorf("waiting for ShowMeBug's event: %w", err)
	}
	return r.runJobs(ctx)
}

// planScorecard plans when an interviewer submits the scorecard, if at all.
func (r *rehearsal) planScorecard(i *interview, user string) {
	if i.hasChance(shareUnwilling) {
		return
	}
	wait := i.randomTime(10*time.Minute, 6*time.Hour)
	if i.hasChance(shareForgetful) {
		wait = i.randomTime(25*time.Hour, 40*time.Hour)
	}
	r.agenda.planAction(r.clock.Now().Add(wait), func(ctx context.Context) error { return r.submitScorecard(ctx, i, user) })
}

// submitScorecard writes and submits a scorecard.
func (r *rehearsal) submitScorecard(ctx context.Context, i *interview, user string) error {
	b, err := r.world.signIn(ctx, user)
	if err != nil {
		return err
	}
	path := "/api/interviews/" + i.id + "/scorecard"
	var form struct {
		Version  int `json:"version"`
		Criteria []struct {
			Key string `json:"key"`
		} `json:"criteria"`
	}
	if status, err := b.CallAPI(ctx, http.MethodGet, path, nil, &form); err != nil || status != http.StatusOK {
		return fmt.Errorf("reading a scorecard of %s: status %d: %w", i.titleText(), status, err)
	}
	draft := map[string]any{"version": form.Version, "recommendation": "yes", "comment": "思路清楚"}
	scores := []map[string]any{}
	for _, c := range form.Criteria {
		scores = append(scores, map[string]any{"key": c.Key, "score": 3})
	}
	draft["scores"] = scores
	if status, err := b.CallAPI(ctx, http.MethodPut, path, draft, &form); err != nil || status != http.StatusOK {
		return fmt.Errorf("saving a scorecard of %s: status %d: %w", i.titleText(), status, err)
	}
	if status, err := b.CallAPI(ctx, http.MethodPost, path+"/submit", map[string]any{"version": form.Version}, nil); err != nil || status != http.StatusOK {
		return fmt.Errorf("submitting a scorecard of %s: status %d: %w", i.titleText(), status, err)
	}
	i.submitted[user] = r.clock.Now()
	i.noteChange(r.clock.Now())
	if !slices.ContainsFunc(i.attendingUsers(), func(u string) bool { return i.submitted[u].IsZero() }) {
		r.expectMessage(i, summary, card, i.recruiter)
	}
	return nil
}
