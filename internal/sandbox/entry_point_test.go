package sandbox

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseJavaUnit(t *testing.T) {
	const main = "public static void main(String[] args) { }"
	for _, c := range []struct {
		name, source string
		public, run  string
	}{
		{"plain", "class Main { " + main + " }", "", "Main"},
		{"package", "package com.example;\npublic class Solution { " + main + " }", "Solution", "com.example.Solution"},
		{"package in a comment", "// package x;\n/* package y; */ class A { " + main + " }", "", "A"},
		{"braces in literals", "class A { char c = '}'; String s = \"} class B {\"; String t = \"\"\"\n } class C { \"\"\"; }\nclass D { " + main + " }", "", "D"},
		{"main in a nested class", "class A { static class B { " + main + " } }", "", ""},
		{"main as a call", "class A { void f() { main(null); } }", "", ""},
		{"two of them", "class A { " + main + " }\npublic class B { " + main + " }", "B", "B"},
		{"record and enum", "enum E { X }\nrecord R(int a) { " + main + " }", "", "R"},
		{"annotations", "@SuppressWarnings({\"a\"}) @Deprecated public final class A<T> implements Runnable { " + main + " public void run() {} }", "A", "A"},
		{"inherited", "class B { " + main + " }\nclass Main extends C { }", "", "B"},
		{"inherited from a library", "import x.App;\npublic class Mine extends App { }", "Mine", "Mine"},
		{"implicit class", "void main() { }", "", "Main"},
		{"not closed", "class A { void f() {", "", ""},
		{"empty", "", "", "Main"},
		{"letters beyond ASCII", "public class 解答 { " + main + " }", "解答", "解答"},
	} {
		t.Run(c.name, func(t *testing.T) {
			img := newImage("java", "Main.java")
			img.compile, img.run = "javac -d /tmp Main.java", "java -cp /tmp Main"
			adaptJava(img, Program{Source: c.source})
			wantFile, wantRun := "Main.java", "java -cp /tmp '"+c.run+"'"
			if c.public != "" {
				wantFile = c.public + ".java"
			}
			if c.run == "" {
				wantRun = failingCommand
			}
			if img.file != wantFile || img.run != wantRun || (img.check == DetailJavaNoMain) != (c.run == "") {
				t.Errorf("file %q, run %q, check %q; want %q, %q", img.file, img.run, img.check, wantFile, wantRun)
			}
		})
	}
	img := newImage("java", "Main.java")
	adaptJava(img, Program{Source: "public class " + strings.Repeat("长", 100) + " { " + main + " }"})
	if img.file != "Main.java" {
		t.Errorf("a file name of %d bytes", len(img.file))
	}
}

// The shell writes nothing of its own when a signal ends the compiler.
func TestShellScript(t *testing.T) {
	img := newImage("x", "x")
	img.compile, img.run = `sh -c 'echo message >&2; kill -XCPU $$'`, "true"
	b, err := exec.Command("/bin/sh", "-c", img.shellScript("MARK", Limits{CPU: time.Second})).CombinedOutput()
	if string(b) != "message\n" || err == nil {
		t.Errorf("output %q, error %v", b, err)
	}
	img.compile, img.run = "true", `sh -c 'echo out; echo err >&2'`
	b, err = exec.Command("/bin/sh", "-c", img.shellScript("MARK", Limits{CPU: time.Second})).CombinedOutput()
	if string(b) != "MARKout\nerr\n" || err != nil {
		t.Errorf("output %q, error %v", b, err)
	}
}

func TestProcessesReached(t *testing.T) {
	for status, want := range map[Status][]int{
		StatusOK: nil, StatusCompileError: nil, StatusCancelled: nil,
		StatusExitError: {20, 30}, StatusTimeLimit: {20, 30}, StatusMemoryLimit: {15, 20, 30},
	} {
		for _, n := range []int{0, 14, 15, 20, 30} {
			w := watcher{hostProcesses: n}
			if got := w.processesReached(status, 10); got != slices.Contains(want, n) {
				t.Errorf("%s with %d processes: %v", status, n, got)
			}
		}
	}
}

func TestJavaClassOf(t *testing.T) {
	const source = "// class A { void f() {} }\nclass Node { Node next() { return f(1); } }\n" +
		"public class B extends Node {\n  String s = \"f(\";\n  private int[][] f (int x) { return null; }\n}"
	for method, want := range map[string]string{"f": "B", "next": "Node", "g": ""} {
		if got := JavaClassOf(source, method); got != want {
			t.Errorf("%s is in %q, want %q", method, got, want)
		}
	}
	if masked := MaskJava(source); len(masked) != len(source) || strings.Count(masked, "\n") != strings.Count(source, "\n") || strings.Contains(masked, `f("`) {
		t.Errorf("masked: %q", masked)
	}
}
