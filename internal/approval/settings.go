package approval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
	"github.com/huimian/huimian/wecom"
)

const (
	maxTemplateID = 128
	maxApprovers  = 20
)

// Relation is how several approvers decide.
type Relation string

const (
	All        Relation = "all"
	Any        Relation = "any"
	Sequential Relation = "sequential"
)

var relations = map[Relation]int{All: wecom.ApprovalRelationAll, Any: wecom.ApprovalRelationAny, Sequential: wecom.ApprovalRelationSequential}

// Settings is a row of approval_settings.
type Settings struct {
	bun.BaseModel `bun:"table:approval_settings,alias:aps"`

	CorpID       string    `bun:"corp_id,pk"`
	Enabled      bool      `bun:"enabled"`
	Required     bool      `bun:"required"`   // a decision to hire is submitted by itself
	HoldsMail    bool      `bun:"holds_mail"` // the mail with the result waits for the approval
	TemplateID   string    `bun:"template_id"`
	TemplateName string    `bun:"template_name"`
	Fields       []Field   `bun:"fields,type:jsonb"`
	Approvers    []string  `bun:"approvers,type:jsonb"` // userids; empty: the process of the template
	Relation     Relation  `bun:"relation"`
	Version      int       `bun:"version"` // 0 before the first change
	UpdatedBy    string    `bun:"updated_by"`
	UpdatedAt    time.Time `bun:"updated_at"`

	// People are the Approvers, read beside the row.
	People []member.Member `bun:"-"`
}

// Settings returns the company's settings.
func (s *Service) Settings(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := a.Require(actor.ReadSettings); err != nil {
		return nil, err
	}
	c, err := readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	return c, s.fillPeople(ctx, c)
}

func (s *Service) fillPeople(ctx context.Context, c *Settings) error {
	people, err := s.Interviews.Members.ByID(ctx, c.CorpID, c.Approvers)
	if err != nil {
		return err
	}
	c.People = make([]member.Member, len(c.Approvers))
	for n, id := range c.Approvers {
		c.People[n] = people(id)
	}
	return nil
}

func readSettings(ctx context.Context, q bun.IDB, corpID string) (*Settings, error) {
	c := new(Settings)
	err := q.NewSelect().Model(c).Where("aps.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Settings{CorpID: corpID, Fields: []Field{}, Approvers: []string{}, Relation: All}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of approvals: %w", err)
	}
	return c, nil
}

// Edit contains the settings to change.
type Edit struct {
	Enabled, Required, HoldsMail bool
	TemplateID                   string
	Values                       []Value
	Approvers                    []string
	Relation                     Relation
}

// UpdateSettings changes the settings after WeCom has returned the template. version is the one that the
// edit was made from, 0 for any. It requires an administrator.
func (s *Service) UpdateSettings(ctx context.Context, a actor.Actor, version int, edit Edit) (*Settings, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	next, err := s.checkEdit(ctx, a, &edit)
	if err != nil {
		return nil, err
	}
	stored, err := versioning.Settings[Settings]{
		Lock: "approval/" + a.CorpID, Code: "approval.settings_changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Settings, error) { return readSettings(ctx, q, a.CorpID) },
		Version: func(c *Settings) int { return c.Version },
		Check:   func(*Settings) error { return nil },
		Store:   func(ctx context.Context, tx *db.Tx, c, _ *Settings) error { return s.storeSettings(ctx, tx, a, c) },
	}.Update(ctx, s.DB, version, func(c *Settings) {
		c.Enabled, c.Required, c.HoldsMail = edit.Enabled, edit.Required, edit.HoldsMail
		c.Approvers, c.Relation = edit.Approvers, edit.Relation
		if next != nil {
			c.TemplateID, c.TemplateName, c.Fields = edit.TemplateID, next.Name, next.fieldsFor(edit.Values)
		}
	})
	if stored != nil { // also beside a Conflict
		if failed := s.fillPeople(ctx, stored); failed != nil {
			return nil, failed
		}
	}
	return stored, err
}

// checkEdit checks the input, and returns the template in WeCom, nil if approvals are turned off.
func (s *Service) checkEdit(ctx context.Context, a actor.Actor, edit *Edit) (*Template, error) {
	var e validate.Errors
	validate.CheckOneOf(&e, "relation", edit.Relation, All, Any, Sequential)
	edit.TemplateID = validate.CleanIdentifier(edit.TemplateID)
	switch {
	case len(edit.TemplateID) > maxTemplateID:
		e.Add("templateId", "approval.template_invalid")
	case edit.TemplateID == "" && edit.Enabled:
		e.Add("templateId", "approval.template_missing")
	}
	if len(edit.Approvers) > maxApprovers {
		e.Add("approvers", "field.too_many", "Limit", maxApprovers)
	}
	if err := e.Err(false); err != nil {
		return nil, err
	}
	people, err := s.Interviews.Members(ctx, a.CorpID, edit.Approvers)
	if err != nil {
		return nil, err
	}
	for n, id := range edit.Approvers {
		if known, ok := people[id]; !ok {
			e.Add(fmt.Sprintf("approvers[%d]", n), "interview.not_in_company")
		} else if !known.Active {
			e.Add(fmt.Sprintf("approvers[%d]", n), "interview.not_active", "Name", known.Name)
		}
	}
	edit.Approvers = append([]string{}, member.StoredUserIDs(edit.Approvers, people)...)
	if err := e.Err(false); err != nil || !edit.Enabled {
		return nil, err
	}
	t, err := s.ReadTemplate(ctx, a, edit.TemplateID)
	if err != nil {
		return nil, err
	}
	t.checkValues(&e, edit.Values)
	return t, e.Err(false)
}

func (s *Service) storeSettings(ctx context.Context, tx *db.Tx, a actor.Actor, c *Settings) error {
	c.Version, c.UpdatedBy, c.UpdatedAt = c.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (corp_id) DO UPDATE").
		Set("enabled = excluded.enabled, required = excluded.required, holds_mail = excluded.holds_mail, template_id = excluded.template_id, template_name = excluded.template_name").
		Set("fields = excluded.fields, approvers = excluded.approvers, relation = excluded.relation").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the settings of approvals: %w", err)
	}
	state := map[bool]string{true: "on", false: "off"}
	return audit.Write(ctx, tx, s.now(), a, "approval.settings", a.CorpID, audit.Data{
		"state": state[c.Enabled], "required": strconv.FormatBool(c.Required), "mail": strconv.FormatBool(c.HoldsMail),
		"template": c.TemplateID, "approvers": strings.Join(c.Approvers, ","),
	})
}

// Finding is a result of Test.
type Finding struct {
	Check  string         // template, read, member
	UserID string         // of member
	Name   string         // of the template or the member
	Reason *apperr.Reason // nil: it works
}

// Test calls WeCom as a request would, and submits nothing: the template with the stored controls, the
// permission to read requests, and each member who must be in the application's visible range. It
// requires an administrator.
func (s *Service) Test(ctx context.Context, a actor.Actor) ([]Finding, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	c, err := readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	if !c.Enabled {
		return nil, apperr.New(apperr.Conflict, "approval.off")
	}
	list := []Finding{{Check: "template", Name: c.TemplateName}, {Check: "read"}}
	if t, err := s.fetchTemplate(ctx, c.TemplateID); err != nil {
		list[0].Reason = classifyFailure(err).newReason()
	} else if changed := t.findChange(c.Fields); changed != "" {
		list[0].Reason = failure{code: "approval.template_changed", detail: changed}.newReason()
	}
	now := s.now()
	if _, _, err := s.Client.Approvals.ListNumbers(ctx, wecom.ApprovalFilter{From: now.Add(-time.Hour), To: now, TemplateID: c.TemplateID}, ""); err != nil {
		list[1].Reason = classifyFailure(err).newReason()
	}
	people, err := s.Interviews.Members.ByID(ctx, a.CorpID, append(slices.Clone(c.Approvers), a.UserID))
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Compact(append([]string{a.UserID}, c.Approvers...)) {
		f := Finding{Check: "member", UserID: id, Name: people(id).Name}
		if _, err := s.Client.Users.Get(ctx, id); err != nil {
			f.Reason = classifyFailure(err).newReason()
		}
		list = append(list, f)
	}
	return list, nil
}

// failure is a refusal or an error of WeCom.
type failure struct {
	code      string // text id
	errcode   int
	detail    string // name of a control
	refused   bool   // repeating the call does not help
	uncertain bool   // WeCom may have carried out the call
}

func (f failure) newReason() *apperr.Reason {
	return &apperr.Reason{Code: f.code, Params: map[string]any{"Errcode": f.errcode, "Control": f.detail}}
}

// newCallError returns the error of an operation that had to call WeCom.
func (f failure) newCallError(cause error) error {
	kind := apperr.Conflict
	if !f.refused {
		kind = apperr.Unavailable
	}
	return apperr.New(kind, f.code, "Errcode", f.errcode, "Control", f.detail).WithCause(cause)
}

// classifyFailure returns what an error of WeCom is about.
func classifyFailure(err error) failure {
	f := failure{code: "approval.refused", refused: true}
	if e, ok := errors.AsType[*wecom.Error](err); ok {
		f.errcode = e.Code
	}
	switch class := wecom.ClassOf(err); {
	case wecom.IsCode(err, 301026):
		f.code = "approval.template_unreadable"
	case wecom.IsCode(err, 301055, 48001, 48002):
		f.code = "approval.not_permitted"
	case wecom.IsCode(err, 301056):
		f.code = "approval.app_stopped"
	case wecom.IsCode(err, 60011, 60021, 60111, 40003, 301021, 40031):
		f.code = "approval.member_outside"
	case wecom.IsCode(err, 60020):
		f.code = "approval.untrusted_ip"
	case wecom.IsCode(err, 301025):
		f.code = "approval.invalid"
	case class == wecom.ClassRetry, class == wecom.ClassNetwork, class == wecom.ClassToken, class == wecom.ClassLimit, class == wecom.ClassUnknown:
		f.code, f.refused, f.uncertain = "approval.unavailable", false, class == wecom.ClassNetwork || class == wecom.ClassUnknown
	}
	return f
}
