package resource_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/server/resource"
)

// limitTags are the tags of a field that its documentation and validation use.
var limitTags = []string{"minLength", "maxLength", "minimum", "maximum", "maxItems", "enum"}

// fieldsOf returns the fields of a type by JSON name, embedded ones included.
func fieldsOf(typ reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(typ) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			out[name] = f
		}
	}
	return out
}

var inputs = map[string]struct{ input, patch reflect.Type }{
	"candidate": {reflect.TypeFor[resource.CandidateInput](), reflect.TypeFor[resource.CandidatePatch]()},
	"position":  {reflect.TypeFor[resource.PositionInput](), reflect.TypeFor[resource.PositionPatch]()},
	"question":  {reflect.TypeFor[resource.QuestionInput](), reflect.TypeFor[resource.QuestionPatch]()},
	"interview": {reflect.TypeFor[resource.InterviewInput](), reflect.TypeFor[resource.InterviewPatch]()},
}

// A field can be changed within the limits within which it can be created.
func TestPatchLimits(t *testing.T) {
	differing := map[string]bool{"interview.round.minimum": true} // 0 is the default of a new interview
	for name, types := range inputs {
		input, patch := fieldsOf(types.input), fieldsOf(types.patch)
		delete(patch, "version")
		if got, want := slices.Sorted(maps.Keys(patch)), slices.Sorted(maps.Keys(input)); !slices.Equal(got, want) {
			t.Errorf("%s: a patch has the fields %v, an input %v", name, got, want)
		}
		for field, f := range patch {
			for _, tag := range limitTags {
				if got, want := f.Tag.Get(tag), input[field].Tag.Get(tag); got != want && !differing[name+"."+field+"."+tag] {
					t.Errorf("%s.%s: %s is %q in a patch and %q in an input", name, field, tag, got, want)
				}
			}
		}
	}
}

// Every field of a patch can be omitted.
func TestPatchFieldsAreOptional(t *testing.T) {
	for name, types := range inputs {
		for field, f := range fieldsOf(types.patch) {
			if !strings.Contains(f.Tag.Get("json"), ",omitempty") {
				t.Errorf("%s.%s is required", name, field)
			}
			if f.Type.Kind() != reflect.Pointer && field != "version" && field != "overrideWarnings" {
				t.Errorf("%s.%s is no pointer: an omitted value and an empty one look the same", name, field)
			}
		}
	}
}

// A text or a list without a limit would be stored at any length.
func TestInputsAreLimited(t *testing.T) {
	types := []reflect.Type{
		reflect.TypeFor[resource.StarterCode](), reflect.TypeFor[resource.ScorecardDraft](), reflect.TypeFor[resource.Score](), reflect.TypeFor[resource.Moment](),
		reflect.TypeFor[resource.NoteInput](), reflect.TypeFor[resource.NotePatch](),
		reflect.TypeFor[resource.RoomInput](), reflect.TypeFor[resource.CancelInput](), reflect.TypeFor[resource.ResultInput](),
	}
	for _, pair := range inputs {
		types = append(types, pair.input, pair.patch)
	}
	for _, typ := range types {
		for field, f := range fieldsOf(typ) {
			kind := f.Type
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			limited := f.Tag.Get("enum") != "" || kind == reflect.TypeFor[resource.RoomKind]() // its enumeration is the registry's
			switch kind.Kind() {
			case reflect.String:
				limited = limited || f.Tag.Get("maxLength") != ""
			case reflect.Slice:
				limited = f.Tag.Get("maxItems") != ""
			default:
				continue
			}
			if !limited {
				t.Errorf("%s.%s has no limit", typ.Name(), field)
			}
		}
	}
}
