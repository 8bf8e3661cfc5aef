package showmebug

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	api "github.com/huimian/huimian/showmebug"
)

// The pages that ShowMeBug shows in its frames.
const (
	ResumePage     = "resume"
	EvaluationPage = "evaluation"
)

// pageLifetime is the validity of a page's URL after the planned end: evaluations
// are written the same day or the next. A change of the time gives ShowMeBug
// new addresses.
const pageLifetime = 24 * time.Hour

// pageClaim is the payload of a signed address. Addresses carry no session: a
// browser sends no cookie of the product into another site's frame.
type pageClaim struct {
	Page   string `json:"p"`
	CorpID string `json:"c"`
	RoomID string `json:"r"`           // the URL is invalid once the room is deleted
	UserID string `json:"u,omitempty"` // the only interviewer; ShowMeBug has one address for all of them
	Until  int64  `json:"e"`
}

// pageURL returns the URL of an embedded page for ShowMeBug's frame.
func (s *Service) pageURL(page string, o interview.RoomSpec) string {
	claim := pageClaim{Page: page, CorpID: o.CorpID, RoomID: o.RoomID, Until: o.Interview.EndsAt.Add(pageLifetime).Unix()}
	if page == EvaluationPage && len(o.Interview.Interviewers) == 1 {
		claim.UserID = o.Interview.Interviewers[0].UserID
	}
	payload, err := json.Marshal(claim)
	if err != nil {
		return "" // cannot be: it is texts and a number
	}
	return s.PublicURL + "/embed/" + page + "/" + s.Signer.Sign(payload)
}

// OpenPage returns the interview behind a signed address, and who looks at it:
// the interviewer of the address, or none. An address with a wrong signature is
// NotFound; an expired one is Gone.
func (s *Service) OpenPage(ctx context.Context, page, token string) (actor.Actor, *interview.Interview, error) {
	var claim pageClaim
	payload, ok := s.Signer.Verify(token)
	if !ok || json.Unmarshal(payload, &claim) != nil || claim.Page != page {
		return actor.Actor{}, nil, apperr.New(apperr.NotFound, "provider.page_unknown")
	}
	if s.now().After(time.Unix(claim.Until, 0)) {
		return actor.Actor{}, nil, apperr.New(apperr.Gone, "provider.page_over")
	}
	i, err := s.Interviews.Rooms().FindInterview(ctx, claim.CorpID, claim.RoomID)
	if apperr.KindOf(err) == apperr.NotFound {
		err = apperr.New(apperr.Gone, "provider.page_over")
	}
	if err != nil {
		return actor.Actor{}, nil, err
	}
	if claim.UserID != "" && !isInterviewer(i, claim.UserID) {
		return actor.Actor{}, nil, apperr.New(apperr.Gone, "provider.page_over")
	}
	if len(i.Interviewers) > 1 { // the room has another interviewer by now
		claim.UserID = ""
	}
	return actor.WithoutRoles(claim.CorpID, claim.UserID), i, nil
}

// Origin returns the origin of ShowMeBug's pages, which may frame the embedded pages.
func (s *Service) Origin() string {
	u, err := url.Parse(cmp.Or(s.BaseURL, api.DefaultBaseURL))
	if err != nil || u.Host == "" {
		return "'none'"
	}
	return u.Scheme + "://" + u.Host
}

// AuditEmbeddedDraft implements the hook of SaveScorecard for a draft that was saved with a signed
// address in place of a session: the audit log records it, once an hour.
func AuditEmbeddedDraft(a actor.Actor) db.BeforeCommit[*scorecard.Scorecard] {
	return func(ctx context.Context, tx *db.Tx, c *scorecard.Scorecard) error {
		return audit.WriteHourly(ctx, tx, c.UpdatedAt, a, "scorecard.save_embedded", c.InterviewID, nil)
	}
}
