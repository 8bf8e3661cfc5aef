package rehearsal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/rehearsal/browser"
)

// Shares of the people who do something, in percent.
const (
	shareOffered    = 25 // interviews whose candidate chooses the time
	shareShowMeBug  = 15
	shareMoved      = 12
	shareCancelled  = 8
	shareDeclining  = 12 // interviewers
	shareSilent     = 8  // interviewers
	shareTwice      = 10 // people who press a button twice
	shareUndecided  = 15 // candidates who do not choose a time
	shareNoShow     = 5
	shareLate       = 15
	shareOffline    = 12 // candidates who lose the network and join again
	shareUnwilling  = 6  // interviewers who never submit a scorecard
	shareForgotten  = 5  // interviews that are not ended
	shareForgetful  = 20 // interviewers who submit it after the first reminder
	maxInterviewers = 2
	maxRecruiters   = 60
)

// retryLater is when a person tries again what did not work: the card had not arrived, or WeCom
// was down.
const retryLater = 20 * time.Minute

func (i *interview) hasChance(percent int) bool { return i.rng.IntN(100) < percent }

// randomTime returns a random time from a until b, with seconds: actions do not coincide with
// reminders.
func (i *interview) randomTime(a, b time.Duration) time.Duration {
	return a + time.Duration(i.rng.Int64N(int64(b-a))).Truncate(time.Second) + 7*time.Second
}

// prepareCompany appoints the recruiters, creates positions and plans the arrangements.
func (r *rehearsal) prepareCompany(ctx context.Context) error {
	if err := r.runJobs(ctx); err != nil { // synchronizes the contacts
		return err
	}
	admin, err := r.world.signIn(ctx, administrator)
	if err != nil {
		return err
	}
	recruiters := r.recruiterIDs()
	for _, u := range recruiters {
		r.clock.advanceTo(r.clock.Now().Add(time.Second)) // requests of a member are limited
		if status, err := admin.CallAPI(ctx, http.MethodPut, "/api/members/"+u+"/roles", map[string]any{"roles": []string{"recruiter", "interviewer"}}, nil); err != nil || status != http.StatusOK {
			return fmt.Errorf("appointing %s: status %d: %w", u, status, err)
		}
		if _, err := r.world.signIn(ctx, u); err != nil {
			return err
		}
	}
	var positions []string
	for n := range 5 {
		var made struct {
			ID string `json:"id"`
		}
		if status, err := admin.CallAPI(ctx, http.MethodPost, "/api/positions", map[string]any{"title": fmt.Sprintf("职位%d", n+1)}, &made); err != nil || status != http.StatusCreated {
			return fmt.Errorf("creating a position: status %d: %w", status, err)
		}
		positions = append(positions, made.ID)
	}
	for n := range r.Interviews {
		i := &interview{number: n + 1, state: planned, provider: "builtin", rng: rand.New(rand.NewPCG(r.Seed, uint64(n)))}
		i.recruiter, i.positionID = recruiters[i.rng.IntN(len(recruiters))], positions[i.rng.IntN(len(positions))]
		i.duration = time.Duration(30+15*i.rng.IntN(3)) * time.Minute
		if i.hasChance(shareShowMeBug) {
			i.provider = showMeBug
		}
		r.interview = append(r.interview, i)
		day := r.Start.AddDate(0, 0, i.rng.IntN(r.Days))
		r.agenda.planAction(day.Add(i.randomTime(70*time.Minute, 9*time.Hour)), func(ctx context.Context) error { return r.arrangeInterview(ctx, i) })
	}
	r.planDigests()
	if !r.NoFaults {
		r.planFaults()
	}
	return nil
}

func (r *rehearsal) recruiterIDs() (users []string) {
	for n := range min(max(r.Members/10, 1), maxRecruiters) {
		users = append(users, userID(n+1))
	}
	return users
}

// chooseInterviewers returns members who are not recruiters.
func (r *rehearsal) chooseInterviewers(i *interview) (users []string) {
	first := len(r.recruiterIDs()) + 1
	for range 1 + i.rng.IntN(maxInterviewers) {
		if u := userID(first + i.rng.IntN(r.Members-first)); !slices.Contains(users, u) {
			users = append(users, u)
		}
	}
	return users
}

// chooseStart returns a half hour of a working day, at least two hours ahead and at most three
// working days.
func (r *rehearsal) chooseStart(i *interview) time.Time {
	now := r.clock.Now()
	for {
		day := r.Start.AddDate(0, 0, int(now.Sub(r.Start)/(24*time.Hour))+i.rng.IntN(4))
		at := day.Add(90*time.Minute + time.Duration(i.rng.IntN(16))*30*time.Minute)
		if isWorkday(at) && at.After(now.Add(2*time.Hour)) {
			return at
		}
	}
}

// arrangeInterview creates the candidate, and an interview or an offer of times.
func (r *rehearsal) arrangeInterview(ctx context.Context, i *interview) error {
	b, err := r.world.signIn(ctx, i.recruiter)
	if err != nil {
		return err
	}
	var made struct {
		ID string `json:"id"`
	}
	status, err := b.CallAPI(ctx, http.MethodPost, "/api/candidates", map[string]any{
		"name": i.candidateName(), "email": i.emailAddress(), "language": language, "positionId": i.positionID, "overrideWarnings": true,
	}, &made)
	if err != nil || status != http.StatusCreated {
		return fmt.Errorf("creating a candidate: status %d: %w", status, err)
	}
	i.candidateID, i.interviewers, i.response, i.submitted = made.ID, r.chooseInterviewers(i), map[string]string{}, map[string]time.Time{}
	if i.hasChance(shareOffered) {
		return r.offerTimes(ctx, b, i)
	}
	return r.scheduleInterview(ctx, b, i)
}

// maxTries is how often a recruiter tries another time when the product refuses one.
const maxTries = 30

// scheduleInterview schedules the interview at the first time that the product accepts.
func (r *rehearsal) scheduleInterview(ctx context.Context, b *browser.Browser, i *interview) error {
	for range maxTries {
		i.start = r.chooseStart(i)
		var made struct {
			ID string `json:"id"`
		}
		status, err := b.CallAPI(ctx, http.MethodPost, "/api/interviews", map[string]any{
			"title": i.titleText(), "positionId": i.positionID, "candidateId": i.candidateID, "startsAt": i.start, "durationMinutes": int(i.duration.Minutes()),
			"interviewers": i.interviewers, "room": map[string]any{"kind": i.provider},
		}, &made)
		if err != nil {
			return err
		}
		if status == http.StatusCreated {
			i.id = made.ID
			r.recordScheduled(i)
			return nil
		}
		r.refused[fmt.Sprintf("schedule: %d", status)]++
		i.interviewers = r.chooseInterviewers(i)
	}
	i.state = cancelled // no time was found, and no person was informed
	return nil
}

// recordScheduled records an interview that the product has created, and plans what happens next.
func (r *rehearsal) recordScheduled(i *interview) {
	i.state, i.version = scheduled, 1
	i.noteChange(r.clock.Now())
	r.extendSimulation(i)
	r.expectAll(i, invite, i.interviewers)
	r.planReminders(i)
	r.planAnswers(i)
	r.planMeeting(i)
	now, left := r.clock.Now(), i.start.Sub(r.clock.Now())
	switch {
	case i.hasChance(shareMoved):
		r.agenda.planAction(now.Add(i.randomTime(left/8, left/2)), func(ctx context.Context) error { return r.moveInterview(ctx, i) })
	case i.hasChance(shareCancelled):
		r.agenda.planAction(now.Add(i.randomTime(left/8, left)), func(ctx context.Context) error { return r.cancelInterview(ctx, i) })
	}
}

// extendSimulation makes the simulation go on until the messages after an interview.
func (r *rehearsal) extendSimulation(i *interview) {
	if last := i.endsAt().Add(afterwards); last.After(r.until) {
		r.until = last
	}
}

// moveInterview moves an interview to another time.
func (r *rehearsal) moveInterview(ctx context.Context, i *interview) error {
	b, err := r.world.signIn(ctx, i.recruiter)
	if err != nil || i.state != scheduled {
		return err
	}
	for range maxTries {
		start := r.chooseStart(i)
		if start.Equal(i.start) {
			continue
		}
		accepted, err := r.editInterview(ctx, b, i, "move", map[string]any{"startsAt": start})
		if err != nil {
			return err
		}
		if !accepted {
			continue
		}
		i.start, i.response = start, map[string]string{}
		i.version++
		i.noteChange(r.clock.Now())
		r.extendSimulation(i)
		r.expectAll(i, changed, i.interviewers)
		r.planReminders(i)
		r.planAnswers(i)
		r.planMeeting(i)
		return nil
	}
	return nil
}

// editInterview changes fields of an interview. It reports whether the product accepts them,
// and counts a refusal under what.
func (r *rehearsal) editInterview(ctx context.Context, b *browser.Browser, i *interview, what string, fields map[string]any) (accepted bool, err error) {
	status, err := b.CallAPI(ctx, http.MethodPatch, "/api/interviews/"+i.id, fields, nil)
	if err != nil {
		return false, err
	}
	if status != http.StatusOK {
		r.refused[fmt.Sprintf("%s: %d", what, status)]++
	}
	return status == http.StatusOK, nil
}

func (r *rehearsal) cancelInterview(ctx context.Context, i *interview) error {
	b, err := r.world.signIn(ctx, i.recruiter)
	if err != nil || i.state != scheduled {
		return err
	}
	status, err := b.CallAPI(ctx, http.MethodPost, "/api/interviews/"+i.id+"/cancel", map[string]any{"reason": "职位已招满"}, nil)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("cancelling %s: status %d: %w", i.titleText(), status, err)
	}
	i.state = cancelled
	i.noteChange(r.clock.Now())
	r.expectAll(i, cancellation, i.attendingUsers())
	return nil
}

// replaceInterviewer replaces an interviewer who has declined, or cancels the interview.
func (r *rehearsal) replaceInterviewer(ctx context.Context, i *interview, user string) error {
	b, err := r.world.signIn(ctx, i.recruiter)
	if err != nil || i.state != scheduled || i.response[user] != "declined" {
		return err
	}
	for range maxTries {
		other := r.chooseInterviewers(i)[0]
		if slices.Contains(i.interviewers, other) {
			continue
		}
		list := append(slices.DeleteFunc(slices.Clone(i.interviewers), func(u string) bool { return u == user }), other)
		accepted, err := r.editInterview(ctx, b, i, "replace", map[string]any{"interviewers": list})
		if err != nil {
			return err
		}
		if !accepted {
			continue
		}
		i.interviewers = list
		delete(i.response, user)
		i.noteChange(r.clock.Now())
		r.expectMessage(i, invite, card, other)
		r.planAnswer(i, other)
		return nil
	}
	return r.cancelInterview(ctx, i)
}

// offerTimes offers the candidate three times.
func (r *rehearsal) offerTimes(ctx context.Context, b *browser.Browser, i *interview) error {
	for range maxTries {
		var slots []time.Time
		for len(slots) < 3 {
			if at := r.chooseStart(i); !slices.ContainsFunc(slots, func(s time.Time) bool { return at.Sub(s).Abs() < i.duration }) {
				slots = append(slots, at)
			}
		}
		slices.SortFunc(slots, time.Time.Compare)
		expires := r.clock.Now().Add(i.randomTime(24*time.Hour, 30*time.Hour))
		if last := slots[len(slots)-1]; expires.After(last) {
			expires = last
		}
		var made struct {
			ID string `json:"id"`
		}
		status, err := b.CallAPI(ctx, http.MethodPost, "/api/offers", map[string]any{
			"title": i.titleText(), "positionId": i.positionID, "candidateId": i.candidateID, "durationMinutes": int(i.duration.Minutes()),
			"interviewers": i.interviewers, "slots": slots, "expiresAt": expires, "room": map[string]any{"kind": i.provider},
		}, &made)
		if err != nil {
			return err
		}
		if status == http.StatusCreated {
			r.recordOffer(i, made.ID, slots, expires)
			return nil
		}
		r.refused[fmt.Sprintf("offer: %d", status)]++
		i.interviewers = r.chooseInterviewers(i)
	}
	i.state = cancelled
	return nil
}

// recordOffer records an offer that the product has created, and plans the candidate's choice.
func (r *rehearsal) recordOffer(i *interview, id string, slots []time.Time, expires time.Time) {
	i.offer, i.state = id, offered
	r.expectMessage(i, offerMail, mail, i.emailAddress())
	if !i.hasChance(shareUndecided) {
		r.agenda.planAction(r.clock.Now().Add(i.randomTime(5*time.Minute, 3*time.Hour)), func(ctx context.Context) error { return r.bookTime(ctx, i, slots) })
	}
	r.agenda.planAction(expires, func(context.Context) error {
		if i.state == offered {
			i.state = expired
			r.expectMessage(i, offerExpired, card, i.recruiter)
		}
		return nil
	})
}

// linkIn returns the token of a link with a path in the newest mail to the candidate, "" if it
// has not arrived.
func (r *rehearsal) linkIn(i *interview, path string) string {
	mails := r.world.wecom.Mails(corpID)
	for n := len(mails) - 1; n >= 0; n-- {
		m := &mails[n]
		if !slices.Contains(m.To, i.emailAddress()) {
			continue
		}
		if _, after, ok := strings.Cut(m.Content, r.world.config.PublicURL+path+"#"); ok {
			end := strings.IndexFunc(after, func(c rune) bool { return !strings.ContainsRune(tokenCharacters, c) })
			if end < 0 {
				end = len(after)
			}
			return after[:end]
		}
	}
	return ""
}

const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
