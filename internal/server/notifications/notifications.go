// Package notifications contains the operations on the notification settings of members and
// of the company.
package notifications

import (
	"context"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Handlers are the operations.
type Handlers struct{ Settings *notification.Service }

// QuietHours are a time of every day in which messages that may wait are deferred.
type QuietHours struct {
	Start   string `json:"start" maxLength:"5" example:"22:00"`
	End     string `json:"end" maxLength:"5" doc:"A time that is not after the start is on the next day; at most 16 hours later" example:"08:00"`
	DaysOff bool   `json:"daysOff" doc:"Days that are no workdays of the company are quiet as a whole"`
}

// CompanyNotificationsInput is the body of setCompanyNotifications.
type CompanyNotificationsInput struct {
	Quiet    bool       `json:"quiet" doc:"The quiet hours apply, in the company's time zone, to members without their own"`
	Hours    QuietHours `json:"hours"`
	Digest   bool       `json:"digest" doc:"Members get a digest in the morning of workdays"`
	DigestAt string     `json:"digestAt" maxLength:"5" example:"08:30"`
	Version  int        `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// CompanyNotifications are the notification settings of the company.
type CompanyNotifications struct{ CompanyNotificationsInput }

// OwnNotificationsInput is the body of setOwnNotifications.
type OwnNotificationsInput struct {
	Muted   []string   `json:"muted" maxItems:"10" enum:"reminders,waiting,scorecards,results,organizing,digests" doc:"Groups of messages that are not sent to the member"`
	Quiet   string     `json:"quiet" enum:"company,own,none" doc:"own: the hours of this body apply, in the member's time zone"`
	Hours   QuietHours `json:"hours"`
	Version int        `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// OwnNotifications are the notification settings of the signed-in member.
type OwnNotifications struct{ OwnNotificationsInput }

// GetCompany returns the settings of the company.
func (h Handlers) GetCompany(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[CompanyNotifications], error) {
	return httpapi.MapResponse(newCompany)(h.Settings.Company(ctx, caller.Actor(ctx)))
}

// SetCompany changes the settings of the company.
func (h Handlers) SetCompany(ctx context.Context, in *httpapi.Request[CompanyNotificationsInput]) (*httpapi.Response[CompanyNotifications], error) {
	return httpapi.MapResponse(newCompany)(h.Settings.UpdateCompany(ctx, caller.Actor(ctx), in.Body.Version, func(c *notification.Company) {
		c.Quiet, c.Hours = in.Body.Quiet, in.Body.Hours.toDomain()
		c.Digest, c.DigestAt = in.Body.Digest, availability.ClockOfForm(in.Body.DigestAt)
	}))
}

// GetOwn returns the settings of the signed-in member.
func (h Handlers) GetOwn(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[OwnNotifications], error) {
	a := caller.Actor(ctx)
	return httpapi.MapResponse(newMember)(h.Settings.Member(ctx, a, a.UserID))
}

// SetOwn changes the settings of the signed-in member.
func (h Handlers) SetOwn(ctx context.Context, in *httpapi.Request[OwnNotificationsInput]) (*httpapi.Response[OwnNotifications], error) {
	a := caller.Actor(ctx)
	return httpapi.MapResponse(newMember)(h.Settings.UpdateMember(ctx, a, a.UserID, in.Body.Version, func(m *notification.Member) {
		m.Muted = httpapi.MapSlice(in.Body.Muted, func(g string) notification.Group { return notification.Group(g) })
		m.Quiet, m.Hours = notification.QuietMode(in.Body.Quiet), in.Body.Hours.toDomain()
	}))
}

func newCompany(c notification.Company) CompanyNotifications {
	return CompanyNotifications{CompanyNotificationsInput{
		Quiet: c.Quiet, Hours: newHours(c.Hours), Digest: c.Digest, DigestAt: c.DigestAt.String(), Version: c.Version,
	}}
}

func newMember(m notification.Member) OwnNotifications {
	return OwnNotifications{OwnNotificationsInput{
		Muted: httpapi.MapSlice(m.Muted, func(g notification.Group) string { return string(g) }),
		Quiet: string(m.Quiet), Hours: newHours(m.Hours), Version: m.Version,
	}}
}

func newHours(q notification.QuietHours) QuietHours {
	return QuietHours{Start: q.From.String(), End: q.To.String(), DaysOff: q.DaysOff}
}

func (q QuietHours) toDomain() notification.QuietHours {
	return notification.QuietHours{From: availability.ClockOfForm(q.Start), To: availability.ClockOfForm(q.End), DaysOff: q.DaysOff}
}
