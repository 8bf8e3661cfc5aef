package core

import (
	"fmt"
	"strings"
)

// APIError is an error reply of the API.
type APIError struct {
	Code     int
	Text     string
	OmitHint bool // without hint, IP address and link, as observed for an invalid token
}

// NewAPIError returns an error with the usual text of its code.
func NewAPIError(code int) *APIError { return &APIError{Code: code} }

// NewAPIErrorf returns an error with a text of its own.
func NewAPIErrorf(code int, format string, args ...any) *APIError {
	return &APIError{Code: code, Text: fmt.Sprintf(format, args...)}
}

// TooLong returns WeCom's error for a field that exceeds its maximum length.
func TooLong(field string, limit int) *APIError {
	return NewAPIErrorf(40058, "%s exceed max length %d. invalid Request Parameter", field, limit)
}

// InvalidParam returns error 40058 for a parameter.
func InvalidParam(field string) *APIError {
	return NewAPIErrorf(40058, "invalid param '%s'. invalid Request Parameter", field)
}

// ShortMessage returns the errmsg without hint, IP address and link.
func (e *APIError) ShortMessage() string {
	if e.Text != "" {
		return e.Text
	}
	if t, ok := ErrTexts[e.Code]; ok {
		return t
	}
	return "error"
}

// FullMessage returns the errmsg with the hint, IP address and link that most errors have.
//
// https://developer.work.weixin.qq.com/document/path/90930
func (e *APIError) FullMessage(hint, ip string) string {
	if e.OmitHint {
		return e.ShortMessage()
	}
	return fmt.Sprintf("%s, hint: [%s], from ip: %s, more info at https://open.work.weixin.qq.com/devtool/query?e=%d",
		strings.TrimSuffix(e.ShortMessage(), "."), hint, ip, e.Code)
}

// ErrTexts are the English texts. Those of the first block were observed in replies of the real
// service. The others paraphrase WeCom's error page: programs must not match on errmsg.
var ErrTexts = map[int]string{
	40001:  "invalid credential",
	40007:  "invalid media_id",
	40008:  "invalid message type",
	40013:  "invalid corpid",
	40014:  "invalid access_token",
	40029:  "invalid code",
	40056:  "invalid agentid",
	40070:  "all list invalid",
	41001:  "access_token missing",
	41004:  "corpsecret missing",
	42001:  "access_token expired",
	44001:  "empty media data",
	44004:  "empty content",
	45009:  "api freq out of limit",
	45033:  "api concurrent out of limit",
	48002:  "api forbidden",
	60011:  "no privilege to access/modify contact/party/agent",
	60020:  "not allow to access from your ip",
	60111:  "userid not found",
	81013:  "user & party & tag all invalid",
	301002: "not allow operate another agent with this accesstoken.",

	-1:    "system busy",
	40003: "invalid userid",
	40015: "invalid menu button count", 40016: "invalid button size", 40017: "invalid button type",
	40018: "invalid button name size", 40019: "invalid button key size", 40020: "invalid button url size",
	40022: "invalid sub button level", 40023: "invalid sub button size", 40024: "invalid sub button type",
	40025: "invalid sub button name size", 40026: "invalid sub button key size", 40027: "invalid sub button url size",
	40031: "all list invalid",
	40032: "invalid userid list size",
	40035: "invalid parameter",
	40004: "invalid media file type", 40005: "invalid type", 40006: "invalid file size", 40009: "invalid image size",
	41006: "media_id missing", 45001: "media size out of limit", 45032: "author size out of limit",
	86001: "invalid chatid", 86003: "chatid does not exist", 86006: "invalid number of chat members",
	86007: "invalid chat member", 86008: "chat was not created by this agent", 86201: "chatid missing",
	86207: "owner is not in userlist", 86215: "chatid already exists",
	90457: "invalid cal_id", 90458: "cal_id_list is empty", 90459: "calendar has been deleted",
	90460: "schedule has been deleted", 90461: "invalid schedule_id", 90462: "schedule_id_list is empty",
	90464: "too many attendees", 90465: "invalid repeat_type", 90466: "not created by this agent", 90469: "invalid limit",
	90471: "invalid remind time", 90473: "invalid color", 90480: "invalid timezone", 90483: "public_range missing",
	90467: "invalid repeat_day_of_week", 90482: "invalid op_start_time", 90484: "a single occurrence can not repeat",
	90487: "invalid repeat_day_of_month", 90488: "start_time must not be before op_start_time", 90485: "invalid op_mode", 90486: "repeat_interval missing", 90490: "too many shares", 90492: "admin is not in shares",
	90704: "invalid remind_time_diffs", 90706: "can not move start_time into the past",
	90712: "can not delete the default calendar", 90713: "attendees missing", 90715: "admin is not an attendee",
	84014: "user_ticket expired", 84015: "invalid user_ticket", 84090: "user_ticket missing",
	60103: "invalid mobile", 60105: "invalid email", 40059: "invalid report_location_flag",
	45004: "description size out of limit", 45022: "name size out of limit",
	90200: "miniprogram appid missing", 90201: "invalid content_item size", 90202: "invalid content_item key size",
	90203: "invalid content_item value size", 90204: "invalid page size",
	40054: "invalid sub button url domain", 40055: "invalid button url domain",
	40057: "invalid callback url",
	40058: "invalid Request Parameter",
	40063: "some parameters are empty",
	40074: "news can not be secret",
	40091: "invalid secret for this corp",
	40094: "invalid url",
	40206: "request body too large",
	41002: "corpid missing",
	41008: "code missing",
	41009: "userid missing",
	41010: "url missing",
	41011: "agentid missing",
	41016: "title missing",
	41033: "description missing",
	42003: "code expired",
	42012: "invalid jsapi_ticket",
	42014: "invalid task_id",
	42015: "agentid of the card does not match",
	42016: "task_id not found",
	42017: "button key not found", 42018: "invalid button key",
	42019: "button key missing", 42020: "button name missing",
	42022: "code has been used",
	42027: "horizontal_content_list keyname missing",
	42028: "url missing",
	42029: "horizontal_content_list media_id missing",
	42030: "appid missing",
	42031: "invalid card_type",
	42033: "title missing",
	42035: "invalid horizontal_content_list size", 42036: "invalid vertical_content_list size",
	42037: "invalid option_list size", 42038: "invalid button_list text", 42039: "invalid button_list key",
	42040: "invalid option_list id", 42041: "invalid option_list text", 42042: "invalid jump_list size",
	42043: "invalid question_key", 42044: "invalid card_image url", 42045: "invalid card_action",
	42046: "invalid submit_button key", 42047: "invalid select_list size", 42049: "invalid submit_button text",
	42050: "invalid horizontal_content_list userid", 42051: "repeated action_menu key",
	42052: "msgid expired",
	43012: "callback url is not configured",
	45002: "content size out of limit",
	45008: "article size out of limit",
	46003: "menu does not exist",
	46004: "user does not exist",
	48009: "no permission to read contact detail from new ip",
	50001: "redirect_url domain is not registered",
	50002: "member is out of permission range",
	50003: "agent is disabled",
	40068: "invalid tagid", 40071: "tag name already exists", 40072: "invalid tag name length",
	41017: "tagid missing", 41018: "tagname missing", 81011: "no privilege to access/modify tag", 81017: "too many items",
	60001: "invalid department name length", 60004: "parent department not found", 60005: "department has members",
	60006: "department has children", 60007: "can not delete the root department", 60008: "department already exists",
	60009: "department name contains illegal characters", 60010: "department loop", 81002: "department level out of limit",
	60102: "userid already exists", 60104: "mobile already exists", 60106: "email already exists",
	60110: "too many departments for a member", 60112: "invalid name", 60129: "mobile and email are both empty",
	60132: "is_leader_in_dept does not match department", 60257: "too many direct leaders",
	60003: "department not found",
	60140: "invalid response_code",
	81012: "empty visible range",
	82001: "touser, toparty and totag are all empty",
	82002: "invalid toparty size", 82003: "invalid totag size",
	82101: "update target is empty", 82102: "update target is not a receiver",
	91040: "invalid ticket type",
	90602: "invalid meetingid", 400020: "too many invitees", 400021: "invalid or invisible member", 400025: "invalid remind_scope",
	400026: "invalid repeat_type", 400027: "too many hosts", 400029: "host is not an invitee", 400030: "invalid password", 400031: "invalid settings",
	400032: "invalid repeat_until", 400033: "invalid repeat_interval", 400034: "invalid meeting_start", 400035: "invalid meeting_duration",
	400036: "no privilege to the calendar", 400037: "ring user is not an invitee", 400038: "userid missing", 400039: "admin is not an invitee",
	400040: "admin_userid missing", 400041: "meeting is already cancelled", 400042: "invalid title", 400221: "meeting can not be updated any more",
	400224: "meeting can not be cancelled any more", 400226: "field needs the advanced feature", 400237: "location is too long",
	400302: "the same meeting has been created, see skip_duplicate_check", 730007: "corp has not bought the advanced feature",
	301025: "approval parameter error", 301026: "approval template not found",
	43004: "user is not bound to wechat", 40089: "job not found", 45026: "too many deletions", 302003: "duplicate userid", 302006: "duplicate partyid",
	94000: "custom workbench is not switched on",
	93000: "invalid webhook url", 93004: "robot is stopped", 93008: "robot is not in the group",
	40092: "invalid import file", 40096: "invalid external userid", 40098: "user not realname", 41050: "invalid welcome code", 41051: "chat already started",
	41054: "user not activated", 41064: "invalid attachments size", 41065: "invalid attachments msgtype",
	84061: "not external contact", 84074: "no external contact permission", 84084: "not a follower of the external user",
	48007: "open_kfid is not granted to the application", 95000: "invalid open_kfid", 95001: "kf message count out of limit",
	95002: "kf session out of time", 95004: "open_kfid does not exist", 95005: "too many open_kfid", 95006: "invalid kf name",
	95007: "invalid msg token", 95008: "too many menu items", 95009: "invalid menu item type",
	95014: "user is not a servicer", 95016: "invalid session state change", 60030: "no privilege to user or party",
	95018: "send msg session status invalid", 95033: "duplicate msgid",
	40080: "invalid suite_secret", 40082: "invalid suite_token", 40083: "invalid suite_id", 40084: "invalid permanent_code",
	40085: "invalid suite_ticket", 40086: "invalid suite appid", 42009: "suite_access_token expired", 48004: "corp has not authorized",
}
