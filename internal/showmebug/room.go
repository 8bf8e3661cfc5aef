package showmebug

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	api "github.com/huimian/huimian/showmebug"
)

// RoomKind is the kind of rooms at ShowMeBug.
const RoomKind interview.RoomKind = "showmebug"

// Rooms is the provider of rooms at ShowMeBug. The zero value has the properties
// of the kind and cannot create rooms.
type Rooms struct{ *Service }

var _ interview.RoomProvider = Rooms{}

// Kind returns RoomKind.
func (s Rooms) Kind() interview.RoomKind { return RoomKind }

// CanBeDefault returns true: ShowMeBug creates a room from what every interview has.
func (s Rooms) CanBeDefault() bool { return true }

// FollowsCandidate returns true: ShowMeBug displays the candidate's name.
func (s Rooms) FollowsCandidate() bool { return true }

// MayJoinAsInterviewer reports whether a member may use the room's interviewer
// URL. With one interviewer, that URL also opens the interviewer's scorecard.
func (s Rooms) MayJoinAsInterviewer(i *interview.Interview, userID string) bool {
	return len(i.Interviewers) > 1 || isInterviewer(i, userID)
}

// Available returns nil when the company has an account, otherwise the reason.
func (s Rooms) Available(ctx context.Context, corpID string) (*apperr.Reason, error) {
	r, err := s.loadAccount(ctx, corpID)
	if err != nil {
		return nil, err
	}
	source, _, _, err := s.resolveCredentials(r)
	if err != nil {
		return roomFailure(failureDetails(err)), nil
	}
	if source == "" {
		return &apperr.Reason{Code: "provider.not_connected"}, nil
	}
	return nil, nil //nolint:nilnil // nothing is the matter
}

// Check returns an error for the first interviewer above ShowMeBug's limit.
// Duplicates count once.
func (s Rooms) Check(p *interview.Plan) []apperr.FieldError {
	known := map[string]bool{}
	for n, userID := range p.Interviewers {
		known[userID] = true
		if len(known) > api.MaxInterviewers {
			return []apperr.FieldError{apperr.NewFieldError(
				fmt.Sprintf("interviewers[%d]", n), "provider.too_many_interviewers", "Limit", api.MaxInterviewers,
			)}
		}
	}
	return nil
}

// Remote returns true: ShowMeBug is called.
func (s Rooms) Remote() bool { return true }

// roomMarker returns the marker that follows the candidate's name at ShowMeBug.
// Searches find the interview of a room by it, because ShowMeBug's lists do not
// contain our ids. The end of an id is its random part.
func roomMarker(roomID string) string {
	plain := strings.ToUpper(strings.ReplaceAll(roomID, "-", ""))
	return "HM" + plain[max(0, len(plain)-8):]
}

// Provide creates the interview at ShowMeBug, or changes it. An interview costs
// a session, and a response may be lost: after an attempt with an unknown result
// it searches for the interview that the attempt may have created.
func (s Rooms) Provide(ctx context.Context, o interview.RoomSpec) (interview.JoinURLs, error) {
	c, err := s.connectionFor(ctx, o.CorpID)
	if err != nil {
		return o.JoinURLs, err
	}
	people, err := s.resolveInterviewers(ctx, c, o.Interview.Interviewers)
	if err != nil {
		return o.JoinURLs, err
	}
	if o.Attempted && (o.ExternalID == "" || o.JoinURLs.Candidate == "") {
		if o, err = s.adoptInterview(ctx, c, o); err != nil {
			return o.JoinURLs, toAppError(err)
		}
	}
	if o.ExternalID == "" {
		return s.createInterview(ctx, c, o, people)
	}
	return s.editInterview(ctx, c, o, people)
}

// adoptInterview takes over an interview that an earlier attempt has made. One whose
// addresses ShowMeBug does not return is unusable and is deleted.
func (s Rooms) adoptInterview(ctx context.Context, c *connection, o interview.RoomSpec) (interview.RoomSpec, error) {
	found, err := s.findInterview(ctx, c, o.RoomID)
	if err != nil {
		return o, err
	}
	if found != nil && httpURL(found.CandidateURL) != "" && httpURL(found.InterviewerURL) != "" {
		o.ExternalID = found.UID
		o.JoinURLs = joinURLs(found, interview.JoinURLs{})
		return o, nil
	}
	if found != nil {
		o.ExternalID = found.UID
	}
	if o.ExternalID == "" {
		return o, nil
	}
	if err := c.Interviews.Delete(ctx, o.ExternalID); err != nil && !isNotFound(err) {
		return o, err
	}
	o.ExternalID, o.JoinURLs = "", interview.JoinURLs{}
	return o, nil
}

// searchPages bounds how far a search is read: it should bring one interview,
// but what "search" looks at is not documented.
const searchPages = 4

// findInterview looks for the interview of a room by its marker; nil when there is none.
func (s Rooms) findInterview(ctx context.Context, c *connection, roomID string) (*api.Interview, error) {
	mark := roomMarker(roomID)
	for n := 1; n <= searchPages; n++ {
		page, err := c.Interviews.List(ctx, api.InterviewFilter{
			Search: mark, Paging: api.Paging{Page: n, PerPage: api.MaxPerPage},
		})
		if err != nil {
			return nil, err
		}
		for _, i := range page.Items {
			if i.UID != "" && (strings.Contains(i.CandidateName, mark) || bytes.Contains(i.Raw, []byte(mark))) {
				return &i, nil
			}
		}
		if len(page.Items) < api.MaxPerPage {
			break
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

func (s Rooms) createInterview(ctx context.Context, c *connection, o interview.RoomSpec, people []api.Interviewer) (interview.JoinURLs, error) {
	made, err := c.Interviews.Create(ctx, api.NewInterview{
		CandidateName: candidateName(o), Interviewers: people,
		ResumeLink: s.pageURL(ResumePage, o), EvaluationLink: s.pageURL(EvaluationPage, o), RedirectURI: s.redirectURL(o),
	})
	if err != nil {
		return o.JoinURLs, s.explainRefusal(ctx, c, err)
	}
	return joinURLs(made, interview.JoinURLs{}), nil
}

// explainRefusal reads the remaining quota when ShowMeBug refuses an interview
// with an unknown error: it publishes no table of its errors.
func (s Rooms) explainRefusal(ctx context.Context, c *connection, err error) error {
	switch api.ClassOf(err) {
	case api.ClassUnknown, api.ClassArgument, api.ClassState, api.ClassPermission:
		team, asked := s.refreshTeam(ctx, c)
		if asked == nil && team.LeftQuota != nil && *team.LeftQuota <= 0 {
			return apperr.New(apperr.Conflict, "provider.quota").WithCause(err)
		}
	}
	return toAppError(err)
}

// editInterview sends the current participants to ShowMeBug, which stores no time.
func (s Rooms) editInterview(ctx context.Context, c *connection, o interview.RoomSpec, people []api.Interviewer) (interview.JoinURLs, error) {
	changed, err := c.Interviews.Edit(ctx, o.ExternalID, api.InterviewEdit{
		CandidateName: candidateName(o), Interviewers: people,
		ResumeLink: s.pageURL(ResumePage, o), EvaluationLink: s.pageURL(EvaluationPage, o), RedirectURI: s.redirectURL(o),
	})
	if err != nil {
		return o.JoinURLs, toAppError(err)
	}
	if changed.UID == "" {
		changed.UID = o.ExternalID
	}
	ways := joinURLs(changed, o.JoinURLs)
	for userID := range ways.Personal { // a removed interviewer has no join URL
		if !isInterviewer(o.Interview, userID) {
			delete(ways.Personal, userID)
		}
	}
	return ways, nil
}

// Remove deletes the interview at ShowMeBug.
func (s Rooms) Remove(ctx context.Context, o interview.RoomSpec) error {
	c, err := s.connectionFor(ctx, o.CorpID)
	if code, _ := failureDetails(err); code == "provider.not_connected" {
		return nil // the company has left ShowMeBug
	}
	if err != nil {
		return err
	}
	if o.ExternalID == "" {
		found, err := s.findInterview(ctx, c, o.RoomID)
		if err != nil || found == nil {
			return err
		}
		o.ExternalID = found.UID
	}
	if err := c.Interviews.Delete(ctx, o.ExternalID); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

// joinURLs merges the URLs of a response over the earlier ones: a response to an
// edit may hold nothing.
func joinURLs(i *api.Interview, before interview.JoinURLs) interview.JoinURLs {
	w := interview.JoinURLs{
		ExternalID: i.UID, Candidate: cmp.Or(httpURL(i.CandidateURL), before.Candidate), Interviewer: cmp.Or(httpURL(i.InterviewerURL), before.Interviewer),
		Personal: map[string]string{},
	}
	maps.Copy(w.Personal, before.Personal)
	for _, link := range i.InterviewerURLs {
		if way := httpURL(link.InterviewerURL); link.UID != "" && way != "" {
			w.Personal[link.UID] = way
		}
	}
	return w
}

// httpURL returns an address to which a browser may be sent; "" for any other.
func httpURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return address
}

func candidateName(o interview.RoomSpec) string {
	return o.Interview.Candidate.Name + " · " + roomMarker(o.RoomID)
}

// redirectURL returns the page to which ShowMeBug redirects interviewers after
// the interview.
func (s Rooms) redirectURL(o interview.RoomSpec) string {
	return s.PublicURL + "/interviews/" + o.Interview.ID
}

func isInterviewer(i *interview.Interview, userID string) bool {
	for _, m := range i.Interviewers {
		if m.UserID == userID {
			return true
		}
	}
	return false
}

// isNotFound reports whether ShowMeBug has no such object.
func isNotFound(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && (e.HTTPStatus == 404 || e.HTTPStatus == 410 || e.Code == 404 || e.Class == api.ClassState)
}
