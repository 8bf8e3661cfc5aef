package huimian_test

import (
	"go/ast"
	"testing"
)

// An actor is created by a constructor of package actor, which keeps roles in relation to an object out of
// the roles of the company. Tests obey it too: a literal would hide a change of the type.
func TestActorsHaveConstructors(t *testing.T) {
	for _, p := range packages(t) {
		if p.dir == "internal/actor" {
			continue
		}
		for _, f := range p.files {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				literal, ok := n.(*ast.CompositeLit)
				if !ok || len(literal.Elts) == 0 {
					return true
				}
				if s, ok := literal.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Actor" {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "actor" {
						t.Errorf("%s:%d: a literal of actor.Actor: use a constructor of package actor", f.path, f.line(n.Pos()))
					}
				}
				return true
			})
		}
	}
}
