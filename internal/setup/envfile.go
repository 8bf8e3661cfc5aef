// Package setup reads and writes the environment file of an installation and
// generates the values that an administrator enters in WeCom's admin console. It
// has no references to settings.
package setup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Variable is a variable of an environment file.
type Variable struct{ Name, Value string }

// maxFileBytes limits the environment file that is read.
const maxFileBytes = 1 << 20

// escaped are the characters that a backslash precedes within double quotes.
const escaped = "\"\\`$"

// ReadFile returns the variables of an environment file, in order. Of a variable that
// is set twice the last value applies.
func ReadFile(path string) ([]Variable, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading the environment file: %w", err)
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("reading the environment file %s: it has more than %d bytes", path, maxFileBytes)
	}
	raw, err := os.ReadFile(path) // #nosec G304 -- the path is that of the administrator
	if err != nil {
		return nil, fmt.Errorf("reading the environment file: %w", err)
	}
	variables, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("reading the environment file %s: %w", path, err)
	}
	return variables, nil
}

// Parse returns the variables of an environment file: lines of the form NAME=value,
// NAME="value" or NAME='value', empty lines, and comments that begin with # or ;. It
// is a subset of the syntax of EnvironmentFile= in systemd, which reads each accepted
// file the same way.
// See https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
func Parse(file []byte) ([]Variable, error) {
	if !utf8.Valid(file) {
		return nil, errors.New("the file is not UTF-8")
	}
	var variables []Variable
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	lines.Buffer(nil, maxFileBytes)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		v, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		variables = append(variables, v)
	}
	return variables, lines.Err()
}

func parseLine(line string) (Variable, error) {
	name, value, ok := strings.Cut(line, "=")
	if !ok || !isName(name) {
		return Variable{}, errors.New("it does not have the form NAME=value")
	}
	value, err := unquote(strings.TrimSpace(value))
	if err != nil {
		return Variable{}, fmt.Errorf("the value of %s: %w", name, err)
	}
	return Variable{name, value}, nil
}

// isName reports whether name consists of letters, digits and underscores.
func isName(name string) bool {
	for n, r := range name {
		letter := r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if !letter && (n == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func unquote(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	switch quote := value[0]; quote {
	case '"':
		return unquoteDouble(value[1:])
	case '\'':
		inner, rest, ok := strings.Cut(value[1:], "'")
		if !ok || rest != "" {
			return "", errors.New("a single quote must end the line")
		}
		return inner, nil
	}
	if strings.ContainsAny(value, `"'\`) {
		return "", errors.New("quotes and backslashes must be within double quotes")
	}
	return value, nil
}

func unquoteDouble(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && i == len(text)-1:
			return b.String(), nil
		case c == '"':
			return "", errors.New("text follows the closing quote")
		case c == '\\' && i+1 < len(text) && strings.IndexByte(escaped, text[i+1]) >= 0:
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", errors.New("the closing quote is missing")
}

// quote returns the value as it is written to the file.
func quote(value string) (string, error) {
	plain := true
	for _, r := range value {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return "", errors.New("it contains control characters")
		}
		plain = plain && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("_-./:@,+=%", r))
	}
	if plain {
		return value, nil
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(value) {
		if strings.IndexByte(escaped, value[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(value[i])
	}
	b.WriteByte('"')
	return b.String(), nil
}

// Update returns the file with the variables set: their lines are replaced, and
// further variables are added at the end. Comments and the lines of other variables
// are kept.
func Update(file []byte, variables []Variable) ([]byte, error) {
	lines := map[string]string{}
	for _, v := range variables {
		value, err := quote(v.Value)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", v.Name, err)
		}
		lines[v.Name] = v.Name + "=" + value + "\n"
	}
	var b strings.Builder
	written := map[string]bool{}
	for line := range strings.Lines(string(file)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "=")
		replacement, ok := lines[name]
		switch {
		case !ok:
			b.WriteString(strings.TrimSuffix(line, "\n") + "\n")
		case !written[name]:
			b.WriteString(replacement)
		}
		written[name] = true
	}
	for _, v := range variables {
		if !written[v.Name] {
			b.WriteString(lines[v.Name])
			written[v.Name] = true
		}
	}
	return []byte(b.String()), nil
}

// WriteFile replaces the file at path atomically. Only its owner can read it.
func WriteFile(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".huimian-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing the environment file: %w", err)
	}
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("writing the environment file: %w", err)
	}
	return nil
}
