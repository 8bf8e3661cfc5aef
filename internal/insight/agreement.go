package insight

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/agreement"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/scorecard"
)

// CriterionAgreement is how far the interviewers of an interview agree on a criterion.
type CriterionAgreement struct {
	TemplateID string
	Template   scorecard.LocalizedText
	Criterion  scorecard.Criterion
	agreement.Result
}

// templateScores is the submitted scores of a template in a period.
type templateScores struct {
	version  int                            // the newest one of the interviews
	subjects map[string][]agreement.Subject // by criterion: an entry for each interview
}

// Agreement returns the agreement on each criterion with scores, over the interviews that a query
// selects: those with two or more submitted scorecards count. It requires a recruiter.
func (s *Service) Agreement(ctx context.Context, a actor.Actor, q Query) ([]CriterionAgreement, error) {
	if err := a.Require(actor.ReadInsight); err != nil {
		return nil, err
	}
	var err error
	if q.Interviewer, err = s.Interviews.Members.StoredUserID(ctx, a.CorpID, q.Interviewer); err != nil {
		return nil, err
	}
	p, err := q.checkPeriod(db.NowOf(s.Interviews.Now))
	if err != nil {
		return nil, err
	}
	found, err := s.readScores(ctx, a.CorpID, p, q)
	if err != nil {
		return nil, err
	}
	templates, err := (&scorecard.Service{DB: s.Interviews.DB, Members: s.Interviews.Members, Now: s.Interviews.Now}).ListTemplates(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []CriterionAgreement
	for _, t := range templates {
		scores := found[t.ID]
		if scores == nil {
			continue
		}
		criteria, err := scorecard.ReadCriteria(ctx, s.Interviews.DB.DB, a.CorpID, t.ID, scores.version)
		if err != nil {
			return nil, err
		}
		for _, c := range criteria {
			if c.Kind == scorecard.KindScore {
				out = append(out, CriterionAgreement{t.ID, t.Title, c, agreement.Measure(scores.subjects[c.Key])})
			}
		}
	}
	return out, nil
}

// readScores returns the submitted scores by template.
func (s *Service) readScores(ctx context.Context, corpID string, p period, q Query) (found map[string]*templateScores, err error) {
	query := s.Interviews.DB.NewSelect().TableExpr("interviews AS i").Column("i.id", "i.template_id", "i.template_version", "sc.scores").
		Join("JOIN scorecards AS sc ON sc.corp_id = i.corp_id AND sc.interview_id = i.id AND sc.state = ?", scorecard.Submitted).
		Where("i.corp_id = ? AND i.starts_at >= ? AND i.starts_at < ?", corpID, db.Time(p.from), db.Time(p.to)).OrderExpr("i.starts_at, i.id")
	q.applyFilters(query, corpID)
	rows, err := query.Rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the scorecards of a period: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = map[string]*templateScores{}
	limit, last := s.limit(), ""
	for read := 0; rows.Next(); {
		var id, templateID string
		var version int
		var raw []byte
		if err := rows.Scan(&id, &templateID, &version, &raw); err != nil {
			return nil, fmt.Errorf("reading a scorecard of a period: %w", err)
		}
		if read++; read > limit {
			return nil, apperr.New(apperr.Invalid, "insight.too_many", "Limit", limit)
		}
		var scores []scorecard.Score
		if err := json.Unmarshal(raw, &scores); err != nil {
			return nil, fmt.Errorf("reading the scorecards of interview %s: %w", id, err)
		}
		t := valueAt(found, templateID)
		t.version = max(t.version, version)
		t.addScores(scores, id != last)
		last = id
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the scorecards of a period: %w", err)
	}
	return found, nil
}

// addScores adds a scorecard, the first one of an interview or another one of the same.
func (t *templateScores) addScores(scores []scorecard.Score, isFirst bool) {
	if t.subjects == nil {
		t.subjects = map[string][]agreement.Subject{}
	}
	if isFirst {
		for key, list := range t.subjects {
			t.subjects[key] = append(list, nil)
		}
	}
	for _, score := range scores {
		if score.Score == 0 {
			continue
		}
		list := t.subjects[score.Key]
		if len(list) == 0 {
			list = []agreement.Subject{nil}
		}
		list[len(list)-1] = append(list[len(list)-1], float64(score.Score))
		t.subjects[score.Key] = list
	}
}
