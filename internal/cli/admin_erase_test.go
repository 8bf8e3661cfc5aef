package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAdminErase(t *testing.T) {
	o := newAPIFixture(t)
	setAdminSettings(t, o)
	out, errs, code := o.runCommand("candidate", "create", "陈晨", "--json")
	var created struct{ ID string }
	if err := json.Unmarshal([]byte(out), &created); err != nil || code != ExitOK || created.ID == "" {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{created.ID, "--preview"}, ExitOK, "candidates "},
		{[]string{created.ID}, ExitUsage, "--name"},
		{[]string{created.ID, "--name", "李雷"}, ExitError, ""},
		{[]string{created.ID, "--name", "陈晨", "--json"}, ExitOK, `"finishedAt"`},
		{[]string{created.ID, "--preview"}, ExitError, "Not found"},
	} {
		if out, errs, code := runAdmin(t, append([]string{"erase"}, tc.args...)...); code != tc.code || !strings.Contains(out+errs, tc.want) {
			t.Errorf("%v: exit %d: %s%s", tc.args, code, out, errs)
		}
	}
	if lines := readAudit(t, "--action", "candidate.erase"); len(lines) != 1 || lines[0].Actor != "" || lines[0].Object != created.ID {
		t.Errorf("%+v", lines)
	}
}
