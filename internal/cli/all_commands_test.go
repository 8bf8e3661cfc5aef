package cli

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// allCommandLines returns a command line for every command, with samples for the
// required arguments.
func allCommandLines(t *testing.T, dir string) [][]string {
	t.Helper()
	k, err := kong.New(&testProgram{}, HelpVars())
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	var walk func(n *kong.Node, path []string)
	walk = func(n *kong.Node, path []string) {
		if len(n.Children) == 0 {
			line := slices.Clone(path)
			for _, p := range n.Positional {
				line = append(line, sampleArguments(p, n.Name, dir)...)
			}
			line = append(line, requiredFlags[strings.Join(path, " ")]...)
			if len(path) > 1 && path[1] == "message" && n.Name != "recall" && n.Name != "update-card" {
				line = append(line, "-t", "LinYue")
			}
			all = append(all, line)
		}
		for _, c := range n.Children {
			walk(c, append(slices.Clone(path), c.Name))
		}
	}
	walk(k.Model.Node, nil)
	return all
}

// requiredFlags are flags without which a command fails before it calls WeCom.
var requiredFlags = map[string][]string{
	"wecom user create":         {"--name", "New", "-m", "13800000001"},
	"wecom user find":           {"--mobile", "13800000001"},
	"wecom tag add":             {"-u", "LinYue"},
	"wecom tag remove":          {"-u", "LinYue"},
	"wecom agent set":           {"--name", "New"},
	"wecom message update-card": {"--button", "done"},
}

// sampleJSON are JSON arguments by argument name.
var sampleJSON = map[string]string{
	"articles": `[{"title":"t","thumb_media_id":"m","content":"c"}]`,
	"notice":   `{"appid":"wx1","title":"面试通知"}`,
	"card":     `{"card_type":"text_notice","main_title":{"title":"t"},"card_action":{"type":1,"url":"https://interview.example.com"}}`,
	"message":  `{"text":{"content":"hi"}}`,
	"menu":     `{"button":[{"name":"Help","type":"click","key":"help"}]}`,
}

func sampleArguments(p *kong.Value, command, dir string) []string {
	switch {
	case p.Enum != "":
		return []string{strings.Split(p.Enum, ",")[0]}
	case p.Tag.Type == "path":
		return []string{filepath.Join(dir, cmp.Or(map[string]string{"voice": "voice.amr", "video": "film.mp4"}[command], "photo.png"))}
	case p.Name == "method":
		return []string{"GET"}
	case p.Name == "userid" && p.IsSlice():
		return []string{"LinYue", "ChenMo"}
	case p.Target.Kind().String() == "int64":
		return []string{"2"}
	case p.Name == "userid":
		return []string{"LinYue"}
	case p.Name == "name":
		return []string{"Name"}
	case p.Name == "path":
		return []string{"user/get"}
	case p.Name == "body":
		return []string{"{}"}
	case command == "news":
		return []string{`[{"title":"t","url":"https://interview.example.com"}]`}
	case sampleJSON[p.Name] != "":
		return []string{sampleJSON[p.Name]}
	}
	return []string{"https://interview.example.com"}
}

// When WeCom rejects every call, every command prints the errcode and returns the
// right exit code, without a panic and without a secret (runCommand looks for those).
func TestAllCommandsReportWeComErrors(t *testing.T) {
	d := newFixture(t)
	t.Setenv("HUIMIAN_WECOM_ROBOT_KEY", "the-key-of-the-robot")
	d.sim.AddFault(wecomtest.Fault{Errcode: 60020})
	d.sim.AllowUnknown("/cgi-bin/webhook/send", "/cgi-bin/webhook/upload_media")
	d.writeFile("photo.png", samplePNG)
	d.writeFile("voice.amr", []byte("#!AMR\n sound"))
	d.writeFile("film.mp4", []byte("\x00\x00\x00\x18ftypmp42film"))
	offline := []string{"completion", "qr", "oauth-link", "login-link", "doctor"}
	for _, line := range allCommandLines(t, d.dir) {
		if slices.ContainsFunc(offline, func(name string) bool { return slices.Contains(line, name) }) {
			continue
		}
		_, errs, code := d.runCommand(slices.Clone(line)...)
		want, message := ExitError, "60020"
		switch {
		case slices.Contains(line, "robot"): // fails before the rule applies, or the simulator has no webhooks
			message = "/cgi-bin/webhook/"
		case unsupportedAdvice[line[1]] != "":
			want, message = ExitUsage, unsupportedAdvice[line[1]]
		}
		if code != want || !strings.Contains(errs, message) || strings.Contains(errs, "the-key-of-the-robot") {
			t.Errorf("%v: exit %d, want %d with %q: %s", line, code, want, message, errs)
		}
	}
}

// Every command has a help text, which is available without settings.
func TestAllCommandsHaveHelp(t *testing.T) {
	clearSettings(t)
	k, err := kong.New(&testProgram{}, HelpVars())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range k.Model.Leaves(true) {
		if n.Help == "" && n.Parent != k.Model.Node {
			t.Errorf("%s has no help", n.FullPath())
		}
		if len(n.Aliases) > 0 && strings.Contains(n.Aliases[0], "_") {
			t.Errorf("%s should be hidden: %v", n.FullPath(), n.Aliases)
		}
	}
}
