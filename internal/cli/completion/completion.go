// Package completion has the command that prints scripts for the completion of shells.
package completion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/cli"
)

// Command is the command "completion": it prints a shell script that completes
// commands and flags. The script is generated from the grammar and does not run
// the program.
type Command struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run generates the script for the shell and prints it.
func (c *Command) Run(k *kong.Context, s *cli.Session) error {
	all := collectCompletions(k.Model.Node, "")
	script := map[string]func([]completionNode) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell]
	if _, err := fmt.Fprint(s.Out, script(all)); err != nil {
		return fmt.Errorf("writing the script: %w", err)
	}
	return nil
}

// completionNode holds the words that may follow a command: its subcommands and
// flags.
type completionNode struct {
	path  string // command words joined by spaces, such as "wecom user"
	words []string
}

func collectCompletions(n *kong.Node, path string) []completionNode {
	c := completionNode{path: path}
	for _, flags := range n.AllFlags(true) {
		for _, f := range flags {
			c.words = append(c.words, "--"+f.Name)
		}
	}
	slices.Sort(c.words)
	c.words = slices.Compact(c.words)
	var below []completionNode
	for _, child := range n.Children {
		if child.Type != kong.CommandNode || child.Hidden {
			continue
		}
		c.words = append(c.words, child.Name)
		below = append(below, collectCompletions(child, strings.TrimSpace(path+" "+child.Name))...)
	}
	return append([]completionNode{c}, below...)
}

// formatCases returns the branches of a case statement for bash and zsh, one per path.
func formatCases(all []completionNode) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, "    %q) choices=%q ;;\n", c.path, strings.Join(c.words, " "))
	}
	return b.String()
}

// formatPathPattern returns a case pattern that matches every path but the root.
func formatPathPattern(all []completionNode) string {
	var paths []string
	for _, c := range all[1:] {
		paths = append(paths, fmt.Sprintf("%q", c.path))
	}
	return strings.Join(paths, "|")
}

func bashScript(all []completionNode) string {
	return `# huimian completion bash > /etc/bash_completion.d/huimian
_huimian() {
  local at="" try word choices i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"; try="${at:+$at }$word"
    case "$try" in ` + formatPathPattern(all) + `) at="$try" ;; esac
  done
  case "$at" in
` + formatCases(all) + `  esac
  COMPREPLY=($(compgen -W "$choices" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _huimian huimian
`
}

func zshScript(all []completionNode) string {
	return `#compdef huimian
# huimian completion zsh > "${fpath[1]}/_huimian"
_huimian() {
  local at="" try word choices i
  local -a line=("${(@)_huimian_line}")
  for ((i = 2; i < _huimian_current; i++)); do
    word="${line[i]}"; try="${at:+$at }$word"
    case "$try" in ` + formatPathPattern(all) + `) at="$try" ;; esac
  done
  case "$at" in
` + formatCases(all) + `  esac
  compadd -- ${=choices} || _files
}
_huimian_start() {
  local -a _huimian_line=("${(@)words}")
  local _huimian_current=$CURRENT
  _huimian
}
compdef _huimian_start huimian
`
}

func fishScript(all []completionNode) string {
	var b strings.Builder
	b.WriteString(`# huimian completion fish > ~/.config/fish/completions/huimian.fish
function __huimian_at
  set -l at ""
  for word in (commandline -opc)[2..-1]
    set -l try (string trim "$at $word")
    contains -- "$try" $__huimian_paths; and set at $try
  end
  test "$at" = "$argv[1]"
end
`)
	b.WriteString("set -g __huimian_paths")
	for _, c := range all[1:] {
		fmt.Fprintf(&b, " %q", c.path)
	}
	b.WriteString("\n")
	for _, c := range all {
		fmt.Fprintf(&b, "complete -c huimian -n '__huimian_at %q' -a %q\n", c.path, strings.Join(c.words, " "))
	}
	return b.String()
}
