package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
)

// errRollback rolls back the transaction of a preview.
var errRollback = errors.New("preview: roll back")

func isRollback(err error) bool { return errors.Is(err, errRollback) }

const (
	defaultDuration = time.Hour
	maxPeople       = 20 // in one cell, the limit of an interview
)

// batchRun maps the lines of an import to entries of the domain, and the results
// of the entries back to lines.
type batchRun struct {
	im     *Import
	batch  *interview.Batch
	issues [][]Issue          // of each line, from reading it
	entry  []*interview.Entry // of each line
}

func (s *Service) newBatchRun(ctx context.Context, set Setting, im *Import, choices Choices) (*batchRun, error) {
	loc, err := time.LoadLocation(set.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the company's time zone: %w", err)
	}
	w := &batchRun{im: im, issues: make([][]Issue, len(im.Lines)), entry: make([]*interview.Entry, len(im.Lines))}
	chosen, err := s.readChosenPositions(ctx, set.Actor.CorpID, choices)
	if err != nil {
		return nil, err
	}
	var entries []*interview.Entry
	positionIDs := choices.positionsByKey()
	for n, l := range im.Lines {
		positionID := positionIDs[titleKey(l.Cells[colPosition])]
		if p, ok := chosen[positionID]; ok { // in the title of the interview too
			l.Cells = maps.Clone(l.Cells)
			l.Cells[colPosition] = p.Title
		}
		r := rowReader{line: l, zone: set.TimeZone, loc: loc, title: set.Title}
		e := r.readEntry(im.Kind)
		w.issues[n] = slices.Concat(r.issues, l.Issues)
		worst := worstLevel(w.issues[n])
		e.Unfit, e.Doubtful = worst == Error, worst == Warning
		e.CandidateID, e.PositionID = choices.Candidates[l.Row], positionID
		w.entry[n] = e
		entries = append(entries, e)
	}
	w.batch, err = s.Interviews.NewBatch(ctx, set.Actor, entries)
	return w, err
}

// collectResult returns the outcome of each line. Only a commit (kept) sets ids.
func (w *batchRun) collectResult(kept bool) *Result {
	r := &Result{ID: w.im.ID, Kind: w.im.Kind, Columns: w.columnsOf()}
	for n, l := range w.im.Lines {
		e := w.entry[n]
		o := Outcome{Row: l.Row, Cells: l.Cells, Issues: w.issues[n], Candidates: mapFitting(e.Fitting), NewCandidate: e.NewCandidate}
		for _, i := range collectIssues(w.im.Kind, l, e) {
			if !alreadyReported(o.Issues, i) {
				o.Issues = append(o.Issues, i)
			}
		}
		if e.ID != "" {
			r.Created++
			if kept {
				o.ID = e.ID
			}
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	return r
}

// timeColumns are the columns that together form one time.
var timeColumns = []string{colDate, colTime, colStart, colEnd, colDuration}

// alreadyReported reports whether a parse error of the same cell exists, so that
// the domain's issue would be a duplicate.
func alreadyReported(read []Issue, i Issue) bool {
	return slices.ContainsFunc(read, func(r Issue) bool {
		return r.Level == Error && (r.Column == i.Column || slices.Contains(timeColumns, r.Column) && slices.Contains(timeColumns, i.Column))
	})
}

// readHistory returns the stored result of an earlier commit.
func (w *batchRun) readHistory(im *Import) (*Result, error) {
	r := &Result{ID: im.ID, Kind: im.Kind, Columns: w.columnsOf()}
	if err := json.Unmarshal(im.Result, &r.Outcomes); err != nil {
		return nil, fmt.Errorf("reading the result of import %s: %w", im.ID, err)
	}
	for n := range r.Outcomes {
		r.Outcomes[n].Cells = im.Lines[n].Cells
		if r.Outcomes[n].ID != "" {
			r.Created++
		}
	}
	return r, nil
}

// columnsOf returns the columns that any line uses, in the template's order.
func (w *batchRun) columnsOf() []string {
	var out []string
	for _, c := range columns[w.im.Kind] {
		if slices.ContainsFunc(w.im.Lines, func(l Line) bool { return l.Cells[c] != "" }) {
			out = append(out, c)
		}
	}
	return out
}

// collectIssues maps the domain's errors and notes of an entry to issues of cells.
func collectIssues(kind Kind, l Line, e *interview.Entry) []Issue {
	var out []Issue
	for _, f := range e.Notes {
		out = append(out, Issue{Column: columnForPath(kind, l, f.Path), Level: Notice, Code: f.Code, Params: f.Params})
	}
	f, ok := errors.AsType[*apperr.Error](e.Err)
	if !ok {
		return out
	}
	for _, field := range f.Fields {
		level := Error
		if field.Warning {
			level = Warning
		}
		out = append(out, Issue{
			Column: columnForPath(kind, l, field.Path), Level: level, Code: field.Code, Params: field.Params, Choice: choiceFor(field.Code, e),
		})
	}
	if len(f.Fields) == 0 {
		out = append(out, Issue{Level: Error, Code: f.Code, Params: f.Params})
	}
	return out
}

// columnForPath returns the column of a field path of the domain, "" for none.
func columnForPath(kind Kind, l Line, path string) string {
	path = strings.TrimPrefix(path, "candidate.")
	switch {
	case strings.HasPrefix(path, "interviewers"):
		return colInterviewers
	case strings.HasPrefix(path, "position"):
		return colPosition
	case strings.HasPrefix(path, "room"):
		return colLink
	case path == colStart && l.Cells[colStart] == "":
		return colDate
	case path == "candidateId":
		return colName
	case slices.Contains(columns[kind], path):
		return path
	}
	return ""
}

// resolveMembers sets the interviewers of each line; an unknown or ambiguous name
// is an issue.
func (s *Service) resolveMembers(ctx context.Context, corpID string, lines []Line) error {
	known := map[string][]member.Member{}
	for n := range lines {
		l := &lines[n]
		people := splitNames(l.Cells[colInterviewers])
		if len(people) > maxPeople { // each name is a database query
			l.Issues = append(l.Issues, Issue{Column: colInterviewers, Level: Error, Code: "field.too_many", Params: map[string]any{"Limit": maxPeople}})
			continue
		}
		for _, name := range people {
			found, ok := known[name]
			if !ok {
				var err error
				if found, err = s.FindMembers(ctx, corpID, name); err != nil {
					return err
				}
				known[name] = found
			}
			params := map[string]any{"Name": name}
			switch len(found) {
			case 0:
				l.Issues = append(l.Issues, Issue{Column: colInterviewers, Level: Error, Code: "import.no_such_member", Params: params})
			case 1:
				l.UserIDs = append(l.UserIDs, found[0].UserID)
			default:
				params["Members"] = describeMembers(found)
				l.Issues = append(l.Issues, Issue{Column: colInterviewers, Level: Error, Code: "import.member_ambiguous", Params: params})
			}
		}
	}
	return nil
}

// describeMembers lists members in the notation by which a cell names one of them.
func describeMembers(list []member.Member) string {
	var out []string
	for _, m := range list {
		out = append(out, m.Name+" ("+m.UserID+")")
	}
	return strings.Join(out, ", ")
}

var nameSeparators = regexp.MustCompile(`[,;/、，；\n\r\t]+`)

// splitNames splits a cell into names.
func splitNames(cell string) []string {
	var out []string
	for _, name := range nameSeparators.Split(cell, -1) {
		if name = strings.Trim(name, "\u3000 @"); name != "" {
			out = append(out, name)
		}
	}
	return out
}
