package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// runReport runs the command and returns its output and the lines of the file of failures.
func runReport(t *testing.T, in string, args ...string) (output string, failures []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "failures")
	var out bytes.Buffer
	if err := run(strings.NewReader(in), &out, args, 2, path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func TestGo(t *testing.T) {
	for name, test := range map[string]struct {
		events, output string
		failures       []string
	}{
		"a package passes": {
			`{"Action":"start","Package":"github.com/huimian/huimian/internal/room"}
{"Action":"run","Package":"github.com/huimian/huimian/internal/room","Test":"TestA"}
{"Action":"output","Package":"github.com/huimian/huimian/internal/room","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"github.com/huimian/huimian/internal/room","Test":"TestA","Output":"a log line\n"}
{"Action":"pass","Package":"github.com/huimian/huimian/internal/room","Test":"TestA","Elapsed":1.5}
{"Action":"output","Package":"github.com/huimian/huimian/internal/room","Output":"PASS\n"}
{"Action":"output","Package":"github.com/huimian/huimian/internal/room","Output":"ok  \tgithub.com/huimian/huimian/internal/room\t2.0s\n"}
{"Action":"pass","Package":"github.com/huimian/huimian/internal/room","Elapsed":2}
`,
			"ok  \tgithub.com/huimian/huimian/internal/room\t2.0s\n" +
				"-- slowest packages of go\n     2.0 s  internal/room\n" +
				"-- slowest tests of go\n     1.5 s  internal/room TestA\n",
			[]string{""},
		},
		"the slowest come first and are limited": {
			`{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1}
{"Action":"pass","Package":"p","Test":"TestB","Elapsed":3}
{"Action":"pass","Package":"p","Test":"TestB/sub","Elapsed":9}
{"Action":"pass","Package":"p","Test":"TestC","Elapsed":2}
{"Action":"pass","Package":"p","Test":"TestD","Elapsed":0.01}
`,
			"-- slowest tests of go\n     3.0 s  p TestB\n     2.0 s  p TestC\n",
			[]string{""},
		},
		"a subtest fails": {
			`{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA/good","Output":"    a_test.go:3: good\n"}
{"Action":"pass","Package":"p","Test":"TestA/good","Elapsed":0}
{"Action":"output","Package":"p","Test":"TestA/bad","Output":"    a_test.go:5: bad\n"}
{"Action":"output","Package":"p","Test":"TestA/bad","Output":"--- FAIL: TestA/bad (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA/bad","Elapsed":0}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p","Elapsed":0.01}
`,
			"--- FAIL: TestA (0.00s)\nFAIL\tp\t0.1s\n-- failing tests\n\np TestA\n" +
				"    a_test.go:5: bad\n--- FAIL: TestA/bad (0.00s)\n--- FAIL: TestA (0.00s)\n",
			[]string{"go\tp TestA"},
		},
		"a panic cuts off another test": {
			`{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestB","Output":"panic: b\n"}
{"Action":"fail","Package":"p","Test":"TestB","Elapsed":0}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p","Elapsed":0}
`,
			"--- FAIL: TestB (0.00s)\nFAIL\tp\t0.1s\n-- failing tests\n\np TestB\npanic: b\n\np TestA (did not finish)\n",
			[]string{"go\tp TestB"},
		},
		"the time limit ends a test": {
			`{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: test timed out\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p","Elapsed":0}
`,
			"FAIL\tp\t0.1s\n-- failing tests\n\np TestA\n(did not finish)\npanic: test timed out\n",
			[]string{"go\tp TestA"},
		},
		"a build fails": {
			`{"ImportPath":"p [p.test]","Action":"build-output","Output":"a_test.go:1: undefined\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","Elapsed":0,"FailedBuild":"p [p.test]"}
`,
			"a_test.go:1: undefined\nFAIL\tp [build failed]\n-- failing tests\n\np\na_test.go:1: undefined\nFAIL\tp [build failed]\n",
			[]string{"go\tp"},
		},
		"a package fails after its tests": {
			`{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"leaked\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p","Elapsed":0}
`,
			"FAIL\tp\t0.1s\n-- failing tests\n\np\nPASS\nleaked\nFAIL\tp\t0.1s\n",
			[]string{"go\tp"},
		},
		"a repeated test fails once": {
			`{"Action":"output","Package":"p","Test":"TestA","Output":"bad\n"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"fail","Package":"p","Elapsed":0}
`,
			"--- FAIL: TestA (0.00s)\n-- failing tests\n\np TestA\nbad\n",
			[]string{"go\tp TestA"},
		},
		"lines that are no events are printed": {
			"go: downloading x\n{not JSON}\nno newline", "go: downloading x\n{not JSON}\nno newline", []string{""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			output, failures := runReport(t, test.events, "go")
			if output != test.output {
				t.Errorf("output:\n%s\nwant:\n%s", output, test.output)
			}
			if !slices.Equal(failures, test.failures) {
				t.Errorf("failures %q, want %q", failures, test.failures)
			}
		})
	}
}

func TestWebReports(t *testing.T) {
	for name, test := range map[string]struct {
		runner, report, output string
		failures               []string
	}{
		"vitest": {
			"vitest",
			`{"testResults":[
				{"name":"/home/me/web/src/a.test.ts","startTime":1000,"endTime":3500,"status":"failed","assertionResults":[
					{"fullName":"a passes","status":"passed","duration":2000},
					{"fullName":"a fails","status":"failed","duration":300}]},
				{"name":"/home/me/web/src/b.test.ts","startTime":1000,"endTime":1000,"status":"failed","assertionResults":[]}]}`,
			"-- slowest files of vitest\n     2.5 s  web/src/a.test.ts\n" +
				"-- slowest tests of vitest\n     2.0 s  web/src/a.test.ts a passes\n     0.3 s  web/src/a.test.ts a fails\n",
			[]string{"vitest\tweb/src/a.test.ts a fails", "vitest\tweb/src/b.test.ts"},
		},
		"playwright": {
			"playwright",
			`{"errors":[{"message":"no browser\nat x"}],"suites":[{"specs":[],"suites":[{"specs":[
				{"title":"walk","file":"walk.spec.ts","tests":[
					{"projectName":"sqlite","status":"expected","results":[{"duration":5000,"steps":[{"title":"sign in","duration":4000}]}]},
					{"projectName":"postgres","status":"unexpected","results":[{"duration":6000,
						"errors":[{"message":"\u001b[2mexpected\u001b[22m 1\nreceived 2\n"}]}]}]}]}]}]}`,
			"-- slowest tests of playwright\n     6.0 s  [postgres] walk.spec.ts walk\n     5.0 s  [sqlite] walk.spec.ts walk\n" +
				"-- slowest steps of playwright\n     4.0 s  [sqlite] walk.spec.ts walk › sign in\n" +
				"-- failing tests\n\n[postgres] walk.spec.ts walk\n    expected 1\n    received 2\n",
			[]string{"playwright\t[postgres] walk.spec.ts walk", "playwright\tno browser"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.json")
			if err := os.WriteFile(path, []byte(test.report), 0o600); err != nil {
				t.Fatal(err)
			}
			output, failures := runReport(t, "", test.runner, path)
			if output != test.output {
				t.Errorf("output:\n%s\nwant:\n%s", output, test.output)
			}
			if !slices.Equal(failures, test.failures) {
				t.Errorf("failures %q, want %q", failures, test.failures)
			}
		})
	}
}

func TestPlaywrightReportsAreMerged(t *testing.T) {
	dir := t.TempDir()
	args := []string{"playwright"}
	for _, project := range []string{"sqlite", "postgres"} {
		path := filepath.Join(dir, project)
		report := `{"suites":[{"specs":[{"title":"walk","file":"walk.spec.ts","tests":[{"projectName":"` + project +
			`","status":"unexpected","results":[{"errors":[{"message":"` + strings.Repeat(`line\n`, 100) + `"}]}]}]}]}]}`
		if err := os.WriteFile(path, []byte(report), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	output, failures := runReport(t, "", args...)
	if want := []string{"playwright\t[sqlite] walk.spec.ts walk", "playwright\t[postgres] walk.spec.ts walk"}; !slices.Equal(failures, want) {
		t.Errorf("failures %q, want %q", failures, want)
	}
	if lines := strings.Count(output, "    line\n"); lines != 2*maxErrorLines {
		t.Errorf("%d lines of errors, want %d", lines, 2*maxErrorLines)
	}
}

func TestArguments(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"go", "more"}, {"vitest"}, {"jest", "x"}, {"vitest", broken + ".missing"}, {"playwright", broken}} {
		if err := run(strings.NewReader(""), &bytes.Buffer{}, args, 1, ""); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

func TestNoneSlow(t *testing.T) {
	var out bytes.Buffer
	if err := run(strings.NewReader(`{"Action":"pass","Package":"p","Test":"TestA","Elapsed":3}`+"\n"), &out, []string{"go"}, 0, ""); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 0 {
		t.Errorf("output: %s", out.String())
	}
}
