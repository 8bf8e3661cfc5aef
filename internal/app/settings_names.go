package app

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// otherVariables are variables with our prefix that are no settings of the
// server: those of the command line, the tests and the development of the pages.
var otherVariables = []string{
	"HUIMIAN_ENV_FILE", "HUIMIAN_SERVER", "HUIMIAN_API_TOKEN", "HUIMIAN_CHROMIUM", "HUIMIAN_DEV_BACKEND",
}

// applicationSettings are the suffixes of the variables of another application,
// HUIMIAN_WECOM_<NAME>_SECRET and so on; see ReadWeComSettings.
var applicationSettings = []string{"_CORP_ID", "_AGENT_ID", "_SECRET", "_BASE_URL", "_OAUTH_URL", "_LOGIN_URL", "_ROBOT_KEY"}

// settingNames adds the variable names in the tags of a struct.
func settingNames(t reflect.Type, names map[string]bool) {
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("env"); name != "" {
			names[name] = true
		} else if f.Type.Kind() == reflect.Struct {
			settingNames(f.Type, names)
		}
	}
}

// UnknownVariable is a variable of the environment that looks like a setting and
// is none.
type UnknownVariable struct {
	Name       string
	Suggestion string // a setting with a similar name, or ""
}

// String returns the name and the suggestion.
func (v UnknownVariable) String() string {
	if v.Suggestion == "" {
		return v.Name
	}
	return fmt.Sprintf("%s (did you mean %s?)", v.Name, v.Suggestion)
}

// UnknownVariables returns the variables of the environment that begin with
// HUIMIAN_ and are not settings.
func UnknownVariables() []UnknownVariable {
	known := map[string]bool{}
	settingNames(reflect.TypeFor[Config](), known)
	var unknown []UnknownVariable
	for _, name := range environmentNames() {
		base := strings.TrimSuffix(name, "_FILE")
		if !strings.HasPrefix(strings.ToUpper(name), "HUIMIAN_") || known[name] || known[base] || isOtherVariable(base) {
			continue
		}
		unknown = append(unknown, UnknownVariable{name, similarName(base, known)})
	}
	slices.SortFunc(unknown, func(a, b UnknownVariable) int { return strings.Compare(a.Name, b.Name) })
	return unknown
}

func isOtherVariable(name string) bool {
	if slices.Contains(otherVariables, name) || strings.HasPrefix(name, "HUIMIAN_TEST_") {
		return true
	}
	application, ok := strings.CutPrefix(name, "HUIMIAN_WECOM_")
	return ok && slices.ContainsFunc(applicationSettings, func(suffix string) bool {
		before, found := strings.CutSuffix(application, suffix)
		return found && before != ""
	})
}

// similarName returns the known name with the smallest edit distance, or "" if
// none differs by at most a quarter of its letters.
func similarName(name string, known map[string]bool) string {
	best, distance := "", len(name)/4+1
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		short := strings.TrimPrefix(candidate, "HUIMIAN_")
		if d := editDistance(strings.TrimPrefix(strings.ToUpper(name), "HUIMIAN_"), short); d < min(distance, len(short)/4+2) {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance returns the Levenshtein distance of two ASCII texts.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(row[j]+1, row[j+1]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
