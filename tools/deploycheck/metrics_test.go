package deploycheck

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// commonMetrics are those of Go, the process and Prometheus.
var commonMetrics = []string{"up", "go_goroutines", "process_resident_memory_bytes", "process_cpu_seconds_total"}

// targetLabels are added by Prometheus.
var targetLabels = []string{"job", "instance", "__name__"}

// readMetrics returns the labels of each time series of the table in docs/operations.md,
// which a test of internal/app compares with /metrics.
func readMetrics(t *testing.T) map[string][]string {
	t.Helper()
	series := map[string][]string{}
	row := regexp.MustCompile("(?m)^\\| `(huimian_[a-z_]+)` \\| ([a-z]+) \\| ([^|]*) \\|")
	for _, match := range row.FindAllStringSubmatch(readFile(t, "docs/operations.md"), -1) {
		names := strings.FieldsFunc(match[3], func(r rune) bool { return r == ',' || r == ' ' })
		if match[2] != "histogram" {
			series[match[1]] = names
			continue
		}
		series[match[1]+"_sum"], series[match[1]+"_count"] = names, names
		series[match[1]+"_bucket"] = append(slices.Clone(names), "le")
	}
	for _, name := range commonMetrics {
		series[name] = nil
	}
	if len(series) < 10 {
		t.Fatal("docs/operations.md has no table of metrics")
	}
	return series
}

// checkExpression fails for a metric or a label that does not exist.
func checkExpression(t *testing.T, where, text string, series map[string][]string) {
	t.Helper()
	text = strings.ReplaceAll(text, "$__rate_interval", "5m") // Grafana's
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	var known []string // labels of all metrics in the expression
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		names, ok := series[selector.Name]
		if !ok {
			t.Errorf("%s: the metric %q does not exist", where, selector.Name)
		}
		known = append(known, names...)
		scraped := false
		for _, m := range selector.LabelMatchers {
			if !slices.Contains(names, m.Name) && !slices.Contains(targetLabels, m.Name) {
				t.Errorf("%s: %s has no label %s", where, selector.Name, m.Name)
			}
			scraped = scraped || m.Name == "job" && m.Type == labels.MatchEqual && m.Value == "huimian"
		}
		if !scraped {
			t.Errorf("%s: %s is not limited to the job huimian", where, selector.Name)
		}
		return nil
	})
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if a, ok := node.(*parser.AggregateExpr); ok {
			for _, name := range a.Grouping {
				if !slices.Contains(known, name) && !slices.Contains(targetLabels, name) {
					t.Errorf("%s: no metric of it has the label %s", where, name)
				}
			}
		}
		return nil
	})
}

// Prometheus accepts the rules, and their metrics exist.
func TestRules(t *testing.T) {
	file := filepath.Join(root, "deploy/prometheus/rules.yaml")
	groups, errs := rulefmt.ParseFile(file, false, model.UTF8Validation, parser.NewParser(parser.Options{}))
	for _, err := range errs {
		t.Error(err)
	}
	if groups == nil {
		t.FailNow()
	}
	series := readMetrics(t)
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			checkExpression(t, rule.Alert, rule.Expr, series)
			if rule.Annotations["summary"] == "" || rule.Labels["severity"] == "" {
				t.Errorf("%s has no summary or no severity", rule.Alert)
			}
		}
	}
}

// The metrics of all panels exist, and every metric of the product has a panel.
func TestDashboard(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			ID      int
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	text := readFile(t, "deploy/grafana/huimian.json")
	if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
		t.Fatal(err)
	}
	series := readMetrics(t)
	ids := map[int]bool{}
	for _, panel := range dashboard.Panels {
		if ids[panel.ID] {
			t.Errorf("%s: the id %d is used twice", panel.Title, panel.ID)
		}
		ids[panel.ID] = true
		if panel.Type != "row" && len(panel.Targets) == 0 {
			t.Errorf("%s has no expression", panel.Title)
		}
		for _, target := range panel.Targets {
			checkExpression(t, panel.Title, target.Expr, series)
		}
	}
	for name := range series {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "huimian_") && !strings.Contains(text, base) {
			t.Errorf("no panel has %s", name)
		}
	}
}
