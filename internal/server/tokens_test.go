package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/integration"
)

func TestListTokensVisibility(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		company, rosas := f.NewAPIClient("ada", apitoken.Company), f.NewAPIClient("rosa", apitoken.Personal)
		rosas.Call("GET", "/api/v1/me", nil)
		list := func(user string) []integration.Token {
			return apptest.DecodeBody[integration.TokenList](f.SignIn(user).Call("GET", "/api/tokens", nil), http.StatusOK).Items
		}
		if all := list("ada"); len(all) != 2 {
			t.Errorf("the administrator sees %+v", all)
		}
		mine := list("rosa")
		if len(mine) != 1 || mine[0].ID != rosas.Token.Token.ID || mine[0].LastUsedAt == nil || !strings.HasPrefix(rosas.Token.Secret, mine[0].Hint) {
			t.Errorf("rosa sees %+v", mine)
		}
		if others := list("lin"); len(others) != 0 {
			t.Errorf("lin sees %+v", others)
		}
		apptest.WantProblem(f.SignIn("rosa").Call("DELETE", "/api/tokens/"+company.Token.Token.ID, nil), http.StatusNotFound, "error.not_found")
		apptest.WantProblem(f.SignInTo("other", "eve").Call("DELETE", "/api/tokens/"+company.Token.Token.ID, nil), http.StatusNotFound, "error.not_found")
		apptest.DecodeBody[struct{}](f.SignIn("ada").Call("DELETE", "/api/tokens/"+rosas.Token.Token.ID, nil), http.StatusNoContent)
		if strings.Contains(f.Log.String(), rosas.Token.Secret) {
			t.Error("the log has a token")
		}
	})
}
