package deploycheck

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func parseDockerfile(t *testing.T) map[string]instructions.Stage {
	t.Helper()
	parsed, err := parser.Parse(strings.NewReader(readFile(t, "deploy/Dockerfile")))
	if err != nil {
		t.Fatal(err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]instructions.Stage{}
	for _, s := range stages {
		if s.Name == "" {
			t.Errorf("a stage from %s has no name", s.BaseName)
		}
		named[s.Name] = s
	}
	return named
}

// Stages, Makefile targets and copied files exist, so do the settings.
func TestDockerfileNamesExist(t *testing.T) {
	stages := parseDockerfile(t)
	targets := readFile(t, "Makefile")
	for name, stage := range stages {
		for _, c := range stage.Commands {
			switch c := c.(type) {
			case *instructions.CopyCommand:
				if _, ok := stages[c.From]; c.From != "" && !ok {
					t.Errorf("%s copies from %s, which is no stage", name, c.From)
				}
				for _, source := range c.SourcePaths {
					if _, err := os.Stat(filepath.Join(root, source)); c.From == "" && err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			case *instructions.RunCommand:
				for _, line := range c.CmdLine {
					for _, match := range regexp.MustCompile(`\bmake ([\w/ -]+)`).FindAllStringSubmatch(line, -1) {
						for _, target := range strings.Fields(match[1]) {
							if !regexp.MustCompile(`(?m)^([\w/-]+ )*` + target + `[ :]`).MatchString(targets) {
								t.Errorf("%s makes %s, which is no target", name, target)
							}
						}
					}
				}
			case *instructions.EnvCommand:
				var names []string
				for _, pair := range c.Env {
					names = append(names, pair.Key)
				}
				checkVariables(t, "the image "+name, commandOf(t, stage), names)
			}
		}
	}
}

// commandOf returns the command that an image runs.
func commandOf(t *testing.T, stage instructions.Stage) string {
	t.Helper()
	for _, c := range stage.Commands {
		if c, ok := c.(*instructions.CmdCommand); ok {
			return c.CmdLine[0]
		}
	}
	t.Fatalf("%s has no CMD", stage.Name)
	return ""
}

// Both images run the program as a user without privileges.
func TestImagesAreNotRoot(t *testing.T) {
	stages := parseDockerfile(t)
	for name, command := range map[string]string{"server": "serve", "runner": "runner"} {
		stage, ok := stages[name]
		if !ok {
			t.Fatalf("there is no stage %s", name)
		}
		if got := commandOf(t, stage); got != command {
			t.Errorf("%s runs %s", name, got)
		}
		checkCommand(t, name, command)
		var user string
		var entry []string
		for _, c := range stage.Commands {
			switch c := c.(type) {
			case *instructions.UserCommand:
				user = c.User
			case *instructions.EntrypointCommand:
				entry = c.CmdLine
			}
		}
		if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
			t.Errorf("%s runs as %q, not as a number other than 0", name, user)
		}
		if !slices.Equal(entry, []string{"/usr/local/bin/huimian"}) {
			t.Errorf("%s starts %v", name, entry)
		}
	}
}

// packages are Debian's packages of the languages of the room.
var packages = map[string]string{
	"python": "python3", "javascript": "nodejs", "java": "default-jdk-headless", "go": "golang-go", "c": "gcc", "cpp": "g++",
	"rust": "rustc", "ruby": "ruby", "php": "php-cli", "perl": "perl", "bash": "bash",
}

// The runner's image has every language that the sandbox detects.
func TestRunnerImageHasTheLanguages(t *testing.T) {
	var installed []string
	for _, c := range parseDockerfile(t)["runner"].Commands {
		if run, ok := c.(*instructions.RunCommand); ok {
			installed = append(installed, strings.Fields(strings.Join(run.CmdLine, " "))...)
		}
	}
	for language := range findNames(t, `(?m)^\t\{"(\w+)", detect\w+\},$`, "internal/sandbox/detection.go") {
		if !slices.Contains(installed, packages[language]) {
			t.Errorf("the runner's image does not install %s: %q", language, packages[language])
		}
	}
}
