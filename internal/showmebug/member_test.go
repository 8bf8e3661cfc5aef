package showmebug_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

// A contact that an administrator enters while a job requests the one of WeCom
// is not overwritten.
func TestEnteredContactDuringLookup(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var f *fixture
		var once sync.Once
		f = newFixture(t, d, func(c *showmebug.Config) {
			lookUp := c.LookUpContact
			c.LookUpContact = func(ctx context.Context, corpID, userID string) (email, mobile string, err error) {
				email, mobile, err = lookUp(ctx, corpID, userID)
				if userID == "lin" {
					once.Do(func() {
						if _, err := f.SetMemberContact(f.ctx, f.admin, "lin", 0, "new@acme.example", ""); err != nil {
							t.Error(err)
						}
					})
				}
				return email, mobile, err
			}
		})
		f.connectTeam()
		i := f.scheduleInterview(func(p *interview.Plan) { p.Interviewers = []string{"lin"} })
		f.waitForRoomState(i.ID, interview.RoomReady)
		list, _, err := f.Members(f.ctx, f.admin, memberFilter(""))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.UserID == "lin" && (m.Email != "new@acme.example" || m.Source != "entered") {
				t.Errorf("the stored contact is %s, %s", m.Email, m.Source)
			}
		}
	})
}

// An administrator enters a contact while another one has the contact of WeCom fetched: the entered
// one stays.
func TestEnteredContactDuringSync(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var f *fixture
		f = newFixture(t, d, func(c *showmebug.Config) {
			lookUp := c.LookUpContact
			c.LookUpContact = func(ctx context.Context, corpID, userID string) (email, mobile string, err error) {
				if _, err := f.SetMemberContact(f.ctx, f.admin, "lin", 0, "new@acme.example", ""); err != nil {
					t.Error(err)
				}
				return lookUp(ctx, corpID, userID)
			}
		})
		f.connectTeam()
		m, err := f.SyncMember(f.ctx, f.admin, "lin")
		if err != nil || m.Email != "new@acme.example" || m.Source != "entered" || m.Version != 1 {
			t.Errorf("the synchronized member: %+v, %v", m, err)
		}
	})
}

// The edit of a contact names the version that it was made from. A change of the state is no new version.
func TestVersionOfContact(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.connectTeam()
		set := func(version int, email string) (*showmebug.Member, error) {
			return f.SetMemberContact(f.ctx, f.admin, "lin", version, email, "")
		}
		first := must(set(0, "a@acme.example"))(t)
		second := must(set(first.Version, "b@acme.example"))(t)
		synced := must(f.SyncMember(f.ctx, f.admin, "lin"))(t)
		if first.Version != 1 || second.Version != 2 || synced.Version != 2 {
			t.Errorf("versions %d, %d, %d", first.Version, second.Version, synced.Version)
		}
		stored, err := set(first.Version, "c@acme.example")
		wantAppError(t, err, "provider.contact_changed_meanwhile")
		if stored == nil || stored.Email != "b@acme.example" || stored.Version != 2 {
			t.Errorf("beside the conflict: %+v", stored)
		}
	})
}

// Of two edits of one version one is stored; the other has the stored contact beside its conflict.
func TestConcurrentContacts(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		version := must(f.SetMemberContact(f.ctx, f.admin, "lin", 0, "first@acme.example", ""))(t).Version
		for round := range 10 {
			emails := []string{fmt.Sprintf("left%d@acme.example", round), fmt.Sprintf("right%d@acme.example", round)}
			got := make([]*showmebug.Member, 2)
			errs := dbtest.Concurrently(2, func(n int) (err error) {
				got[n], err = f.SetMemberContact(f.ctx, f.admin, "lin", version, emails[n], "")
				return err
			})
			if (errs[0] == nil) == (errs[1] == nil) || got[0] == nil || got[1] == nil || got[0].Email != got[1].Email {
				t.Fatalf("%v: %+v, %+v", errs, got[0], got[1])
			}
			version++
		}
	})
}
