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

// Available says whether the company has an account.
func (s *ShowMeBug) Available(ctx context.Context, corpID string) (*interview.RoomFailure, error) {
	r, err := s.account(ctx, corpID)
	if err != nil {
		return nil, err
	}
	source, _, _, err := s.credentials(r)
	if err != nil {
		return failureOf(reason(err)), nil
	}
	if source == "" {
		return &interview.RoomFailure{Code: "provider.not_connected"}, nil
	}
	return nil, nil //nolint:nilnil // nothing is the matter
}

// Check points at the first interviewer who is one too many; one who is named
// twice comes once.
func (s *ShowMeBug) Check(p *interview.Plan) []apperr.Field {
	known := map[string]bool{}
	for n, userID := range p.Interviewers {
		known[userID] = true
		if len(known) > api.MaxInterviewers {
			return []apperr.Field{apperr.At(
				fmt.Sprintf("interviewers[%d]", n), "provider.too_many_interviewers", "Limit", api.MaxInterviewers,
			)}
		}
	}
	return nil
}

// Remote is true: ShowMeBug is called.
func (s *ShowMeBug) Remote() bool { return true }

// marker is what a room's interview is found by at ShowMeBug, whose lists know
// nothing of our ids: it stands behind the candidate's name. The end of an id
// is its random part.
func marker(roomID string) string {
	plain := strings.ToUpper(strings.ReplaceAll(roomID, "-", ""))
	return "HM" + plain[max(0, len(plain)-8):]
}

// Provide makes the interview at ShowMeBug, or changes it. An interview costs
// a session, and an answer may be lost: after an attempt whose end is not
// known, it looks for what that one may have made.
func (s *ShowMeBug) Provide(ctx context.Context, o interview.RoomOrder) (interview.RoomWays, error) {
	c, err := s.connect(ctx, o.CorpID)
	if err != nil {
		return o.Ways, err
	}
	people, err := s.reach(ctx, c, o.Interview.Interviewers)
	if err != nil {
		return o.Ways, err
	}
	if o.Tried && (o.ExternalID == "" || o.Ways.Candidate == "") {
		if o, err = s.adopt(ctx, c, o); err != nil {
			return o.Ways, explain(err)
		}
	}
	if o.ExternalID == "" {
		return s.create(ctx, c, o, people)
	}
	return s.edit(ctx, c, o, people)
}

// adopt takes over an interview that an earlier attempt has made. One whose
// addresses ShowMeBug does not tell is of no use and is deleted.
func (s *ShowMeBug) adopt(ctx context.Context, c *connection, o interview.RoomOrder) (interview.RoomOrder, error) {
	found, err := s.find(ctx, c, o.RoomID)
	if err != nil {
		return o, err
	}
	if found != nil && web(found.CandidateURL) != "" && web(found.InterviewerURL) != "" {
		o.ExternalID = found.UID
		o.Ways = waysOf(found, interview.RoomWays{})
		return o, nil
	}
	if found != nil {
		o.ExternalID = found.UID
	}
	if o.ExternalID == "" {
		return o, nil
	}
	if err := c.Interviews.Delete(ctx, o.ExternalID); err != nil && !isGone(err) {
		return o, err
	}
	o.ExternalID, o.Ways = "", interview.RoomWays{}
	return o, nil
}

// searchPages bounds how far a search is read: it should bring one interview,
// but what "search" looks at is not documented.
const searchPages = 4

// find looks for the interview of a room by its marker; nil when there is none.
func (s *ShowMeBug) find(ctx context.Context, c *connection, roomID string) (*api.Interview, error) {
	mark := marker(roomID)
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

func (s *ShowMeBug) create(ctx context.Context, c *connection, o interview.RoomOrder, people []api.Interviewer) (interview.RoomWays, error) {
	made, err := c.Interviews.Create(ctx, api.NewInterview{
		CandidateName: candidateName(o), Interviewers: people,
		ResumeLink: s.pageURL(ResumePage, o), EvaluationLink: s.pageURL(EvaluationPage, o), RedirectURI: s.backURL(o),
	})
	if err != nil {
		return o.Ways, s.whyRefused(ctx, c, err)
	}
	return waysOf(made, interview.RoomWays{}), nil
}

// whyRefused asks for what is left when ShowMeBug refuses an interview in
// words that we do not know: it publishes no table of its errors.
func (s *ShowMeBug) whyRefused(ctx context.Context, c *connection, err error) error {
	switch api.ClassOf(err) {
	case api.ClassUnknown, api.ClassArgument, api.ClassState, api.ClassPermission:
		team, asked := s.askTeam(ctx, c)
		if asked == nil && team.LeftQuota != nil && *team.LeftQuota <= 0 {
			return apperr.New(apperr.Conflict, "provider.quota").Wrap(err)
		}
	}
	return explain(err)
}

// edit tells ShowMeBug who comes now. The time is ours: it knows none.
func (s *ShowMeBug) edit(ctx context.Context, c *connection, o interview.RoomOrder, people []api.Interviewer) (interview.RoomWays, error) {
	changed, err := c.Interviews.Edit(ctx, o.ExternalID, api.InterviewEdit{
		CandidateName: candidateName(o), Interviewers: people,
		ResumeLink: s.pageURL(ResumePage, o), EvaluationLink: s.pageURL(EvaluationPage, o), RedirectURI: s.backURL(o),
	})
	if err != nil {
		return o.Ways, explain(err)
	}
	if changed.UID == "" {
		changed.UID = o.ExternalID
	}
	ways := waysOf(changed, o.Ways)
	for userID := range ways.Personal { // who does not come any more has no way in
		if !isAsked(o.Interview, userID) {
			delete(ways.Personal, userID)
		}
	}
	return ways, nil
}

// Remove deletes the interview at ShowMeBug.
func (s *ShowMeBug) Remove(ctx context.Context, o interview.RoomOrder) error {
	c, err := s.connect(ctx, o.CorpID)
	if code, _ := reason(err); code == "provider.not_connected" {
		return nil // the company has left ShowMeBug
	}
	if err != nil {
		return err
	}
	if o.ExternalID == "" {
		found, err := s.find(ctx, c, o.RoomID)
		if err != nil || found == nil {
			return err
		}
		o.ExternalID = found.UID
	}
	if err := c.Interviews.Delete(ctx, o.ExternalID); err != nil && !isGone(err) {
		return err
	}
	return nil
}

// waysOf puts what ShowMeBug told over what it told before: an answer to an
// edit may hold nothing.
func waysOf(i *api.Interview, before interview.RoomWays) interview.RoomWays {
	w := interview.RoomWays{
		ExternalID: i.UID, Candidate: cmp.Or(web(i.CandidateURL), before.Candidate), Interviewer: cmp.Or(web(i.InterviewerURL), before.Interviewer),
		Personal: map[string]string{},
	}
	maps.Copy(w.Personal, before.Personal)
	for _, link := range i.InterviewerURLs {
		if way := web(link.InterviewerURL); link.UID != "" && way != "" {
			w.Personal[link.UID] = way
		}
	}
	return w
}

// web is an address to which a browser may be sent; "" for any other.
func web(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return address
}

func candidateName(o interview.RoomOrder) string {
	return o.Interview.Candidate.Name + " · " + marker(o.RoomID)
}

// backURL is where ShowMeBug sends interviewers after the interview.
func (s *ShowMeBug) backURL(o interview.RoomOrder) string {
	return s.PublicURL + "/interviews/" + o.Interview.ID
}

func isAsked(i *interview.Interview, userID string) bool {
	for _, m := range i.Interviewers {
		if m.UserID == userID {
			return true
		}
	}
	return false
}

// isGone says whether ShowMeBug says that there is no such thing.
func isGone(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && (e.HTTPStatus == 404 || e.HTTPStatus == 410 || e.Code == 404 || e.Class == api.ClassState)
}
