package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type appointmentHandlers struct{ appointments *appointment.Service }

// Appointment is the schedule or the meeting of an interview in WeCom.
type Appointment struct {
	Kind          string                `json:"kind" enum:"schedule,meeting"`
	State         string                `json:"state" enum:"preparing,ready,failed"`
	Failure       *resource.RoomFailure `json:"failure,omitempty" doc:"Why the last attempt failed, or that a member deleted it in WeCom"`
	NextAttemptAt *time.Time            `json:"nextAttemptAt,omitempty" doc:"Absent for a failure that a person must fix"`
}

// Appointments are those of one interview.
type Appointments struct {
	Items []Appointment `json:"items"`
}

// AppointmentSettings are the company's settings of calendar and meetings.
type AppointmentSettings struct {
	Calendar        bool   `json:"calendar" doc:"Interviews are entered into WeCom's calendar"`
	DefaultMeeting  string `json:"defaultMeeting" enum:"none,wecom" doc:"Meeting of interviews that name none"`
	ScheduleFailure string `json:"scheduleFailure,omitempty" doc:"Why WeCom refuses schedules, and the remedy"`
	MeetingFailure  string `json:"meetingFailure,omitempty" doc:"Why WeCom refuses meetings, and the remedy"`
}

// AppointmentSettingsInput is the body of setAppointmentSettings; what is absent is not changed.
type AppointmentSettingsInput struct {
	Calendar       *bool                  `json:"calendar,omitempty"`
	DefaultMeeting *interview.MeetingKind `json:"defaultMeeting,omitempty" enum:"none,wecom"`
}

func (h appointmentHandlers) listAppointments(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Appointments], error) {
	list, err := h.appointments.List(ctx, caller.Actor(ctx), in.ID)
	lang := httpapi.Language(ctx)
	return httpapi.NewResponse(Appointments{httpapi.MapSlice(list, func(v appointment.View) Appointment {
		return Appointment{
			Kind: string(v.Kind), State: string(v.State), Failure: resource.NewRoomFailure(lang, v.Failure), NextAttemptAt: v.NextAttemptAt,
		}
	})}, err)
}

// retryAppointments makes the next attempts immediately.
func (h appointmentHandlers) retryAppointments(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[Appointments], error) {
	if err := h.appointments.Retry(ctx, caller.Actor(ctx), in.ID); err != nil {
		return nil, err
	}
	return h.listAppointments(ctx, in)
}

func (h appointmentHandlers) getAppointmentSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[AppointmentSettings], error) {
	set, err := h.appointments.Settings(ctx, caller.Actor(ctx))
	if err != nil {
		return nil, err
	}
	lang := httpapi.Language(ctx)
	return httpapi.NewResponse(AppointmentSettings{
		Calendar: set.Calendar, DefaultMeeting: string(set.DefaultMeeting),
		ScheduleFailure: localizeReason(lang, set.ScheduleFailure), MeetingFailure: localizeReason(lang, set.MeetingFailure),
	}, nil)
}

func (h appointmentHandlers) setAppointmentSettings(ctx context.Context, in *httpapi.Request[AppointmentSettingsInput]) (*httpapi.Response[AppointmentSettings], error) {
	err := h.appointments.SetSettings(ctx, caller.Actor(ctx), appointment.SettingsEdit(in.Body))
	if err != nil {
		return nil, err
	}
	return h.getAppointmentSettings(ctx, nil)
}
