package dataexport

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/i18n"
)

var page = template.Must(template.New("index.html").Parse(`<!doctype html>
<html lang="{{.Language}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>body{font:15px/1.6 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}.table{overflow-x:auto}
th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top;white-space:pre-wrap}th{background:#f4f4f4}</style>
<h1>{{.Title}}</h1><p>{{.Intro}}</p><p>{{.Withheld}}</p>
{{range .Sections}}<h2>{{.Title}}</h2>{{if .Rows}}<div class="table"><table><thead><tr>{{range .Head}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>{{end}}</tbody></table></div>{{else}}<p>{{$.None}}</p>{{end}}
{{end}}<h2>{{.RoomsTitle}}</h2><p>{{.RoomsText}}</p><ul>{{range .Rooms}}<li><a href="rooms/{{.}}.json">{{.}}</a></li>{{end}}</ul>
<h2>{{.ExcludedTitle}}</h2><ul>{{range .Excluded}}<li>{{.}}</li>{{end}}</ul>
</html>
`))

type pageSection struct {
	Title string
	Head  []string
	Rows  [][]string
}

// writePage writes the readable page, after the sections were read.
func (e *Export) writePage(w io.Writer) error {
	text := func(id string) string { return i18n.T(e.language, "dataexport."+id, nil) }
	tables := []pageSection{}
	for _, s := range sections {
		tables = append(tables, newPageSection(text, s.name, e.rows[s.name]))
	}
	reasons := []string{}
	for _, reason := range slices.Compact(slices.Sorted(maps.Values(excluded))) {
		reasons = append(reasons, text("excluded."+reason))
	}
	err := page.Execute(w, map[string]any{
		"Language": e.language, "Title": i18n.T(e.language, "dataexport.title", map[string]any{"Name": e.candidate.Name}),
		"Intro":    i18n.T(e.language, "dataexport.intro", map[string]any{"Time": e.at.Format(time.RFC3339)}),
		"Withheld": text("withheld"), "None": text("none"), "Sections": tables, "Rooms": e.interviews,
		"RoomsTitle": text("section.rooms"), "RoomsText": text("rooms"), "ExcludedTitle": text("excluded.title"), "Excluded": reasons,
	})
	if err != nil {
		return fmt.Errorf("writing the page of an export: %w", err)
	}
	return nil
}

func newPageSection(text func(id string) string, name string, rows []record) pageSection {
	out := pageSection{Title: text("section." + name)}
	for n, r := range rows {
		cells := []string{}
		for _, f := range r {
			if n == 0 {
				out.Head = append(out.Head, text("field."+f.name))
			}
			cells = append(cells, formatValue(f.value))
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

func formatValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.Format(time.RFC3339)
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}
