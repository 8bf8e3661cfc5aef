package callback

// Events of calendars and schedules that the app created. They report actions of
// members; actions of the app itself through the API are not reported.
// See https://developer.work.weixin.qq.com/document/path/93651
type (
	// DeleteCalendar reports that an admin of a calendar deleted it.
	DeleteCalendar struct {
		CalID string `xml:"CalId"`
	}
	// ModifyCalendar reports that an admin of a calendar changed it.
	ModifyCalendar struct {
		CalID string `xml:"CalId"`
	}
	// ModifySchedule reports that an admin of a schedule changed it.
	ModifySchedule struct {
		CalID      string `xml:"CalId"`
		ScheduleID string `xml:"ScheduleId"`
	}
	// DeleteSchedule reports that an admin of a schedule cancelled it.
	DeleteSchedule struct {
		CalID      string `xml:"CalId"`
		ScheduleID string `xml:"ScheduleId"`
	}
	// RespondSchedule reports that an attendee, FromUserName, responded. The
	// response itself has to be read through the API.
	RespondSchedule struct {
		CalID      string `xml:"CalId"`
		ScheduleID string `xml:"ScheduleId"`
	}
)

// MeetingChange is an event of a meeting that the app created; ChangeType
// identifies it. Companies without the advanced meeting feature receive
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

// MeetingStatistics reports that a member started a meeting; ChangeType is
// start_meeting.
// See https://developer.work.weixin.qq.com/document/path/99648
type MeetingStatistics struct {
	ChangeType string
	Status     int // 1 started, 2 failed
}
