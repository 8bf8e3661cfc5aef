package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
)

// programsOfFiles import from a file beside the source file, and from one in a folder. Each
// prints "3 7".
var programsOfFiles = map[string]sandbox.Program{
	"python": {Path: "main.py", Source: "import util\nfrom lib import calc\nprint(util.add(1, 2), calc.add(3, 4))", Files: []sandbox.File{
		{Path: "util.py", Text: "def add(a, b): return a + b"}, {Path: "lib/calc.py", Text: "def add(a, b): return a + b"},
	}},
	"python in a folder": {Path: "src/it's -x.py", Source: "import util\nprint(util.add(1, 2), open('src/data.txt').read())", Files: []sandbox.File{
		{Path: "src/util.py", Text: "def add(a, b): return a + b"}, {Path: "src/data.txt", Text: "7"},
	}},
	"javascript": {Path: "main.js", Source: "const { add } = require('./util'); console.log(add(1, 2), require('./lib/calc.js').add(3, 4))", Files: []sandbox.File{
		{Path: "util.js", Text: "exports.add = (a, b) => a + b"}, {Path: "lib/calc.js", Text: "exports.add = (a, b) => a + b"},
	}},
	"javascript modules": {Path: "main.mjs", Source: "import { add } from './lib/calc.mjs'; console.log(add(1, 2), add(3, 4))", Files: []sandbox.File{
		{Path: "lib/calc.mjs", Text: "export const add = (a, b) => a + b"},
	}},
	"go": {Path: "main.go", Source: "package main\nimport \"fmt\"\nfunc main() { fmt.Println(add(1, 2), add(3, 4)) }", Files: []sandbox.File{
		{Path: "util.go", Text: "package main\nfunc add(a, b int) int { return a + b }"}, {Path: "util_test.go", Text: "package main\nbroken"},
		{Path: "other/other.go", Text: "package other"},
	}},
	"go with a module": {Path: "cmd/app/main.go", Source: "package main\nimport (\n\"fmt\"\n\"example.com/app/lib\"\n)\nfunc main() { fmt.Println(lib.Add(1, 2), seven) }", Files: []sandbox.File{
		{Path: "go.mod", Text: "module example.com/app\n"}, {Path: "lib/lib.go", Text: "package lib\nfunc Add(a, b int) int { return a + b }"},
		{Path: "cmd/app/seven.go", Text: "package main\nconst seven = 7"},
	}},
	"java": {Path: "Main.java", Source: "import calc.Calc;\npublic class Main { public static void main(String[] a) { System.out.println(Util.add(1, 2) + \" \" + Calc.add(3, 4)); } }", Files: []sandbox.File{
		{Path: "Util.java", Text: "class Util { static int add(int a, int b) { return a + b; } }"},
		{Path: "calc/Calc.java", Text: "package calc;\npublic class Calc { public static int add(int a, int b) { return a + b; } }"},
	}},
	"java with a package": {Path: "app/Main.java", Source: "package app;\npublic class Main { public static void main(String[] a) { System.out.println(Util.add(1, 2) + \" \" + Util.add(3, 4)); } }", Files: []sandbox.File{
		{Path: "app/Util.java", Text: "package app;\nclass Util { static int add(int a, int b) { return a + b; } }"},
	}},
	"c": {Path: "main.c", Source: "#include <stdio.h>\n#include \"util.h\"\n#include \"lib/calc.h\"\nint main(void) { printf(\"%d %d\\n\", add(1, 2), calc(3, 4)); }", Files: []sandbox.File{
		{Path: "util.h", Text: "int add(int a, int b);"}, {Path: "util.c", Text: "#include \"util.h\"\nint add(int a, int b) { return a + b; }"},
		{Path: "lib/calc.h", Text: "int calc(int a, int b);"}, {Path: "lib/calc.c", Text: "#include \"util.h\"\nint calc(int a, int b) { return add(a, b); }"},
	}},
	"cpp": {Path: "main.cpp", Source: "#include <iostream>\n#include \"util.h\"\nint main() { std::cout << add(1, 2) << \" \" << add(3, 4) << \"\\n\"; }", Files: []sandbox.File{
		{Path: "util.h", Text: "int add(int a, int b);"}, {Path: "util.cc", Text: "#include \"util.h\"\nint add(int a, int b) { return a + b; }"},
	}},
	"rust": {Path: "main.rs", Source: "mod util;\nfn main() { println!(\"{} {}\", util::add(1, 2), util::add(3, 4)); }", Files: []sandbox.File{
		{Path: "util.rs", Text: "pub fn add(a: i32, b: i32) -> i32 { a + b }"},
	}},
	"ruby": {Path: "main.rb", Source: "require_relative 'util'\nputs \"#{add(1, 2)} #{add(3, 4)}\"", Files: []sandbox.File{
		{Path: "util.rb", Text: "def add(a, b) = a + b"},
	}},
	"php": {Path: "main.php", Source: "<?php require 'util.php'; echo add(1, 2), ' ', add(3, 4), \"\\n\";", Files: []sandbox.File{
		{Path: "util.php", Text: "<?php function add($a, $b) { return $a + $b; }"},
	}},
	"bash": {Path: "main.sh", Source: ". ./util.sh\nadd 1 2; echo -n ' '; add 3 4", Files: []sandbox.File{
		{Path: "util.sh", Text: "add() { echo -n $(($1 + $2)); }"},
	}},
}

func TestFilesBesideTheSource(t *testing.T) {
	languages := map[string]bool{}
	for _, l := range sharedRunner(t).Languages() {
		languages[l.ID] = true
	}
	for name, p := range programsOfFiles {
		t.Run(name, func(t *testing.T) {
			p.Language, _, _ = strings.Cut(name, " ")
			if !languages[p.Language] {
				t.Skip("the machine does not have the language")
			}
			o := runProgram(t, p)
			o.requireStatus(t, sandbox.StatusOK)
			if strings.TrimSpace(o.stdout) != "3 7" {
				t.Errorf("output %q, %s", o.stdout, o.stderr)
			}
		})
	}
}

// A program reads its files, writes others beside them, and cannot change its own.
func TestFilesAreReadOnly(t *testing.T) {
	o := runProgram(t, sandbox.Program{Language: "python", Path: "main.py", Files: []sandbox.File{{Path: "data/a.txt", Text: "a"}, {Path: "b.txt", Text: "b"}}, Source: `
import os
open("new.txt", "w").write("x")
for path in ("main.py", "b.txt", "data/a.txt", "data/new.txt"):
    try:
        open(path, "w")
        print("changed", path)
    except OSError:
        pass
print(sorted(os.listdir(".")), open("data/a.txt").read())`})
	o.requireStatus(t, sandbox.StatusOK)
	if want := "['b.txt', 'data', 'main.py', 'new.txt'] a\n"; o.stdout != want {
		t.Errorf("output %q, want %q", o.stdout, want)
	}
}

func TestManyFiles(t *testing.T) {
	p := sandbox.Program{Language: "python", Path: "main.py", Source: "import os; print(len(os.listdir('.')))"}
	for n := range 63 {
		p.Files = append(p.Files, sandbox.File{Path: fmt.Sprintf("f%d.py", n)})
	}
	o := runProgram(t, p)
	if o.requireStatus(t, sandbox.StatusOK); o.stdout != "64\n" {
		t.Errorf("output %q", o.stdout)
	}
}

func TestInvalidPaths(t *testing.T) {
	for _, path := range []string{"", ".", "..", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "a\x00"} {
		p := sandbox.Program{Language: "python", Path: "main.py", Files: []sandbox.File{{Path: path}}}
		if _, err := runProgramOn(t.Context(), sharedRunner(t), p); err == nil {
			t.Errorf("%q is a path", path)
		}
	}
	for name, files := range map[string][]sandbox.File{
		"twice": {{Path: "a"}, {Path: "a"}}, "of the source": {{Path: "main.py"}}, "of a folder": {{Path: "a/b"}, {Path: "a"}}, "too many": make([]sandbox.File, 64),
	} {
		if _, err := runProgramOn(t.Context(), sharedRunner(t), sandbox.Program{Language: "python", Path: "main.py", Files: files}); err == nil {
			t.Errorf("a path that exists %s is accepted", name)
		}
	}
}
