package app

import (
	"reflect"
	"strings"
	"testing"

	"github.com/huimian/huimian/showmebug"
)

// Every way that the setting takes is one of the client's.
func TestShowMeBugFilters(t *testing.T) {
	want := map[string]showmebug.Filters{"query": showmebug.FiltersInQuery, "plain": showmebug.FiltersInPlainQuery, "body": showmebug.FiltersInBody}
	field, _ := reflect.TypeFor[ShowMeBug]().FieldByName("Filters")
	for name := range strings.SplitSeq(field.Tag.Get("enum"), ",") {
		if got, ok := want[name]; !ok || filters[name] != got {
			t.Errorf("%s is %d, want %d", name, filters[name], got)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("the setting does not take %v", want)
	}
}

func TestShowMeBugIsCheckedAtTheStart(t *testing.T) {
	for _, tc := range []struct {
		ShowMeBug

		want string
	}{
		{ShowMeBug{}, ""},
		{ShowMeBug{ClientID: "k", ClientSecret: "s", BaseURL: "http://127.0.0.1:9000"}, ""},
		{ShowMeBug{ClientID: "k"}, "belong together"},
		{ShowMeBug{ClientSecret: "s"}, "belong together"},
		{ShowMeBug{BaseURL: "showmebug"}, "HUIMIAN_SHOWMEBUG_URL"},
	} {
		c := Config{ShowMeBug: tc.ShowMeBug}
		if err := c.checkShowMeBug(); (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("got %v, want %q", err, tc.want)
		}
	}
}
