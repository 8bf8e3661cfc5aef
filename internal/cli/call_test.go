package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestCallSuggestsPath checks that an unknown path leads to the most similar one, and
// not to the network.
func TestCallSuggestsPath(t *testing.T) {
	d := newFixture(t)
	for path, nearest := range map[string]string{
		"cgi-bin/message.send": "message/send", "message_send": "message/send", "/cgi-bin/user/simple_list": "user/simplelist",
		"users/get": "user/get", "USER/GET": "user/get", "oa/get_approval_detail": "oa/getapprovaldetail", "nothing/of/that/kind": "",
	} {
		d.sim.AllowUnknown("/cgi-bin/" + trimEndpoint(path))
		_, errs, code := d.runCommand("wecom", "call", "GET", path)
		if code != ExitError || strings.Contains(errs, "network") || !strings.Contains(errs, "no API at /cgi-bin/"+trimEndpoint(path)) ||
			strings.Contains(errs, "did you mean") != (nearest != "") || !strings.Contains(errs, nearest) {
			t.Errorf("%s: exit %d, want %q: %s", path, code, nearest, errs)
		}
	}
	_, errs, _ := d.runCommand("wecom", "call", "GET", "users/get", "--json")
	var got struct{ Error errorOutput }
	if err := json.Unmarshal([]byte(errs), &got); err != nil || !strings.Contains(got.Error.Text, "did you mean user/get?") || got.Error.Class != "argument" {
		t.Errorf("%v: %s", err, errs)
	}
}

// TestCallPaths checks the ways of writing a path.
func TestCallPaths(t *testing.T) {
	d := newFixture(t)
	for _, path := range []string{"user/get", "/user/get", "cgi-bin/user/get", "/cgi-bin/user/get", "//cgi-bin//user/get"} {
		if out, errs, code := d.runCommand("wecom", "call", "GET", path, "-q", "userid=LinYue"); code != ExitOK || !strings.Contains(out, "林悦") {
			t.Errorf("%s: exit %d: %s", path, code, errs)
		}
	}
}

// TestMessageNewsArguments checks that articles are an argument as in the sibling
// commands, and that they are not given twice.
func TestMessageNewsArguments(t *testing.T) {
	d := newFixture(t)
	const articles = `[{"title":"t","url":"https://interview.example.com"}]`
	d.writeFile("articles.json", []byte(articles))
	for _, args := range [][]string{
		{articles}, {"@{dir}/articles.json"}, {"--articles", articles}, {"--title", "t", "--url", "https://interview.example.com"},
	} {
		if _, errs, code := d.runCommand(append([]string{"wecom", "message", "news", "-t", "LinYue"}, args...)...); code != ExitOK {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	for text, args := range map[string][]string{
		"no articles":    {},
		"given twice":    {articles, "--title", "t"},
		"articles are g": {articles, "--articles", articles},
		"JSON argument":  {"a title"},
	} {
		if _, errs, code := d.runCommand(append([]string{"wecom", "message", "news", "-t", "LinYue"}, args...)...); code != ExitUsage || !strings.Contains(errs, text) {
			t.Errorf("%v: exit %d, want %q: %s", args, code, text, errs)
		}
	}
}
