// Package mutation makes wrong variants of a program: copies with one small change of the
// text, such as another comparison. Test cases that all pass with a variant do not cover
// the changed line, unless the change has no effect.
package mutation

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
)

// Kind is what a variant changes.
type Kind string

const (
	Comparison Kind = "comparison" // another comparison operator
	Arithmetic Kind = "arithmetic" // another arithmetic operator
	Logic      Kind = "logic"      // "and" instead of "or", the other Boolean value
	Constant   Kind = "constant"   // an integer that is one larger
	Condition  Kind = "condition"  // a negated condition
	Statement  Kind = "statement"  // a statement is removed
)

// Kinds lists all kinds, those first that tests miss most often.
var Kinds = []Kind{Comparison, Constant, Condition, Arithmetic, Logic, Statement}

// maxCodeBytes limits the code of which variants are made.
const maxCodeBytes = 128 << 10

// Variant is a program with one changed line.
type Variant struct {
	Kind          Kind
	Line          int    // from 1
	Before, After string // the line
	Code          string
}

// Supports reports whether variants of code in a language can be made.
func Supports(language string) bool { return syntaxes[language] != nil }

// Variants returns at most limit variants of the code, in an order that depends on the
// code alone. All kinds take turns. Variants may be invalid programs.
func Variants(language, code string, limit int) []Variant {
	s := syntaxes[language]
	if s == nil || len(code) > maxCodeBytes {
		return nil
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(code))                  // does not fail
	random := rand.New(rand.NewPCG(hash.Sum64(), 0)) //nolint:gosec // a repeatable order, no secret
	lines := strings.Split(code, "\n")
	found := findVariants(s, lines, strings.Split(s.maskTexts(code), "\n"))
	random.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	list := takeTurns(found, limit)
	for n := range list {
		changed := slices.Clone(lines)
		changed[list[n].Line-1] = list[n].After
		list[n].Code = strings.Join(changed, "\n")
	}
	return list
}

// takeTurns returns the variants of the kinds in turn, at most limit.
func takeTurns(list []Variant, limit int) []Variant {
	turn := map[Kind]int{}
	type ranked struct {
		Variant
		round int
	}
	all := make([]ranked, len(list))
	for n, v := range list {
		all[n] = ranked{v, turn[v.Kind]}
		turn[v.Kind]++
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.round, b.round), cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)))
	})
	out := []Variant{}
	for _, v := range all[:min(len(all), limit)] {
		out = append(out, v.Variant)
	}
	return out
}

// findVariants returns all variants without their code, in the order of their lines.
func findVariants(s *syntax, lines, masked []string) []Variant {
	var out []Variant
	depth := 0 // of brackets, before the line
	for n, text := range lines {
		l := line{text: text, mask: masked[n], depth: depth}
		depth += bracketDepth(l.mask)
		if s.skip.MatchString(l.mask) {
			continue
		}
		for _, c := range s.changesOf(l) {
			out = append(out, Variant{Kind: c.kind, Line: n + 1, Before: text, After: c.after})
		}
	}
	return out
}

func bracketDepth(mask string) (depth int) {
	for _, c := range mask {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		}
	}
	return depth
}
