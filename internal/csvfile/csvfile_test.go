package csvfile_test

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/csvfile"
)

func TestFormulasAreEscaped(t *testing.T) {
	var out strings.Builder
	w, err := csvfile.NewWriter(&out)
	if err == nil {
		err = w.Write([]string{"=1+1", "+1", "-1", "@a", "＝1", "\ta", "a=1", "", "林, 悦"})
	}
	if err == nil {
		err = w.Flush()
	}
	const want = "\ufeff'=1+1,'+1,'-1,'@a,'＝1,'\ta,a=1,,\"林, 悦\"\n"
	if err != nil || out.String() != want {
		t.Errorf("%q, %v, want %q", out.String(), err, want)
	}
}
