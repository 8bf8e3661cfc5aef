package setup

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/callback"
)

// awkwardValues are values that a reader with other rules of quoting would change.
var awkwardValues = []string{
	"", "plain", "云杉科技", "two words", ` leading and trailing `, `"quoted"`, `it's`, `back\slash`, `end\`, "`date`", "$HOME", "${HOME}", "#comment", "a # b", ";x",
	"a=b", `\"`, `\\`, "会面 <interview@example.com>", "postgres://u:p$%40@db:5432/x?a=b&c=d", "'single'", `a"b'c\d$e` + "`f",
}

func variablesOf(values []string) []Variable {
	var list []Variable
	for n, value := range values {
		list = append(list, Variable{"HUIMIAN_X" + string(rune('A'+n)), value})
	}
	return list
}

func TestRoundTrip(t *testing.T) {
	want := variablesOf(awkwardValues)
	file, err := Update(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(file)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%q\nwant\n%q\nfrom\n%s", err, got, want, file)
	}
}

// A shell reads the lines as this package does, so an administrator may also source
// the file.
func TestShellReadsFile(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	for _, v := range variablesOf(awkwardValues) {
		file, err := Update(nil, []Variable{v})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), shell, "-c", string(file)+`printf %s "$`+v.Name+`"`).Output()
		if err != nil || string(out) != v.Value {
			t.Errorf("%q: %q, %v", v.Value, out, err)
		}
	}
}

func TestParse(t *testing.T) {
	for file, want := range map[string]string{
		"A=1\nB=2\n":                      "A=1|B=2",
		"\ufeff# comment\n; other\n\nA=1": "A=1",
		"A= spaces \r\n":                  "A=spaces",
		"A='it is $x \\'":                 `A=it is $x \`,
		`A="a\"b\\c\$d\e"`:                `A=a"b\c$d\e`,
		"A=b # not a comment":             "A=b # not a comment",
		"A=\n":                            "A=",
	} {
		got, err := Parse([]byte(file))
		var texts []string
		for _, v := range got {
			texts = append(texts, v.Name+"="+v.Value)
		}
		if text := strings.Join(texts, "|"); err != nil || text != want {
			t.Errorf("%q: %q, %v", file, text, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for file, want := range map[string]string{
		"A=1\nexport B=2":         "line 2",
		"no equals sign":          "NAME=value",
		"=x":                      "NAME=value",
		"1A=x":                    "NAME=value",
		`A="open`:                 "closing quote is missing",
		`A="a" b`:                 "follows the closing quote",
		"A='open":                 "single quote",
		"A='a'b":                  "single quote",
		`A=b\`:                    "backslashes",
		`A=it's`:                  "quotes",
		"A=\xff":                  "UTF-8",
		`A="ends with a slash \"`: "closing quote is missing",
	} {
		if got, err := Parse([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v", file, got, err)
		}
	}
}

func TestUpdateKeepsOtherLines(t *testing.T) {
	old := "# by hand\nHUIMIAN_A=1\nOTHER=\"x\"\nHUIMIAN_A=2\n; end"
	got, err := Update([]byte(old), []Variable{{"HUIMIAN_A", "new value"}, {"HUIMIAN_B", "b"}})
	want := "# by hand\nHUIMIAN_A=\"new value\"\nOTHER=\"x\"\n; end\nHUIMIAN_B=b\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	for _, value := range []string{"two\nlines", "nul\x00", "\xff"} {
		if _, err := Update(nil, []Variable{{"A", value}}); err == nil {
			t.Errorf("%q was accepted", value)
		}
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huimian.env")
	for _, content := range []string{"A=1\n", "A=2\n"} {
		if err := WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v", info.Mode(), err)
		}
		if got, err := ReadFile(path); err != nil || got[0].Value != content[2:3] {
			t.Errorf("%v, %v", got, err)
		}
	}
	if err := WriteFile(filepath.Join(path, "below-a-file"), nil); err == nil {
		t.Error("no error")
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("%d files are left", len(names))
	}
}

func TestReadFileRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	if _, err := ReadFile(path); err == nil {
		t.Error("a missing file was read")
	}
	if err := os.WriteFile(path, make([]byte, maxFileBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("a large file: %v", err)
	}
}

func TestGeneratedValues(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token, key := GenerateToken(), GenerateEncodingAESKey()
		if seen[token] || seen[key] || len(token) != 32 {
			t.Fatalf("%s, %s", token, key)
		}
		seen[token], seen[key] = true, true
		if strings.Trim(token+key, alphanumerics) != "" {
			t.Errorf("other characters: %s%s", token, key)
		}
		if _, err := callback.NewCodec(callback.Secret(token), callback.Secret(key), "ww1"); err != nil {
			t.Error(err)
		}
	}
}
