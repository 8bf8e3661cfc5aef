package resource

import (
	"time"

	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// ApprovalOpinion is the part of one member in a step.
type ApprovalOpinion struct {
	Person Person     `json:"person"`
	State  string     `json:"state" enum:"waiting,approved,rejected,transferred,sent_back,handled,other"`
	Text   string     `json:"text,omitempty"`
	At     *time.Time `json:"at,omitempty"`
}

// ApprovalStep is a step of the process in WeCom.
type ApprovalStep struct {
	Kind     string            `json:"kind" enum:"approvers,copied,handlers"`
	Relation string            `json:"relation,omitempty" enum:"all,any,sequential" doc:"How several approvers decide"`
	Opinions []ApprovalOpinion `json:"opinions"`
}

// ApprovalComment is a remark of a member on a request.
type ApprovalComment struct {
	Person Person    `json:"person"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// Approval is a request for the approval of a decision in WeCom.
type Approval struct {
	ID          string            `json:"id"`
	State       string            `json:"state" enum:"queued,pending,approved,rejected,withdrawn,revoked,deleted,failed,cancelled" doc:"queued: not submitted yet; pending: WeCom has it; revoked: withdrawn after the approval; failed: WeCom has refused it; cancelled: the decision changed before the submission"`
	Superseded  bool              `json:"superseded" doc:"Another decision has replaced the one that it is about"`
	Number      string            `json:"number,omitempty" doc:"sp_no in WeCom"`
	RequestedBy Person            `json:"requestedBy"`
	RequestedAt time.Time         `json:"requestedAt"`
	SubmittedAt *time.Time        `json:"submittedAt,omitempty"`
	DecidedAt   *time.Time        `json:"decidedAt,omitempty" doc:"When the state became final, as it was read"`
	Steps       []ApprovalStep    `json:"steps"`
	Comments    []ApprovalComment `json:"comments"`
	Failure     string            `json:"failure,omitempty" doc:"Why WeCom refuses the request or the reading of its state, and the remedy, in the caller's language"`
}

var approvalOpinionStates = map[int]string{1: "waiting", 2: "approved", 3: "rejected", 4: "transferred", 11: "sent_back", 13: "approved", 14: "handled", 15: "transferred"}

var (
	approvalStepKinds = map[int]string{1: "approvers", 2: "copied", 3: "handlers"}
	approvalRelations = map[int]string{1: "all", 2: "any", 3: "sequential"}
)

// NewApproval maps a request.
func NewApproval(lang string) func(approval.Request) Approval {
	return func(r approval.Request) Approval {
		out := Approval{
			ID: r.ID, State: string(r.State), Superseded: r.Superseded, Number: r.Number, RequestedBy: NewPerson(r.Applicant), RequestedAt: r.RequestedAt,
			SubmittedAt: r.SubmittedAt, DecidedAt: r.DecidedAt, Steps: httpapi.MapSlice(r.Steps, newApprovalStep),
			Comments: httpapi.MapSlice(r.Comments, func(c approval.Comment) ApprovalComment {
				return ApprovalComment{NewPerson(c.Person), c.Text, c.At}
			}),
		}
		if f := r.Failure(); f != nil {
			out.Failure = i18n.T(lang, f.Code, f.Params)
		}
		return out
	}
}

func newApprovalStep(step approval.Step) ApprovalStep {
	kind, ok := approvalStepKinds[step.Kind]
	if !ok {
		kind = approvalStepKinds[1]
	}
	return ApprovalStep{
		Kind: kind, Relation: approvalRelations[step.Relation],
		Opinions: httpapi.MapSlice(step.Opinions, func(o approval.Opinion) ApprovalOpinion {
			state, ok := approvalOpinionStates[o.State]
			if !ok {
				state = "other"
			}
			return ApprovalOpinion{NewPerson(o.Person), state, o.Text, o.At}
		}),
	}
}
