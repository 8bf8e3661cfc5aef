package resource

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Pool is the interviewers of a position.
type Pool struct {
	PositionID    string       `json:"positionId"`
	ResponseHours int          `json:"responseHours" doc:"Working hours within which a substitute accepts"`
	Members       []PoolMember `json:"members"`
	Version       int          `json:"version" doc:"Incremented by every change; 0 before the first"`
}

// PoolMember is an interviewer in a pool.
type PoolMember struct {
	Person

	Active        bool     `json:"active" doc:"In the company and in the visible range of the application"`
	Qualification string   `json:"qualification" enum:"trained,reverse_shadow,shadow" doc:"shadow attends beside a trained interviewer; reverse_shadow leads while one attends"`
	Tags          []string `json:"tags"`
	Languages     []string `json:"languages" doc:"ISO 639-1 codes"`
}

// PoolMemberInput is a member of the body of updatePool.
type PoolMemberInput struct {
	UserID        string   `json:"userId" minLength:"1" maxLength:"64"`
	Qualification string   `json:"qualification" enum:"trained,reverse_shadow,shadow"`
	Tags          []string `json:"tags,omitempty" maxItems:"10" doc:"At most 30 characters each"`
	Languages     []string `json:"languages,omitempty" maxItems:"8" enum:"zh,en,ja,ko,de,fr,es,ru" doc:"ISO 639-1 codes"`
}

// PoolPatch is the body of updatePool; omitted fields do not change.
type PoolPatch struct {
	EditedVersion

	ResponseHours *int               `json:"responseHours,omitempty" minimum:"1" maximum:"40" doc:"Working hours within which a substitute accepts"`
	Members       *[]PoolMemberInput `json:"members,omitempty" maxItems:"200" doc:"Replaces all members"`
}

// ApplyTo changes a pool.
func (in PoolPatch) ApplyTo(p *pool.Pool) {
	httpapi.SetIfPresent(&p.ResponseHours, in.ResponseHours)
	if in.Members == nil {
		return
	}
	p.Members = httpapi.MapSlice(*in.Members, func(m PoolMemberInput) pool.Member {
		return pool.Member{UserID: m.UserID, Qualification: pool.Qualification(m.Qualification), Tags: slices.Clone(m.Tags), Languages: slices.Clone(m.Languages)}
	})
}

// NewPool maps a pool.
func NewPool(p pool.Pool) Pool {
	return Pool{PositionID: p.PositionID, ResponseHours: p.ResponseHours, Members: httpapi.MapSlice(p.Members, newPoolMember), Version: p.Version}
}

func newPoolMember(m pool.Member) PoolMember {
	return PoolMember{
		Person: NewPerson(m.Person), Active: m.Person.Active, Qualification: string(m.Qualification),
		Tags: append([]string{}, m.Tags...), Languages: append([]string{}, m.Languages...),
	}
}

// ProposalQuery holds the parameters of proposeInterviewers.
type ProposalQuery struct {
	ID              string    `path:"id" maxLength:"64"`
	StartsAt        time.Time `query:"startsAt" required:"true"`
	DurationMinutes int       `query:"durationMinutes" minimum:"10" maximum:"480" default:"60"`
	Chosen          []string  `query:"chosen,explode" maxItems:"20" doc:"userids of the interviewers so far, who are not proposed. If one of them is trained, shadows are proposed too"`
	InterviewID     string    `query:"interviewId" maxLength:"64" doc:"The interview that is being changed: its present time is free"`
}

// ToNeed returns the need of the domain.
func (q ProposalQuery) ToNeed(language string) pool.Need {
	return pool.Need{PositionID: q.ID, StartsAt: q.StartsAt, Duration: Minutes(q.DurationMinutes), Chosen: q.Chosen, Exclude: q.InterviewID, Language: language}
}

// Proposal is an interviewer who is proposed for an interview.
type Proposal struct {
	PoolMember

	Fits      bool                   `json:"fits" doc:"Free at the time, within working hours and limits"`
	ThisWeek  int                    `json:"thisWeek" doc:"Interviews in the week of the planned one"`
	LastMonth int                    `json:"lastMonth" doc:"Interviews in the 30 days before the planned one"`
	LastAt    *time.Time             `json:"lastAt,omitempty" doc:"The last interview before the planned one, within 90 days"`
	Reasons   []string               `json:"reasons" doc:"In the caller's language"`
	Conflicts []AvailabilityConflict `json:"conflicts" doc:"Why the time does not fit"`
}

// NewProposal returns the mapping of a proposal to a language.
func NewProposal(language string) func(pool.Proposal) Proposal {
	return func(p pool.Proposal) Proposal {
		return Proposal{
			PoolMember: newPoolMember(p.Member), Fits: p.Fits, ThisWeek: p.ThisWeek, LastMonth: p.LastMonth, LastAt: p.LastAt,
			Reasons:   httpapi.MapSlice(p.Reasons, func(r apperr.Reason) string { return i18n.T(language, r.Code, r.Params) }),
			Conflicts: httpapi.MapSlice(p.Refusals, newConflict(language)),
		}
	}
}

// Proposals are the interviewers of a pool for an interview, the best first.
type Proposals struct {
	Items []Proposal `json:"items"`
}

// NewProposals maps proposals to a language.
func NewProposals(language string, list []pool.Proposal) Proposals {
	return Proposals{httpapi.MapSlice(list, NewProposal(language))}
}

// Substitutions are the requests to replace an interviewer who cannot attend.
type Substitutions struct {
	Automatic bool           `json:"automatic" doc:"Interviewers who cannot attend are replaced from the pool"`
	HasPool   bool           `json:"hasPool" doc:"The position has trained interviewers in its pool"`
	Items     []Substitution `json:"items" doc:"The newest first"`
}

// Substitution is a request to replace an interviewer.
type Substitution struct {
	ID          string          `json:"id"`
	Interviewer Person          `json:"interviewer" doc:"Who cannot attend"`
	Cause       string          `json:"cause" enum:"declined,left"`
	State       string          `json:"state" enum:"open,taken,unfilled,closed" doc:"unfilled: no member was free, all have declined, or the deadline has passed. closed: no longer required"`
	Deadline    time.Time       `json:"deadline"`
	Invited     []InvitedMember `json:"invited"`
	Taker       *Person         `json:"taker,omitempty"`
	CreatedAt   time.Time       `json:"createdAt"`
}

// InvitedMember is a member of the pool who was invited.
type InvitedMember struct {
	Person

	Answer string `json:"answer,omitempty" enum:"accepts,declines"`
}

// NewSubstitutions maps the substitutions of an interview.
func NewSubstitutions(o pool.Overview) Substitutions {
	return Substitutions{Automatic: o.Automatic, HasPool: o.HasPool, Items: httpapi.MapSlice(o.List, newSubstitution)}
}

func newSubstitution(r *pool.Substitution) Substitution {
	out := Substitution{
		ID: r.ID, Interviewer: NewPerson(r.Person), Cause: string(r.Cause), State: string(r.State), Deadline: r.Deadline, CreatedAt: r.CreatedAt,
		Invited: httpapi.MapSlice(r.Invited, func(m pool.Invited) InvitedMember { return InvitedMember{NewPerson(m.Person), string(m.Answer)} }),
	}
	if r.TakenBy != "" {
		taker := NewPerson(r.Taker)
		out.Taker = &taker
	}
	return out
}
