package availability

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Limits of the settings.
const (
	maxDays   = 200 // own days of a company
	maxBuffer = 4 * time.Hour
	maxDaily  = 24
	maxWeekly = 100
	maxAway   = 50
	maxName   = 50
)

// Company is a row of availability_settings.
type Company struct {
	bun.BaseModel `bun:"table:availability_settings,alias:avs"`

	CorpID        string      `bun:"corp_id,pk"`
	Hours         Hours       `bun:"hours,type:jsonb"`
	Holidays      HolidayList `bun:"holidays"`
	Days          []Day       `bun:"days,type:jsonb"` // over those of the list
	BufferMinutes int         `bun:"buffer_minutes"`
	DailyLimit    int         `bun:"daily_limit"` // interviews of one interviewer; 0 is no limit
	WeeklyLimit   int         `bun:"weekly_limit"`
	Version       int         `bun:"version"` // 0 before the first change
	UpdatedBy     string      `bun:"updated_by"`
	UpdatedAt     time.Time   `bun:"updated_at"`
}

// chineseZones are the zones of mainland China in the IANA database.
var chineseZones = map[string]bool{"Asia/Shanghai": true, "Asia/Chongqing": true, "Asia/Harbin": true, "Asia/Urumqi": true, "Asia/Kashgar": true, "PRC": true}

// newCompany returns the defaults of a company in a time zone.
func newCompany(corpID, zone string) *Company {
	c := &Company{CorpID: corpID, Hours: defaultHours(), Holidays: NoHolidays, Days: []Day{}}
	if chineseZones[zone] {
		c.Holidays = ChineseHolidays
	}
	return c
}

// Company returns the company's settings.
func (s *Service) Company(ctx context.Context, a actor.Actor) (*Company, error) {
	if err := a.Require(actor.ReadPositions); err != nil {
		return nil, err
	}
	return s.readCompany(ctx, s.DB.DB, a.CorpID)
}

func (s *Service) readCompany(ctx context.Context, q bun.IDB, corpID string) (*Company, error) {
	c := new(Company)
	err := q.NewSelect().Model(c).Where("avs.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		zone, err := s.TimeZone(ctx, corpID)
		return newCompany(corpID, zone), err
	}
	if err != nil {
		return nil, fmt.Errorf("reading the working hours of the company: %w", err)
	}
	return c, nil
}

// UpdateCompany changes the company's settings by edit. It requires an administrator.
// version is the one that the edit was made from, 0 for any.
func (s *Service) UpdateCompany(ctx context.Context, a actor.Actor, version int, edit func(*Company)) (*Company, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	return versioning.Settings[Company]{
		Lock: "availability/" + a.CorpID, Code: "availability.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Company, error) { return s.readCompany(ctx, q, a.CorpID) },
		Version: func(c *Company) int { return c.Version },
		Check:   (*Company).checkSettings,
		Store: func(ctx context.Context, tx *db.Tx, c, before *Company) error {
			return s.storeCompany(ctx, tx, a, c, before)
		},
	}.Update(ctx, s.DB, version, edit)
}

func (s *Service) storeCompany(ctx context.Context, tx *db.Tx, a actor.Actor, c, before *Company) error {
	c.Version, c.UpdatedBy, c.UpdatedAt = c.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(c).On("CONFLICT (corp_id) DO UPDATE").
		Set("hours = excluded.hours, holidays = excluded.holidays, days = excluded.days, buffer_minutes = excluded.buffer_minutes").
		Set("daily_limit = excluded.daily_limit, weekly_limit = excluded.weekly_limit").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the working hours of the company: %w", err)
	}
	return audit.Write(ctx, tx, s.now(), a, "availability.company", a.CorpID, describeCompany(c, before))
}

// describeCompany returns what an audit entry records of a change.
func describeCompany(c, before *Company) audit.Data {
	out := audit.Data{
		"hours": c.Hours.formatShifts(), "holidays": string(c.Holidays), "buffer": strconv.Itoa(c.BufferMinutes),
		"daily": strconv.Itoa(c.DailyLimit), "weekly": strconv.Itoa(c.WeeklyLimit),
	}
	old, now := newCalendar(before.Days), newCalendar(c.Days)
	changes := []string{}
	for _, d := range before.Days {
		if now[d.Date] != d {
			changes = append(changes, "-"+string(d.Date))
		}
	}
	for _, d := range c.Days {
		if old[d.Date] != d {
			changes = append(changes, "+"+string(d.Date)+" "+string(d.Kind))
		}
	}
	if len(changes) > 0 {
		out["days"] = shorten(strings.Join(changes, ", "))
	}
	return out
}

// formatShifts returns the shifts as text, such as "1 09:00-18:00".
func (h Hours) formatShifts() string {
	parts := make([]string, len(h))
	for n, s := range h {
		parts[n] = fmt.Sprintf("%d %s-%s", s.Day, s.From, s.To)
	}
	return shorten(strings.Join(parts, ", "))
}

// shorten limits a value of an audit entry, which contains only ASCII.
func shorten(text string) string {
	const limit = 400
	if len(text) <= limit {
		return text
	}
	return text[:limit] + "..."
}

func (c *Company) checkSettings() error {
	var e validate.Errors
	c.Hours.checkShifts(&e, "hours")
	validate.CheckOneOf(&e, "holidays", c.Holidays, NoHolidays, ChineseHolidays)
	checkNumber(&e, "bufferMinutes", c.BufferMinutes, int(maxBuffer.Minutes()))
	checkNumber(&e, "dailyLimit", c.DailyLimit, maxDaily)
	checkNumber(&e, "weeklyLimit", c.WeeklyLimit, maxWeekly)
	checkDays(&e, c.Days)
	return e.Err(false)
}

func checkNumber(e *validate.Errors, path string, value, limit int) {
	if value < 0 || value > limit {
		e.Add(path, "field.invalid")
	}
}

func checkDays(e *validate.Errors, days []Day) {
	if len(days) > maxDays {
		e.Add("days", "field.too_many", "Limit", maxDays)
		return
	}
	seen := map[Date]bool{}
	for n := range days {
		d, path := &days[n], fmt.Sprintf("days[%d].", n)
		if !d.Date.IsValid() {
			e.Add(path+"date", "field.invalid")
		} else if seen[d.Date] {
			e.Add(path+"date", "availability.day_twice")
		}
		seen[d.Date] = true
		validate.CheckOneOf(e, path+"kind", d.Kind, DayOff, Workday)
		e.CheckTitle(path+"name", &d.Name, maxName)
	}
}
