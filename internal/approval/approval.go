// Package approval applies for approvals (审批) of decisions in WeCom. A decision to hire becomes a
// request, which a job submits once in the name of the member who has decided. Callbacks and a bounded
// poll make the job read the state, the opinions of the approvers and their comments from WeCom. See
// ADR 0054.
package approval

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// sweepInterval is the interval of the search for due requests without a job.
const sweepInterval = time.Minute

// Config configures a Service. All fields but Approved and Now are required.
type Config struct {
	DB         *db.DB
	Queue      *job.Queue
	Interviews *interview.Service
	Client     *wecom.Client
	PublicURL  string
	Logger     *slog.Logger
	// Approved is called in the transaction in which a request becomes approved.
	Approved func(ctx context.Context, tx *db.Tx, i *interview.Interview) error
	Now      func() time.Time
}

// Service implements the operations on approvals.
type Service struct{ Config }

// New returns a service, which follows the decisions of the interviews, and registers its jobs.
func New(cfg Config) *Service {
	s := &Service{cfg}
	s.Interviews.Decided = append(s.Interviews.Decided, s.followDecision)
	job.AddWorker(s.Queue, func(ctx context.Context, args SyncArgs, _ job.Attempt) error { return s.syncRequest(ctx, args) })
	job.AddWorker(s.Queue, func(ctx context.Context, args ChangedArgs, _ job.Attempt) error { return s.requestReading(ctx, args) })
	job.AddWorker(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.sweepRequests(ctx) })
	s.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// SyncArgs is the job that submits a request, or reads its state.
type SyncArgs struct {
	CorpID string `json:"corpId"`
	ID     string `json:"id"`
}

// Kind implements job.Args.
func (SyncArgs) Kind() string { return "approval_sync" }

// ChangedArgs is the job of a callback about an approval of the company, which may be one of another
// program.
type ChangedArgs struct {
	CorpID     string `json:"corpId"`
	Number     string `json:"number"`
	TemplateID string `json:"templateId"`
}

// Kind implements job.Args.
func (ChangedArgs) Kind() string { return "approval_changed" }

// SweepArgs is the periodic job that inserts jobs for due requests without one.
type SweepArgs struct{}

// Kind implements job.Args.
func (SweepArgs) Kind() string { return "approval_sweep" }

// JobFor returns the job that handles a callback; nil for one that is not about an approval.
func JobFor(m callback.Message) job.Args {
	body, ok := m.Body.(*callback.SysApprovalChange)
	if !ok {
		return nil
	}
	return ChangedArgs{CorpID: m.ToUserName, Number: cmp.Or(body.Number, body.SpNo), TemplateID: body.TemplateID}
}

// State is the state of a request: queued → pending → approved, rejected, withdrawn or deleted; approved
// → revoked. A request that WeCom refuses has failed; one whose decision changed before its submission is
// cancelled.
type State string

const (
	Queued    State = "queued"
	Pending   State = "pending" // WeCom has it
	Approved  State = "approved"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn" // by the applicant in WeCom
	Revoked   State = "revoked"   // withdrawn after the approval
	Deleted   State = "deleted"   // by an administrator of WeCom
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// stateByStatus maps sp_status.
var stateByStatus = map[int]State{
	wecom.ApprovalInProgress: Pending, wecom.ApprovalApproved: Approved, wecom.ApprovalRejected: Rejected, wecom.ApprovalWithdrawn: Withdrawn,
	wecom.ApprovalWithdrawnAfterApproval: Revoked, wecom.ApprovalDeleted: Deleted, wecom.ApprovalPaid: Approved,
}

// Request is a row of approvals.
type Request struct {
	bun.BaseModel `bun:"table:approvals,alias:apv"`

	ID             string     `bun:",pk"`
	CorpID         string     `bun:"corp_id"`
	InterviewID    string     `bun:"interview_id"`
	CandidateID    string     `bun:"candidate_id"`
	State          State      `bun:"state"`
	Superseded     bool       `bun:"superseded"` // another decision has replaced the one that it is about
	TemplateID     string     `bun:"template_id"`
	Contents       []content  `bun:"contents,type:jsonb"`
	Summary        []string   `bun:"summary,type:jsonb"`
	Approvers      []string   `bun:"approvers,type:jsonb"` // userids; empty: the process of the template
	Relation       Relation   `bun:"relation"`
	RequestedBy    string     `bun:"requested_by"`
	RequestedAt    time.Time  `bun:"requested_at"`
	Number         string     `bun:"number"`       // sp_no
	AttemptedAt    *time.Time `bun:"attempted_at"` // a submission has begun whose result is unknown
	SubmittedAt    *time.Time `bun:"submitted_at"`
	DecidedAt      *time.Time `bun:"decided_at"`
	Steps          []Step     `bun:"steps,type:jsonb"`
	Comments       []Comment  `bun:"comments,type:jsonb"`
	FailureCode    string     `bun:"failure_code"`
	FailureErrcode int        `bun:"failure_errcode"`
	FailureDetail  string     `bun:"failure_detail"`

	outbox.Row

	// Read beside the row.
	Applicant member.Member `bun:"-"`
}

// Step is a step of the process.
type Step struct {
	Kind     int       `json:"kind"` // wecom.ApprovalNodeApprover, …
	State    int       `json:"state"`
	Relation int       `json:"relation"`
	Opinions []Opinion `json:"opinions"`
}

// Opinion is the part of one member in a step.
type Opinion struct {
	UserID string     `json:"userId"`
	State  int        `json:"state"` // sp_yj: 1 in progress, 2 agreed, 3 rejected, …
	Text   string     `json:"text,omitempty"`
	At     *time.Time `json:"at,omitempty"`

	Person member.Member `json:"-"`
}

// Comment is a remark of a member on the request.
type Comment struct {
	UserID string    `json:"userId"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`

	Person member.Member `json:"-"`
}

// isCurrent reports whether the request decides about the present decision, or will.
func (r *Request) isCurrent() bool {
	return !r.Superseded && (r.State == Queued || r.State == Pending || r.State == Approved)
}

// Failure is why WeCom refuses the request or the reading of its state; nil if it does not.
func (r *Request) Failure() *apperr.Reason {
	if r.FailureCode == "" {
		return nil
	}
	return &apperr.Reason{Code: r.FailureCode, Params: map[string]any{"Errcode": r.FailureErrcode, "Control": r.FailureDetail}}
}

func (r *Request) setFailure(f failure) {
	r.FailureCode, r.FailureErrcode, r.FailureDetail = f.code, f.errcode, f.detail
}

// mayRead allows members who see the decision.
func mayRead(a actor.Actor, i *interview.Interview) error {
	return apperr.ForbiddenUnless(interview.MayViewResult(a, i))
}
