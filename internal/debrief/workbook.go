package debrief

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/spreadsheet"
)

const timeFormat = "2006-01-02 15:04"

// workbook writes a debrief as a spreadsheet in a language: a sheet with the rounds, one with the
// scorecards side by side, and one for each version of a template with a row per scorecard.
type workbook struct {
	*Debrief
	file *spreadsheet.File
	lang string
}

// WriteWorkbook writes the debrief as an .xlsx file in a language.
func (d *Debrief) WriteWorkbook(w io.Writer, lang string) error {
	file, err := spreadsheet.New()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	b := &workbook{Debrief: d, file: file, lang: lang}
	for _, add := range []func() error{b.addRounds, b.addComparison, b.addTemplates} {
		if err := add(); err != nil {
			return err
		}
	}
	return file.Write(w)
}

func (b *workbook) translate(id string) string { return i18n.T(b.lang, "debrief."+id, nil) }

// newHeadings returns columns with the texts of these ids.
func (b *workbook) newHeadings(ids ...string) (list []spreadsheet.Column) {
	for _, id := range ids {
		list = append(list, spreadsheet.Column{Title: b.translate("head." + id)})
	}
	return list
}

func (b *workbook) addRounds() error {
	sheet, err := b.file.AddSheet(b.translate("sheet.rounds"), b.newHeadings(
		"round", "interview", "position", "time", "interviewers", "template", "version", "scorecards", "average", "scale", "decision", "reason", "decided_by"))
	if err != nil {
		return err
	}
	for n := range b.Rounds {
		if err := sheet.AddRow(b.roundCells(&b.Rounds[n])...); err != nil {
			return err
		}
	}
	return nil
}

func (b *workbook) roundCells(r *Round) []any {
	i, e := r.Interview, r.Evaluation
	names := make([]string, len(i.Interviewers))
	for n := range i.Interviewers {
		names[n] = i.Interviewers[n].Member.Name
	}
	count := fmt.Sprintf("%d/%d", e.Submitted, e.Expected)
	if !e.Visible {
		count += " " + b.translate("hidden")
	}
	cells := []any{
		i.Round, i.Title, i.Position.Title, i.StartsAt.In(i.Location()).Format(timeFormat), strings.Join(names, "\n"),
		r.Template.Title.In(b.lang), i.TemplateVersion, count, averageCell(e.Average), positive(e.Scale),
	}
	if r.ShowsDecision && i.Decision != "" {
		cells = append(cells, i18n.T(b.lang, "notify.decision."+string(i.Decision), nil), i.DecisionComment, i.Decider.Name)
	}
	return cells
}

// averageCell returns a figure with one digit, nil for none.
func averageCell(average float64) any {
	if average == 0 {
		return nil
	}
	return math.Round(average*10) / 10
}

// positive returns a number, nil for 0.
func positive(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func (b *workbook) addComparison() error {
	columns := b.newHeadings("criterion", "kind")
	for n := range b.Rounds {
		for _, c := range b.Rounds[n].Evaluation.Cards {
			columns = append(columns, spreadsheet.Column{Title: b.Rounds[n].Interview.Title + "\n" + c.Author.Name, Width: 28})
		}
	}
	sheet, err := b.file.AddSheet(b.translate("sheet.comparison"), append(columns, b.newHeadings("average", "scale", "lowest", "highest")...))
	if err != nil {
		return err
	}
	for _, cells := range b.comparisonRows() {
		if err := sheet.AddRow(cells...); err != nil {
			return err
		}
	}
	return nil
}

// comparisonRows returns the recommendations, a row per criterion, the averages of the scorecards and the
// definition of averages.
func (b *workbook) comparisonRows() [][]any {
	recommendations, averages := []any{b.translate("head.recommendation"), nil}, []any{b.translate("head.overall"), nil}
	for n := range b.Rounds {
		for _, c := range b.Rounds[n].Evaluation.Cards {
			recommendations = append(recommendations, b.recommendationText(&c))
			averages = append(averages, averageText(&c))
		}
	}
	rows := [][]any{recommendations}
	for n := range b.Rows {
		row := &b.Rows[n]
		cells := []any{row.Title.In(b.lang), b.translate("kind." + string(row.Kind))}
		for r := range b.Rounds {
			for _, c := range b.Rounds[r].Evaluation.Cards {
				cells = append(cells, b.entryCell(&c, row.Criteria[r]))
			}
		}
		rows = append(rows, append(cells, averageCell(row.Average), positive(row.Scale), positive(row.Lowest), positive(row.Highest)))
	}
	return append(rows, append(averages, averageCell(b.Average), positive(b.Scale)), []any{b.translate("definition")})
}

func (b *workbook) recommendationText(c *interview.Scorecard) string {
	return b.translate("recommendation." + string(c.Recommendation))
}

// averageText returns the average of a scorecard with the scale that it is on.
func averageText(c *interview.Scorecard) any {
	average := c.Average(c.Criteria)
	if average == 0 {
		return nil
	}
	return fmt.Sprintf("%.1f/%d", average, scorecard.AverageScale(c.Criteria))
}

// entryCell returns what an interviewer has entered for a criterion; nil is a criterion that the
// template does not have.
func (b *workbook) entryCell(c *interview.Scorecard, criterion *scorecard.Criterion) any {
	if criterion == nil {
		return b.translate("not_in_template")
	}
	s := c.FindScore(criterion.Key)
	if s == nil || s.IsEmpty(criterion.Kind) {
		return b.translate("empty")
	}
	switch criterion.Kind {
	case scorecard.KindScore:
		return s.Score
	case scorecard.KindText:
		return s.Text
	default:
		return b.optionTexts(s, criterion)
	}
}

func (b *workbook) optionTexts(s *scorecard.Score, criterion *scorecard.Criterion) string {
	var texts []string
	for _, o := range s.ChosenOptions(criterion) {
		texts = append(texts, o.Text.In(b.lang))
	}
	return strings.Join(texts, "\n")
}

// addTemplates adds a sheet for each version of a template, in the order of its first round.
func (b *workbook) addTemplates() error {
	sheets := map[string]*spreadsheet.Sheet{}
	for n := range b.Rounds {
		r := &b.Rounds[n]
		if len(r.Evaluation.Cards) == 0 {
			continue
		}
		version := strconv.Itoa(r.Interview.TemplateVersion)
		id := r.Interview.TemplateID + "/" + version
		if sheets[id] == nil {
			sheet, err := b.file.AddSheet(r.Template.Title.In(b.lang)+" v"+version, b.templateColumns(r.Template.Criteria))
			if err != nil {
				return err
			}
			sheets[id] = sheet
		}
		for _, c := range r.Evaluation.Cards {
			if err := sheets[id].AddRow(b.cardCells(r, &c)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// templateColumns returns the columns of a scorecard: of a score also the meaning, if the template
// names it, and of every criterion the evidence.
func (b *workbook) templateColumns(criteria []scorecard.Criterion) []spreadsheet.Column {
	columns := b.newHeadings("round", "interview", "time", "interviewer", "recommendation", "average")
	for _, c := range criteria {
		title := c.Title.In(b.lang)
		if c.Kind == scorecard.KindScore {
			columns = append(columns, spreadsheet.Column{Title: title + "\n" + i18n.T(b.lang, "debrief.scale_and_weight", map[string]any{"Scale": c.Scale, "Weight": c.Weight})})
			if len(c.Anchors) > 0 {
				columns = append(columns, spreadsheet.Column{Title: title + "\n" + b.translate("head.meaning"), Width: 28})
			}
		} else {
			columns = append(columns, spreadsheet.Column{Title: title, Width: 28})
		}
		columns = append(columns, spreadsheet.Column{Title: title + "\n" + b.translate("head.evidence"), Width: 28})
	}
	return append(columns, b.newHeadings("comment", "submitted")...)
}

// cardCells returns the cells of a scorecard in the order of templateColumns.
func (b *workbook) cardCells(r *Round, c *interview.Scorecard) []any {
	i := r.Interview
	cells := []any{i.Round, i.Title, i.StartsAt.In(i.Location()).Format(timeFormat), c.Author.Name, b.recommendationText(c), averageCell(c.Average(c.Criteria))}
	for n := range c.Criteria {
		criterion := &c.Criteria[n]
		s := c.FindScore(criterion.Key)
		if s == nil {
			s = new(scorecard.Score)
		}
		cells = append(cells, b.entryCell(c, criterion))
		if len(criterion.Anchors) > 0 {
			cells = append(cells, criterion.Anchor(s.Score).In(b.lang))
		}
		cells = append(cells, s.Comment)
	}
	submitted := ""
	if c.SubmittedAt != nil {
		submitted = c.SubmittedAt.In(i.Location()).Format(timeFormat)
	}
	return append(cells, c.Comment, submitted)
}
