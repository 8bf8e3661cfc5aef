package rehearsal_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/rehearsal"
)

// A day on which WeCom is down for an hour, tokens are revoked, responses are lost and the
// process is killed seven times: each person is informed once, in time and of the right thing.
func TestRehearsal(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates a week")
	}
	report, err := rehearsal.Run(t.Context(), rehearsal.Options{Seed: 1, Members: 20, Interviews: 24, Days: 1, LeastInterval: 15 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		t.Errorf("%s: interview %d, %s to %s at %s: %s", v.Rule, v.Interview, v.Kind, v.Recipient, v.At, v.Text)
	}
	if report.States["ended"] == 0 || report.States["cancelled"] == 0 || len(report.Refused) == 0 || report.Starts != 8 || report.DoubledMails > 1 {
		t.Errorf("states %v, refused %v, %d starts, %d doubled mails", report.States, report.Refused, report.Starts, report.DoubledMails)
	}
	kinds := map[rehearsal.Kind]bool{}
	for _, f := range report.Kinds {
		kinds[f.Kind] = f.Received > 0
	}
	for _, k := range []rehearsal.Kind{"invite", "changed", "cancelled", "declined", "reminder_24h", "reminder_15m", "reminder", "evaluate", "evaluate_reminder", "summary", "digest", "booking_offer", "booking_booked"} {
		if !kinds[k] {
			t.Errorf("no person received %s: the rehearsal shows nothing about it", k)
		}
	}
	checkWritten(t, report)
}

func checkWritten(t *testing.T, report *rehearsal.Report) {
	t.Helper()
	var page, data bytes.Buffer
	if err := report.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteJSON(&data); err != nil {
		t.Fatal(err)
	}
	var again rehearsal.Report
	if err := json.Unmarshal(data.Bytes(), &again); err != nil || len(again.Deliveries) != len(report.Deliveries) {
		t.Errorf("the JSON report has %d messages, not %d: %v", len(again.Deliveries), len(report.Deliveries), err)
	}
	if !strings.Contains(page.String(), "No violations") || strings.Count(page.String(), "<tr>") < len(report.Deliveries) {
		t.Error("the page lacks the verdict or messages")
	}
}

// With the same seed, people do the same.
func TestSeedRepeats(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates two days twice")
	}
	var runs [2]string
	for n := range runs {
		report, err := rehearsal.Run(t.Context(), rehearsal.Options{Seed: 7, Members: 10, Interviews: 3, Days: 1, LeastInterval: 4 * time.Hour, NoFaults: true})
		if err != nil {
			t.Fatal(err)
		}
		report.Took = 0
		var data bytes.Buffer
		if err := report.WriteJSON(&data); err != nil {
			t.Fatal(err)
		}
		runs[n] = data.String()
	}
	if runs[0] != runs[1] {
		t.Errorf("two reports of one seed differ:\n%s\n%s", runs[0], runs[1])
	}
}
