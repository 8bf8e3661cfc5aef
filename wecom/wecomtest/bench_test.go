package wecomtest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// A page of the face in a company of 50,000 must not be slow.
func BenchmarkSearch50000(b *testing.B) {
	var s wecomtest.Server
	s.AddCorp(wecomtest.Corp{ID: corpID, Name: "large"})
	for i := range 50000 {
		s.AddMember(wecomtest.Member{CorpID: corpID, UserID: fmt.Sprintf("user%d", i), Name: fmt.Sprintf("成员%d", i)})
	}
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sim/members?corp="+corpID+"&q=user4999", http.NoBody))
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
