package interview

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/secretbox"
)

func TestComparePlans(t *testing.T) {
	old := Plan{
		Title: "一面", Round: 1, StartsAt: noon, Duration: time.Hour, TimeZone: "Asia/Shanghai", Note: "note",
		Interviewers: []string{"lin", "mei"}, QuestionIDs: []string{"q1", "q2"}, RoomKind: LinkRoom,
		RoomURL: "https://meet.example.com/1", RoomAddresses: []RoomAddress{{"lin", "https://meet.example.com/lin"}},
	}
	for name, tc := range map[string]struct {
		edit           func(*Plan)
		fields         []string
		added, removed []string
		any            bool
	}{
		"nothing":         {edit: func(*Plan) {}},
		"same instant":    {edit: func(p *Plan) { p.StartsAt = p.StartsAt.UTC() }},
		"title":           {edit: func(p *Plan) { p.Title = "二面" }, fields: []string{"title"}, any: true},
		"round":           {edit: func(p *Plan) { p.Round = 2 }, fields: []string{"title"}, any: true},
		"start":           {edit: func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Minute) }, fields: []string{"time"}, any: true},
		"duration":        {edit: func(p *Plan) { p.Duration = 2 * time.Hour }, fields: []string{"time"}, any: true},
		"kind of room":    {edit: func(p *Plan) { p.RoomKind = BuiltinRoom }, fields: []string{"room"}, any: true},
		"URL of the room": {edit: func(p *Plan) { p.RoomURL = "https://meet.example.com/2" }, fields: []string{"room"}, any: true},
		"personal URL":    {edit: func(p *Plan) { p.RoomAddresses = nil }, fields: []string{"room"}, any: true},
		"meeting":         {edit: func(p *Plan) { p.Meeting.Kind = LinkMeeting }, fields: []string{"meeting"}, any: true},
		"interviewers":    {edit: func(p *Plan) { p.Interviewers = []string{"mei", "kai"} }, added: []string{"kai"}, removed: []string{"lin"}, any: true},
		"order":           {edit: func(p *Plan) { p.Interviewers = []string{"mei", "lin"} }, any: true},
		"note":            {edit: func(p *Plan) { p.Note = "" }, any: true},
		"zone":            {edit: func(p *Plan) { p.TimeZone = "UTC" }, any: true},
		"questions":       {edit: func(p *Plan) { p.QuestionIDs = []string{"q2", "q1"} }, any: true},
		"position":        {edit: func(p *Plan) { p.PositionID = "other" }, any: true},
		"external id":     {edit: func(p *Plan) { p.ExternalID = "ats-1" }, any: true},
	} {
		edited := old
		tc.edit(&edited)
		got := comparePlans(old, edited)
		if !slices.Equal(got.fields, tc.fields) || !slices.Equal(got.added, tc.added) || !slices.Equal(got.removed, tc.removed) || got.any != tc.any {
			t.Errorf("%s: fields %v, added %v, removed %v, any %v", name, got.fields, got.added, got.removed, got.any)
		}
	}
}

func TestNormalizeRoom(t *testing.T) {
	p := Plan{
		RoomKind: LinkRoom, RoomURL: " https://meet.example.com/1\u200b", Interviewers: []string{"lin", "mei", "kai"},
		RoomAddresses: []RoomAddress{
			{"mei", "https://meet.example.com/mei"}, {"lin", "\u2060https://meet.example.com/lin"},
			{"mei", "https://meet.example.com/again"}, {"gone", "https://meet.example.com/gone"}, {"kai", " "},
		},
	}
	p.normalizeRoom()
	want := []RoomAddress{{"lin", "https://meet.example.com/lin"}, {"mei", "https://meet.example.com/mei"}}
	if p.RoomURL != "https://meet.example.com/1" || !slices.Equal(p.RoomAddresses, want) {
		t.Errorf("link: %q and %v, want %v", p.RoomURL, p.RoomAddresses, want)
	}
	p.RoomKind = BuiltinRoom
	p.normalizeRoom()
	if p.RoomURL != "" || len(p.RoomAddresses) > 0 {
		t.Errorf("built-in room: %q and %v, want neither", p.RoomURL, p.RoomAddresses)
	}
}

// linkFixture returns a fixture that can store personal URLs, with an interview behind a link.
func linkFixture(t *testing.T, f *fixture) *Interview {
	f.Box = must(secretbox.NewBox([]byte("a secret"), "rooms"))(t)
	return f.schedule(func(p *Plan) {
		p.RoomKind, p.RoomURL = LinkRoom, "https://meet.example.com/1"
		p.RoomAddresses = []RoomAddress{{"mei", "https://meet.example.com/mei"}}
	})
}

func TestPersonalURLs(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := linkFixture(t, f)
		for userID, want := range map[string]string{"lin": "https://meet.example.com/1", "mei": "https://meet.example.com/mei", "rosa": "https://meet.example.com/1"} {
			a := f.recruiter
			a.UserID = userID
			if got := must(f.Rooms().JoinURL(f.ctx, a, i.ID))(t); got != want {
				t.Errorf("%s joins at %q, want %q", userID, got, want)
			}
		}
		if got := f.Rooms().NewView(f.recruiter, i).Addresses; got["mei"] != "https://meet.example.com/mei" || len(got) != 1 {
			t.Errorf("a recruiter sees the personal URLs %v", got)
		}
		if got := f.Rooms().NewView(f.lin, i).Addresses; got != nil {
			t.Errorf("an interviewer sees the personal URLs %v", got)
		}
	})
}

// An edit that repeats what is stored is none, personal URLs included.
func TestEditOfPersonalURLs(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := linkFixture(t, f)
		same := must(f.Edit(f.ctx, f.recruiter, i.ID, i.Version, func(*Plan) {}))(t)
		if same.Version != i.Version {
			t.Errorf("an empty edit made version %d of %d", same.Version, i.Version)
		}
		changed := must(f.Edit(f.ctx, f.recruiter, i.ID, i.Version, func(p *Plan) {
			p.RoomAddresses = []RoomAddress{{"lin", "https://meet.example.com/lin"}}
		}))(t)
		if got := f.Rooms().NewView(f.recruiter, changed).Addresses; changed.Version == i.Version || got["lin"] == "" || got["mei"] != "" {
			t.Errorf("version %d has the personal URLs %v", changed.Version, got)
		}
	})
}

func TestRoomFollowsItsKind(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := linkFixture(t, f)
		rooms := func() (states []string) {
			err := f.DB.NewSelect().Model((*roomRow)(nil)).ColumnExpr("kind || ' ' || state").
				Where("interview_id = ?", i.ID).OrderExpr("created_at, state DESC").Scan(f.ctx, &states)
			if err != nil {
				t.Fatal(err)
			}
			return states
		}
		setRoom := func(kind RoomKind, url string) {
			f.clock.Advance(time.Minute)
			must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
				p.RoomKind, p.RoomURL, p.RoomAddresses = kind, url, []RoomAddress{{"lin", url}}
			}))(t)
		}
		for _, step := range []struct {
			kind RoomKind
			url  string
			want []string
		}{
			{LinkRoom, "https://meet.example.com/2", []string{"link ready"}},
			{BuiltinRoom, "", []string{"link gone"}}, // a built-in room has no row
			{LinkRoom, "https://meet.example.com/3", []string{"link gone", "link ready"}},
		} {
			setRoom(step.kind, step.url)
			if got := rooms(); !slices.Equal(got, step.want) {
				t.Errorf("after a change to %s %s: rooms %v, want %v", step.kind, step.url, got, step.want)
			}
		}
	})
}
