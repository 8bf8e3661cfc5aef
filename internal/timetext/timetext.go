// Package timetext writes the times of interviews in the three languages of the product.
package timetext

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
)

// FormatRange formats the interview's time in its own time zone. The zone is named unless
// it is recipientZone, which is empty if it is unknown.
func FormatRange(lang string, i *interview.Interview, recipientZone string) string {
	from, to := i.StartsAt.In(i.Location()), i.EndsAt.In(i.Location())
	hours := from.Format("15:04") + "–" + to.Format("15:04")
	if i.TimeZone != recipientZone {
		hours += " " + FormatZone(lang, i.TimeZone, from)
	}
	switch lang {
	case "en":
		return FormatDate(lang, from) + ", " + hours
	case "ja":
		return FormatDate(lang, from) + hours
	default:
		return FormatDate(lang, from) + " " + hours
	}
}

// FormatDate formats a date with its day of the week.
func FormatDate(lang string, t time.Time) string {
	weekday := i18n.T(lang, "notify.weekday."+strconv.Itoa(int(t.Weekday())), nil)
	switch lang {
	case "en":
		return weekday + " " + t.Format("Jan 2")
	case "ja":
		return t.Format("1月2日") + "（" + weekday + "）"
	default:
		return t.Format("1月2日") + " " + weekday
	}
}

// FormatZone returns the name of an IANA zone with its offset at t, such as
// "China time (UTC+8)". A zone without a text is named for its city.
func FormatZone(lang, zone string, t time.Time) string {
	if zone == "UTC" {
		return zone
	}
	id := "notify.zone." + zone
	name := i18n.T(lang, id, nil)
	if name == id {
		city := strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
		name = i18n.T(lang, "notify.zone", map[string]any{"Value": city})
	}
	if lang == "en" {
		return name + " (" + utcOffset(t) + ")"
	}
	return name + "（" + utcOffset(t) + "）"
}

// utcOffset formats the offset of t's location: UTC+8, UTC-3:30, UTC.
func utcOffset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	hours, minutes := seconds/3600, seconds/60%60
	if minutes == 0 {
		return fmt.Sprintf("UTC%s%d", sign, hours)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, hours, minutes)
}
