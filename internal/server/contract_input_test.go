package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apptest"
)

// inputGenerator generates requests from a contract, deterministically.
type inputGenerator struct {
	*contract
	*rand.Rand
	own     map[string]string // ids of objects of the company, by the word before them in a path
	foreign []string          // ids of objects of another company
}

// request is a generated request.
type request struct {
	path, contentType string
	body              []byte
	valid             bool // according to the schema
}

// unusualTexts are texts that often cause errors in programs.
var unusualTexts = []string{
	"", " ", "\x00", "a\x00b", "\u202e反\u202c", "👩‍👩‍👧‍👦", "e\u0301\u0301\u0301", "\ufeff", "\ufffe", "İıſ", "'; DROP TABLE interviews; --", "%", "_", "\\", "!%_!",
	"<script>alert(1)</script>", "{{.Name}}", "${jndi:ldap://x}", "../../etc/passwd", "-1", "null", "NaN", "1e999", "2026-02-30T00:00:00Z", "0000-00-00",
	strings.Repeat("長", 300), strings.Repeat("A", 70_000), "\r\nSet-Cookie: x=y", "hm_", "\U0010ffff", "٣",
}

// malformedBodies are bodies that match no schema.
var malformedBodies = []string{
	"", "null", "[]", "{", `{"a":}`, `"text"`, "1", "true", `{"a":1}{"b":2}`, "\xff\xfe\x00", `{"\ud800":"\udfff"}`, `{"title":"\ud800"}`, `{"title":"\u0000"}`,
	strings.Repeat("[", 20_000), `{"x":"` + strings.Repeat("y", 1<<20) + `"}`, `{"limit":1e400}`, `{"title":null}`,
}

// valueForField returns a value for fields whose schema is too general.
func (g *inputGenerator) valueForField(name string) (any, bool) {
	if id, ok := g.own[strings.TrimSuffix(name, "Id")+"s"]; ok && strings.HasSuffix(name, "Id") {
		return id, true
	}
	switch name {
	case "approvers":
		return []any{"rosa"}, true
	case "botId", "callbackToken":
		return "aib1", true
	case "encodingAesKey":
		return strings.Repeat("a", 43), true
	case "openKfId":
		return g.own["openKfId"], true
	case "token":
		return g.own["join"], true
	case "previous": // of a member's account at the provider: none is entered
		return "", true
	case "slots":
		return []any{apptest.Noon.AddDate(0, 0, 3+g.IntN(50)).Add(10 * time.Hour).Format(time.RFC3339)}, true
	case "rounds":
		return g.newRounds(), true
	case "day":
		return apptest.Noon.AddDate(0, 0, 1+g.IntN(50)).Format(time.DateOnly), true
	case "startsAt":
		if slot, ok := g.own["startsAt"]; ok {
			return slot, true
		}
		return apptest.Noon.AddDate(0, 0, 3+g.IntN(300)).Format(time.RFC3339), true
	case "expiresAt":
		return apptest.Noon.AddDate(0, 0, 29).Format(time.RFC3339), true
	case "externalId":
		return fmt.Sprintf("ats-%d", g.IntN(1_000_000_000)), true
	case "timeZone":
		return "Asia/Tokyo", true
	case "questionIds":
		return []any{g.own["questions"]}, true
	case "resumeUrl", "url":
		return "https://files.example.com/" + fmt.Sprint(g.IntN(1000)), true
	case "email":
		return fmt.Sprintf("p%d@example.com", g.IntN(1000)), true
	case "mobile":
		return fmt.Sprintf("138%08d", g.IntN(100_000_000)), true
	case "scorecardTemplateId":
		return g.own["scorecardTemplates"], true
	case "consentVersion":
		version, _ := strconv.Atoi(g.own["consentVersion"])
		return version, true
	case "body":
		if g.own["body"] != "" {
			return g.own["body"], true
		}
		return "{{time}} {{link}}", true
	case "number": // of a version
		return 1, true
	case "userId", "interviewer":
		return "lin", true
	case "start", "digestAt", "workdayAt":
		return "09:00", true
	case "end":
		return "18:00", true
	case "date", "firstDay", "lastDay", "reviewBy":
		return "2026-02-15", true
	case "ids": // of the question library; an export finds none of them
		return []any{g.own["question-library"]}, true
	case "scopes":
		return []any{"interviews:read"}, true
	case "key":
		return "coding", true
	case "scores":
		return []any{map[string]any{"key": "coding", "score": 1 + g.IntN(4), "comment": "一面"}}, true
	case "criteria":
		return []any{map[string]any{"title": map[string]any{"en": "x"}, "hint": map[string]any{}, "kind": "text", "required": true}}, true
	case "defaultKind": // ShowMeBug is not connected
		return "builtin", true
	case "function":
		return "twoSum", true
	case "signature":
		return map[string]any{"parameters": []map[string]any{{"name": "nums", "type": "int[]"}}, "result": "bool"}, true
	case "eventTypes", "type":
		return []any{"interview.scheduled"}, true
	case "overrideWarnings":
		return true, true
	case "version":
		return 0, true
	}
	return nil, false
}

// newRounds returns the rounds of a loop, with times if the operation needs them.
func (g *inputGenerator) newRounds() []any {
	rounds := []any{}
	for n := range 2 {
		r := map[string]any{"title": "一面", "durationMinutes": 30, "interviewers": []string{"lin"}}
		if first, err := time.Parse(time.RFC3339, g.own["startsAt"]); err == nil {
			r["startsAt"] = first.Add(time.Duration(n) * time.Hour).Format(time.RFC3339)
		}
		rounds = append(rounds, r)
	}
	return rounds
}

// validValue generates a value that matches the schema.
func (g *inputGenerator) validValue(name string, s *schema, depth int) any {
	s = g.resolveRef(s)
	if v, ok := g.valueForField(name); ok && (name != "userId" || !s.hasType("object")) {
		return v
	}
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	switch {
	case s.hasType("object"):
		return g.validObject(s, depth)
	case s.hasType("array"):
		if name == "userIds" {
			return []any{"mei"}
		}
		if name == "interviewers" && g.resolveRef(s.Items).hasType("string") {
			return []any{"lin", "mei"}
		}
		return []any{g.validValue(name, s.Items, depth+1)}
	case s.hasType("integer"), s.hasType("number"):
		low, high := 1.0, 60.0
		if s.Minimum != nil {
			low = *s.Minimum
		}
		if s.Maximum != nil {
			high = min(*s.Maximum, low+200)
		}
		if name == "durationMinutes" {
			low = 30
		}
		return int(low) + g.IntN(max(1, int(high-low)))
	case s.hasType("boolean"):
		return g.IntN(2) == 0
	default:
		return g.validText(s)
	}
}

func (g *inputGenerator) validObject(s *schema, depth int) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		needed := slices.Contains(s.Required, name) || name == "overrideWarnings"
		if needed || depth < 3 && g.IntN(2) == 0 {
			out[name] = g.validValue(name, s.Properties[name], depth+1)
		}
	}
	if s.Properties["zh"] != nil && len(s.Required) == 0 { // one language is enough, and titles are unique
		return map[string]any{"en": fmt.Sprint("Design ", g.IntN(1_000_000))}
	}
	keepOneOf(out, "positionId", "position", g.own["positions"])
	keepOneOf(out, "candidateId", "candidate", g.own["candidates"])
	if _, ok := s.Properties["userId"]; ok && s.Properties["mobile"] != nil && len(s.Required) == 0 { // a member is named once
		return map[string]any{"userId": "lin"}
	}
	return out
}

// keepOneOf keeps exactly one of two alternative fields.
func keepOneOf(v map[string]any, id, whole, own string) {
	_, hasID := v[id]
	_, hasWhole := v[whole]
	switch _, interview := v["interviewers"]; {
	case !interview:
	case hasID && hasWhole:
		delete(v, whole)
	case !hasID && !hasWhole && v["durationMinutes"] != nil && v["title"] != nil:
		v[id] = own
	}
}

func (g *inputGenerator) validText(s *schema) string {
	if s.Format == "date-time" {
		return apptest.Noon.AddDate(0, 0, 1+g.IntN(100)).Format(time.RFC3339)
	}
	return []string{"一面", "Round two", "面接 2", "x"}[g.IntN(4)]
}

// corruptValue invalidates one place of a value. name is the name of its field.
func (g *inputGenerator) corruptValue(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		if len(names) == 0 || g.IntN(5) == 0 {
			v["colour"+fmt.Sprint(g.IntN(10))] = g.oddValue("")
			return v
		}
		field := names[g.IntN(len(names))]
		if g.IntN(4) == 0 {
			delete(v, field)
			return v
		}
		v[field] = g.corruptValue(field, v[field])
		return v
	case []any:
		switch g.IntN(4) {
		case 0:
			return []any{}
		case 1:
			return slices.Repeat([]any{g.oddValue(name)}, 300)
		case 2:
			return append(v, g.oddValue(name))
		}
		if len(v) > 0 {
			v[0] = g.corruptValue(name, v[0])
		}
		return v
	default:
		return g.oddValue(name)
	}
}

// textIDs are fields whose value is stored as the caller has sent it: an external id, and
// the filters of an export of the audit log, which is an entry itself.
var textIDs = []string{"externalId", "objectId", "tokenId"}

// oddValue returns a value that is invalid for most fields. Ids of another company are
// used only for fields that contain ids: any other field would store them as text.
func (g *inputGenerator) oddValue(name string) any {
	if lower := strings.ToLower(name); g.IntN(2) == 0 && !slices.Contains(textIDs, name) && (strings.HasSuffix(lower, "id") || strings.HasSuffix(lower, "ids")) {
		return g.foreign[g.IntN(len(g.foreign))]
	}
	switch g.IntN(7) {
	case 0:
		return nil
	case 1:
		return []any{1e300, -1, 0, 1.5, 9007199254740993, -9223372036854775808.0}[g.IntN(6)]
	case 2:
		return map[string]any{"a": []any{map[string]any{}}}
	case 3:
		return []any{nil, "x", 3}
	case 4:
		return g.IntN(2) == 0
	default:
		return unusualTexts[g.IntN(len(unusualTexts))]
	}
}

// newRequest returns the n-th request of an operation: the first three are valid,
// the others corrupted.
func (g *inputGenerator) newRequest(o *operation, n int) request {
	r := request{contentType: "application/json", valid: n < 3}
	r.path = g.requestURL(o, r.valid)
	s := o.bodySchema()
	if s == nil {
		return r
	}
	v := g.validValue("", s, 0)
	switch {
	case r.valid:
	case n%4 == 0:
		r.body = []byte(malformedBodies[g.IntN(len(malformedBodies))])
		if g.IntN(4) == 0 {
			r.contentType = []string{"text/plain", "", "application/xml", "application/json; charset=utf-16"}[g.IntN(4)]
		}
		return r
	default:
		for range 1 + g.IntN(2) {
			v = g.corruptValue("", v)
		}
	}
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was made of what JSON has
	}
	r.body = body
	return r
}

func (g *inputGenerator) requestURL(o *operation, valid bool) string {
	path, query := o.path, url.Values{}
	for _, p := range o.Parameters {
		switch p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(g.objectID(o, p.Name, valid)))
		case "query":
			if valid && g.IntN(3) == 0 && p.Name != "cursor" || p.Required {
				query.Set(p.Name, strings.Trim(fmt.Sprint(g.validValue(p.Name, p.Schema, 0)), "[]"))
			} else if !valid && g.IntN(3) == 0 {
				query.Set(p.Name, fmt.Sprintf("%.3000v", g.oddValue(p.Name)))
			}
		}
	}
	if valid && o.ID == "lookupMember" { // a member is named once
		query = url.Values{"userId": {"lin"}}
	}
	if !valid && g.IntN(6) == 0 {
		query.Set("colour", "red")
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// objectID returns the id of an own object, the id of an object of another
// company, or an invalid id.
func (g *inputGenerator) objectID(o *operation, parameter string, valid bool) string {
	parts := strings.Split(strings.TrimPrefix(o.path, "/api/v1"), "/")
	for n, part := range parts {
		if part == "{"+parameter+"}" && (valid || g.IntN(2) == 0) {
			if own, ok := g.own[parts[n-1]]; ok {
				return own
			}
		}
	}
	if g.IntN(2) == 0 {
		return g.foreign[g.IntN(len(g.foreign))]
	}
	odd := unusualTexts[g.IntN(len(unusualTexts))]
	if strings.Trim(odd, ". ") == "" || len(odd) > 1000 || strings.Contains(odd, "/") { // the mux cleans such paths itself
		return "nothing"
	}
	return odd
}
