package core

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// readJSON returns the parameters of a JSON body.
func readJSON(t *testing.T, body string) *Params {
	t.Helper()
	f, err := ReadParams(nil, "application/json", []byte(body))
	if err != nil {
		t.Fatalf("%s: %s", body, err.Text)
	}
	return f
}

// checkParamError checks the error of a body after its parameters have been read; an empty want means
// none.
func checkParamError(t *testing.T, f *Params, want string) {
	t.Helper()
	got := ""
	if *f.Err != nil {
		got = (*f.Err).Text
	}
	if got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestReadParamsErrors(t *testing.T) {
	for name, test := range map[string]struct {
		contentType, body string
		code              int
	}{
		"array":              {"application/json", "[]", 400},
		"damaged JSON":       {"application/json", "{", 400},
		"two objects":        {"application/json", "{}{}", 400},
		"damaged form":       {"application/x-www-form-urlencoded", "a=%zz", 400},
		"other content type": {"text/plain", "a=1", 415},
		"no content type":    {"", "{}", 415},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadParams(nil, test.contentType, []byte(test.body)); err == nil || err.Code != test.code {
				t.Errorf("error %+v, want %d", err, test.code)
			}
		})
	}
}

func TestReadParamsSources(t *testing.T) {
	query := url.Values{"a": {"query"}, "status[]": {"x"}, "kind": {"k1", "k2"}}
	for name, test := range map[string]struct {
		contentType, body, want string
	}{
		"query alone":          {"text/plain", " ", "query"},
		"JSON overrides":       {"Application/JSON; charset=utf-8", `{"a":"json"}`, "json"},
		"null does not":        {"application/json", `{"a":null}`, "query"},
		"a form overrides too": {"application/x-www-form-urlencoded", "a=form", "form"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ReadParams(query, test.contentType, []byte(test.body))
			if err != nil {
				t.Fatal(err.Text)
			}
			if got := f.TextParam("a"); got != test.want {
				t.Errorf("a = %q, want %q", got, test.want)
			}
			if got := f.TextListParam("status"); !slices.Equal(got, []string{"x"}) {
				t.Errorf("status = %q", got)
			}
			if got := f.TextListParam("kind"); !slices.Equal(got, []string{"k1", "k2"}) {
				t.Errorf("kind = %q", got)
			}
			checkParamError(t, f, "")
		})
	}
}

func TestTextParam(t *testing.T) {
	for body, test := range map[string]struct{ text, required, err string }{
		`{"a":"x"}`: {"x", "x", ""},
		`{"a":" "}`: {" ", " ", "a is missing"},
		`{}`:        {"", "", "a is missing"},
		`{"a":7}`:   {"", "", "a must be a string"},
		`{"a":{}}`:  {"", "", "a must be a string"},
	} {
		f := readJSON(t, body)
		if text, required := f.TextParam("a"), f.RequiredText("a"); text != test.text || required != test.required {
			t.Errorf("%s: %q, %q", body, text, required)
		}
		checkParamError(t, f, test.err)
	}
}

func TestIntParam(t *testing.T) {
	for body, test := range map[string]struct {
		want int64
		err  string
	}{
		`{"a":7}`:     {7, ""},
		`{"a":"-7"}`:  {-7, ""},
		`{"a":""}`:    {0, ""},
		`{}`:          {0, "a is missing"},
		`{"a":1.5}`:   {0, "a must be an integer"},
		`{"a":1e3}`:   {0, "a must be an integer"},
		`{"a":"x"}`:   {0, "a must be an integer"},
		`{"a":[1]}`:   {0, "a must be an integer"},
		`{"a":false}`: {0, "a must be an integer"},
	} {
		f := readJSON(t, body)
		if got := f.RequiredInt("a"); got != test.want {
			t.Errorf("%s: %d", body, got)
		}
		checkParamError(t, f, test.err)
	}
}

func TestTextListParam(t *testing.T) {
	for body, test := range map[string]struct {
		want []string
		err  string
	}{
		`{}`:            {nil, ""},
		`{"a":"x"}`:     {[]string{"x"}, ""},
		`{"a":["x"]}`:   {[]string{"x"}, ""},
		`{"a":["x",1]}`: {[]string{"x", ""}, "a must be an array of strings"},
		`{"a":{}}`:      {nil, "a must be an array of strings"},
	} {
		f := readJSON(t, body)
		if got := f.TextListParam("a"); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", body, got)
		}
		checkParamError(t, f, test.err)
	}
}

func TestObjectListParam(t *testing.T) {
	for body, test := range map[string]struct {
		count int
		err   string
	}{
		`{}`:                              {0, ""},
		`{"a":[{"uid":"x"}]}`:             {1, ""},
		`{"a":[{"uid":"x"},{"uid":" "}]}`: {2, "a[1].uid is missing"},
		`{"a":[{},{},{}]}`:                {0, "a may have at most 2 entries"},
		`{"a":[1]}`:                       {0, "a must be an array of objects"},
		`{"a":"x"}`:                       {0, "a must be an array"},
	} {
		f := readJSON(t, body)
		list := f.ObjectListParam("a", 2)
		for _, item := range list {
			item.RequiredText("uid")
		}
		if len(list) != test.count {
			t.Errorf("%s: %d objects", body, len(list))
		}
		checkParamError(t, f, test.err)
	}
}

func TestObjectParam(t *testing.T) {
	for body, err := range map[string]string{`{}`: "", `{"a":{}}`: "", `{"a":[]}`: "a must be an object", `{"a":"x"}`: "a must be an object"} {
		f := readJSON(t, body)
		f.ObjectParam("a")
		checkParamError(t, f, err)
	}
}

func TestURLParam(t *testing.T) {
	const wrong = "a must be an http or https address"
	for value, err := range map[string]string{
		"": "", "https://a.example/b?c=1": "", "http://a": "", "ftp://a": wrong, "//a": wrong, "http://": wrong, "::": wrong, "a.example": wrong,
	} {
		f := readJSON(t, `{"a":"`+value+`"}`)
		f.URLParam("a")
		checkParamError(t, f, err)
	}
}

func TestPageParams(t *testing.T) {
	for body, test := range map[string]struct {
		skip, limit int
		err         string
	}{
		`{}`:                        {0, 25, ""},
		`{"page":3}`:                {50, 25, ""},
		`{"page":2,"per_page":50}`:  {50, 50, ""},
		`{"page":0}`:                {0, 25, "page must be at least 1"},
		`{"per_page":0}`:            {0, 25, "per_page must be from 1 to 50"},
		`{"per_page":51}`:           {0, 25, "per_page must be from 1 to 50"},
		`{"page":-1,"per_page":-1}`: {0, 25, "page must be at least 1"},
	} {
		f := readJSON(t, body)
		if skip, limit := f.PageParams(); skip != test.skip || limit != test.limit {
			t.Errorf("%s: skip %d, limit %d", body, skip, limit)
		}
		checkParamError(t, f, test.err)
	}
}

func TestTimeParam(t *testing.T) {
	china := time.FixedZone("", 8*60*60)
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, china)
	for value, want := range map[string]time.Time{
		"":                         {},
		"2026-03-02T04:00:00Z":     noon,
		"2026-03-02T12:00:00.000Z": noon.Add(8 * time.Hour),
		"2026-03-02T12:00:00":      noon,
		"2026-03-02 12:00:00":      noon,
		"2026-03-02 12:00":         noon,
		"2026-03-02":               noon.Add(-12 * time.Hour),
	} {
		f := readJSON(t, `{"a":"`+value+`"}`)
		if got := f.TimeParam("a"); !got.Equal(want) {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
		checkParamError(t, f, "")
	}
	f := readJSON(t, `{"a":"2026-13-45"}`)
	f.TimeParam("a")
	checkParamError(t, f, "a is no time")
}

func TestFirstErrorIsKept(t *testing.T) {
	f := readJSON(t, `{"a":1,"b":2}`)
	f.TextParam("a")
	f.TextParam("b")
	checkParamError(t, f, "a must be a string")
}

func TestContainsFold(t *testing.T) {
	if !ContainsFold("Emily Carter", "CART") || !ContainsFold("x", "") || ContainsFold("x", "y") || !ContainsFold(strings.Repeat("ä", 3), "Ä") {
		t.Error("ContainsFold")
	}
}
