package availability

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// DayKind is how a day differs from its day of the week.
type DayKind string

const (
	DayOff  DayKind = "off"
	Workday DayKind = "workday" // such as a make-up workday on a Saturday
)

// Day is a day that differs from its day of the week.
type Day struct {
	Date Date    `json:"date"`
	Kind DayKind `json:"kind"`
	Name string  `json:"name"`
}

// Calendar contains the days that differ, by date.
type Calendar map[Date]Day

// HolidayList is a list of public holidays that the program contains.
type HolidayList string

const (
	NoHolidays      HolidayList = "none"
	ChineseHolidays HolidayList = "cn" // of mainland China, as the State Council announces them for each year
)

//go:embed holidays/*.json
var holidayFiles embed.FS

// announced is an entry of a data file: the days from From to To with the same name.
type announced struct {
	DateRange

	Workday bool              `json:"workday"`
	Name    map[string]string `json:"name"` // by language
}

// announcedDays are the entries of the data files, by list. They are part of the program,
// so an error in one is found by the first test.
var announcedDays = sync.OnceValue(func() map[HolidayList][]announced {
	out := map[HolidayList][]announced{}
	files, err := holidayFiles.ReadDir("holidays")
	if err != nil {
		panic(fmt.Sprintf("reading the holidays: %v", err))
	}
	for _, f := range files {
		body, err := holidayFiles.ReadFile("holidays/" + f.Name())
		var entries []announced
		if err == nil {
			err = json.Unmarshal(body, &entries)
		}
		if err != nil {
			panic(fmt.Sprintf("reading the holidays of %s: %v", f.Name(), err))
		}
		list, _, _ := strings.Cut(f.Name(), "-")
		out[HolidayList(list)] = append(out[HolidayList(list)], entries...)
	}
	return out
})

// Holidays returns the days of a list with their names in a language, by date.
func Holidays(list HolidayList, lang string) []Day {
	out := []Day{}
	for _, e := range announcedDays()[list] {
		out = append(out, e.listDays(lang)...)
	}
	slices.SortFunc(out, func(a, b Day) int { return strings.Compare(string(a.Date), string(b.Date)) })
	return out
}

func (e announced) listDays(lang string) []Day {
	kind := DayOff
	if e.Workday {
		kind = Workday
	}
	out := []Day{}
	for d := e.From; d <= e.To; d = d.Next() {
		out = append(out, Day{d, kind, e.Name[lang]})
	}
	return out
}

// newCalendar returns the days of the lists. A later list replaces days of an earlier
// one.
func newCalendar(lists ...[]Day) Calendar {
	c := Calendar{}
	for _, list := range lists {
		for _, d := range list {
			c[d.Date] = d
		}
	}
	return c
}
