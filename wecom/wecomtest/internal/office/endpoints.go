package office

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Endpoints returns the endpoints of meetings, calendars, approvals, mail and the workbench by path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"oa/calendar/add":             {Post: true, TokenKind: core.AppToken, Handle: s.addCalendar},
		"oa/calendar/update":          {Post: true, TokenKind: core.AppToken, Handle: s.updateCalendar},
		"oa/calendar/get":             {Post: true, TokenKind: core.AppToken, Handle: s.getCalendars},
		"oa/calendar/del":             {Post: true, TokenKind: core.AppToken, Handle: s.deleteCalendar},
		"oa/schedule/add":             {Post: true, TokenKind: core.AppToken, Handle: s.addSchedule},
		"oa/schedule/update":          {Post: true, TokenKind: core.AppToken, Handle: s.updateSchedule},
		"oa/schedule/get":             {Post: true, TokenKind: core.AppToken, Handle: s.getSchedules},
		"oa/schedule/del":             {Post: true, TokenKind: core.AppToken, Handle: s.deleteSchedule},
		"oa/schedule/add_attendees":   {Post: true, TokenKind: core.AppToken, Handle: s.addAttendees},
		"oa/schedule/del_attendees":   {Post: true, TokenKind: core.AppToken, Handle: s.delAttendees},
		"oa/schedule/get_by_calendar": {Post: true, TokenKind: core.AppToken, Handle: s.listSchedules},

		"meeting/create":                    {Post: true, TokenKind: core.AppToken, Handle: s.createMeeting},
		"meeting/update":                    {Post: true, TokenKind: core.AppToken, Handle: s.updateMeeting},
		"meeting/cancel":                    {Post: true, TokenKind: core.AppToken, Handle: s.cancelMeeting},
		"meeting/get_info":                  {Post: true, TokenKind: core.AppToken, Handle: s.getMeeting},
		"meeting/get_user_meetingid":        {Post: true, TokenKind: core.AppToken, Handle: s.listMeetings},
		"meeting/create_customer_short_url": {Post: true, TokenKind: core.AppToken, Handle: s.createPersonalMeetingLink},

		"oa/gettemplatedetail": {Post: true, TokenKind: core.AppToken, Handle: s.getApprovalTemplate},
		"oa/applyevent":        {Post: true, TokenKind: core.AppToken, Handle: s.applyForApproval},
		"oa/getapprovalinfo":   {Post: true, TokenKind: core.AppToken, Handle: s.listApprovals},
		"oa/getapprovaldetail": {Post: true, TokenKind: core.AppToken, Handle: s.getApproval},

		"exmail/app/compose_send":    {Post: true, TokenKind: core.AppToken, Handle: s.sendMail},
		"exmail/app/get_email_alias": {Post: true, TokenKind: core.AppToken, Handle: s.getMailbox},

		"agent/set_workbench_template":   {Post: true, TokenKind: core.AppToken, Handle: s.setWorkbenchTemplate},
		"agent/get_workbench_template":   {Post: true, TokenKind: core.AppToken, Handle: s.getWorkbenchTemplate},
		"agent/set_workbench_data":       {Post: true, TokenKind: core.AppToken, Handle: s.setWorkbenchData},
		"agent/batch_set_workbench_data": {Post: true, TokenKind: core.AppToken, Handle: s.batchSetWorkbenchData},
		"agent/get_workbench_data":       {Post: true, TokenKind: core.AppToken, Handle: s.getWorkbenchData},
	}
}
