package showmebug_test

import (
	"context"
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
						if _, err := f.SetMemberContact(f.ctx, f.admin, "lin", "new@acme.example", ""); err != nil {
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
