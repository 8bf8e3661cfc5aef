package mailtemplates

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/mailtemplate"
)

func TestEnumHasEveryPlaceholder(t *testing.T) {
	field, _ := reflect.TypeFor[MailPlaceholder]().FieldByName("Name")
	known := strings.Split(field.Tag.Get("enum"), ",")
	for _, k := range mailtemplate.Kinds() {
		for _, f := range mailtemplate.Fields(k) {
			if !slices.Contains(known, string(f.Name)) {
				t.Errorf("%s of %s is not in the enum", f.Name, k)
			}
		}
	}
}

func TestEnumHasEveryKind(t *testing.T) {
	var kinds []string
	for _, k := range mailtemplate.Kinds() {
		kinds = append(kinds, string(k))
	}
	want := strings.Join(kinds, ",")
	for _, of := range []any{ByKind{}, MailTemplateSummary{}} {
		field, _ := reflect.TypeOf(of).FieldByName("Kind")
		if got := field.Tag.Get("enum"); got != want {
			t.Errorf("%T: kinds %s, want %s", of, got, want)
		}
	}
}
