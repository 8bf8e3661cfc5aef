package callback

// Events of calendars and schedules that the app made. They tell what people
// did; what the app does itself through the API is not reported.
// See https://developer.work.weixin.qq.com/document/path/93651
type (
	// DeleteCalendar says that an admin of a calendar deleted it.
	DeleteCalendar struct {
		CalID string `xml:"CalId"`
	}
	// ModifyCalendar says that an admin of a calendar changed it.
	ModifyCalendar struct {
		CalID string `xml:"CalId"`
	}
	// ModifySchedule says that an admin of a schedule changed it.
	ModifySchedule struct {
		CalID      string `xml:"CalId"`
		ScheduleID string `xml:"ScheduleId"`
	}
	// DeleteSchedule says that an admin of a schedule called it off.
	DeleteSchedule struct {
		CalID      string `xml:"CalId"`
		ScheduleID string `xml:"ScheduleId"`
	}
	// RespondSchedule says that an attendee answered, who is FromUserName. What
	// the answer is has to be read through the API.
	RespondSchedule struct {
		CalID      string `xml:"CalId"`
		ScheduleID string `xml:"ScheduleId"`
	}
)

// MeetingChange is what happened to a meeting that the app made; ChangeType
// says what. Companies without the advanced feature for meetings hear of
// modify_meeting and cancel_meeting only. FromUserName is empty for people
// outside the company.
// See https://developer.work.weixin.qq.com/document/path/99103
type MeetingChange struct {
	ChangeType         string // "meeting_start", "join_meeting", …
	MeetingID          string `xml:"MeetingId"`
	FromUserTmpOpenID  string `xml:"FromUserTmpOpenId"`
	OperatedUserID     string `xml:"OperatedUser>UserId"`
	OperatedTmpOpenID  string `xml:"OperatedUser>TmpOpenId"`
	OperatedUserRole   int    `xml:"OperatedUser>UserRole"`
	EnrollID           string `xml:"EnrollId"`
	PSTNStatus         string `xml:"PstnStatus"`
	MeetingRoomID      int64  `xml:"MeetingRoomId"`
	RoomResponseStatus int
	MRAProtocol        string `xml:"MraAddress>Protocol"`
	MRADialString      string `xml:"MraAddress>DialString"`
}

// MeetingStatistics says that a member began a meeting: ChangeType is
// start_meeting.
// See https://developer.work.weixin.qq.com/document/path/99648
type MeetingStatistics struct {
	ChangeType string
	Status     int // 1 it began, 2 it failed
}
