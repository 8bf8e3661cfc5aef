package callback

import "time"

// bodyTypes maps each kind of message to its type. Kinds without fields beyond
// those of Message map to an empty struct, so that a type switch can name them.
var bodyTypes = map[string]func() any{
	"text":     newBodyOf[Text],
	"image":    newBodyOf[Image],
	"voice":    newBodyOf[Voice],
	"video":    newBodyOf[Video],
	"location": newBodyOf[Location],
	"link":     newBodyOf[Link],

	"event/subscribe":                newBodyOf[Subscribe],
	"event/unsubscribe":              newBodyOf[Unsubscribe],
	"event/enter_agent":              newBodyOf[EnterAgent],
	"event/LOCATION":                 newBodyOf[ReportLocation],
	"event/batch_job_result":         newBodyOf[BatchJobResult],
	"event/click":                    newBodyOf[Click],
	"event/view":                     newBodyOf[View],
	"event/view_miniprogram":         newBodyOf[ViewMiniProgram],
	"event/scancode_push":            newBodyOf[ScanCode],
	"event/scancode_waitmsg":         newBodyOf[ScanCode],
	"event/pic_sysphoto":             newBodyOf[SendPics],
	"event/pic_photo_or_album":       newBodyOf[SendPics],
	"event/pic_weixin":               newBodyOf[SendPics],
	"event/location_select":          newBodyOf[LocationSelect],
	"event/template_card_event":      newBodyOf[TemplateCardEvent],
	"event/template_card_menu_event": newBodyOf[TemplateCardMenuEvent],
	"event/open_approval_change":     newBodyOf[OpenApprovalChange],
	"event/share_agent_change":       newBodyOf[ShareAgentChange],
	"event/share_chain_change":       newBodyOf[ShareChainChange],
	"event/switch_workbench_mode":    newBodyOf[SwitchWorkbenchMode],
	"event/upload_media_job_finish":  newBodyOf[UploadMediaJobFinish],
	"event/inactive_alert":           newBodyOf[InactiveAlert],
	"event/close_inactive_agent":     newBodyOf[CloseInactiveAgent],
	"event/reopen_inactive_agent":    newBodyOf[ReopenInactiveAgent],
	"event/low_active_alert":         newBodyOf[LowActiveAlert],
	"event/low_active":               newBodyOf[LowActive],
	"event/active_restored":          newBodyOf[ActiveRestored],

	"event/delete_calendar":  newBodyOf[DeleteCalendar],
	"event/modify_calendar":  newBodyOf[ModifyCalendar],
	"event/modify_schedule":  newBodyOf[ModifySchedule],
	"event/delete_schedule":  newBodyOf[DeleteSchedule],
	"event/respond_schedule": newBodyOf[RespondSchedule],

	"event/kf_msg_or_event":        newBodyOf[KFMsgOrEvent],
	"event/kf_account_auth_change": newBodyOf[KFAccountAuthChange],
	"event/sys_approval_change":    newBodyOf[SysApprovalChange],

	"info/suite_ticket":                newBodyOf[SuiteTicket],
	"info/create_auth":                 newBodyOf[CreateAuth],
	"info/change_auth":                 newBodyOf[ChangeAuth],
	"info/cancel_auth":                 newBodyOf[CancelAuth],
	"info/reset_permanent_code":        newBodyOf[ResetPermanentCode],
	"info/corp_arch_auth":              newBodyOf[CorpArchAuth],
	"info/change_contact/create_user":  newBodyOf[CreateUser],
	"info/change_contact/update_user":  newBodyOf[UpdateUser],
	"info/change_contact/delete_user":  newBodyOf[DeleteUser],
	"info/change_contact/create_party": newBodyOf[CreateParty],
	"info/change_contact/update_party": newBodyOf[UpdateParty],
	"info/change_contact/delete_party": newBodyOf[DeleteParty],
	"info/change_contact/update_tag":   newBodyOf[UpdateTag],

	// Kinds that differ by ChangeType only.
	"event/meeting_change/*":          newBodyOf[MeetingChange],
	"event/meeting_statistics/*":      newBodyOf[MeetingStatistics],
	"event/change_external_contact/*": newBodyOf[ChangeExternalContact],
	"event/change_external_chat/*":    newBodyOf[ChangeExternalChat],
	"event/change_external_tag/*":     newBodyOf[ChangeExternalTag],

	"event/change_contact/create_user":  newBodyOf[CreateUser],
	"event/change_contact/update_user":  newBodyOf[UpdateUser],
	"event/change_contact/delete_user":  newBodyOf[DeleteUser],
	"event/change_contact/create_party": newBodyOf[CreateParty],
	"event/change_contact/update_party": newBodyOf[UpdateParty],
	"event/change_contact/delete_party": newBodyOf[DeleteParty],
	"event/change_contact/update_tag":   newBodyOf[UpdateTag],
}

func newBodyOf[T any]() any { return new(T) }

// newBody returns an empty value of the message's type, nil for unknown kinds.
func newBody(m *Message) any {
	if create, known := bodyTypes[m.Kind()]; known {
		return create()
	}
	if create, known := bodyTypes["event/"+m.Event+"/*"]; known {
		return create()
	}
	return nil
}

// Messages of members to the app.
// See https://developer.work.weixin.qq.com/document/path/90239
type (
	// Text is a text.
	Text struct{ Content string }
	// Image is an image; its media id is valid for three days.
	Image struct {
		PicURL  string `xml:"PicUrl"`
		MediaID string `xml:"MediaId"`
	}
	// Voice is a voice recording in AMR or Speex format.
	Voice struct {
		MediaID string `xml:"MediaId"`
		Format  string
	}
	// Video is a video.
	Video struct {
		MediaID      string `xml:"MediaId"`
		ThumbMediaID string `xml:"ThumbMediaId"`
	}
	// Location is a location that a member sent.
	Location struct {
		Latitude  float64 `xml:"Location_X"`
		Longitude float64 `xml:"Location_Y"`
		Scale     int
		Label     string
		AppType   string // "wxwork" inside WeCom, empty in WeChat
	}
	// Link is a shared web page.
	Link struct {
		Title       string
		Description string
		URL         string `xml:"Url"`
		PicURL      string `xml:"PicUrl"`
	}
)

// Events of an app.
// See https://developer.work.weixin.qq.com/document/path/90240
type (
	// Subscribe reports that a member was added to the app's visible range.
	Subscribe struct{}
	// Unsubscribe reports that a member was removed from the app's visible
	// range.
	Unsubscribe struct{}
	// EnterAgent reports that a member opened the app.
	EnterAgent struct{}
	// ReportLocation is the location of a member who opened the app.
	ReportLocation struct {
		Latitude  float64
		Longitude float64
		Precision float64
		AppType   string
	}
	// BatchJobResult reports that an asynchronous job has completed.
	BatchJobResult struct {
		JobID   string `xml:"BatchJob>JobId"`
		JobType string `xml:"BatchJob>JobType"` // sync_user, replace_user, invite_user, replace_party
		ErrCode int    `xml:"BatchJob>ErrCode"`
		ErrMsg  string `xml:"BatchJob>ErrMsg"`
	}
	// Click is a tap on a menu button of the app.
	Click struct {
		Key string `xml:"EventKey"`
	}
	// View is a tap on a menu button that opens a URL.
	View struct {
		URL string `xml:"EventKey"`
	}
	// ViewMiniProgram is a tap on a menu button that opens a mini program.
	ViewMiniProgram struct {
		PagePath string `xml:"EventKey"`
	}
	// ScanCode is a code scanned with a menu button.
	ScanCode struct {
		Key        string `xml:"EventKey"`
		ScanType   string `xml:"ScanCodeInfo>ScanType"`
		ScanResult string `xml:"ScanCodeInfo>ScanResult"`
	}
	// SendPics is a set of images sent with a menu button.
	SendPics struct {
		Key   string `xml:"EventKey"`
		Count int    `xml:"SendPicsInfo>Count"`
		Items []Pic  `xml:"SendPicsInfo>PicList>item"`
	}
	// Pic is one image of SendPics.
	Pic struct {
		MD5 string `xml:"PicMd5Sum"`
	}
	// LocationSelect is a location sent with a menu button.
	LocationSelect struct {
		Key       string  `xml:"EventKey"`
		Latitude  float64 `xml:"SendLocationInfo>Location_X"`
		Longitude float64 `xml:"SendLocationInfo>Location_Y"`
		Scale     int     `xml:"SendLocationInfo>Scale"`
		Label     string  `xml:"SendLocationInfo>Label"`
		PoiName   string  `xml:"SendLocationInfo>Poiname"`
		AppType   string
	}
	// TemplateCardEvent is a tap on a card button, or a submitted choice.
	TemplateCardEvent struct {
		Key           string `xml:"EventKey"` // of the button
		TaskID        string `xml:"TaskId"`
		CardType      string
		ResponseCode  string         // for updating the card: valid once, within 72 hours
		SelectedItems []SelectedItem `xml:"SelectedItems>SelectedItem"`
	}
	// TemplateCardMenuEvent is a tap on an item of a card's menu.
	TemplateCardMenuEvent struct {
		Key          string `xml:"EventKey"`
		TaskID       string `xml:"TaskId"`
		CardType     string
		ResponseCode string
	}
	// ShareAgentChange reports that the app was shared with a subordinate
	// company, or the share was withdrawn.
	ShareAgentChange struct{}
	// ShareChainChange is like ShareAgentChange, for 上下游.
	ShareChainChange struct{}
	// SwitchWorkbenchMode reports that an administrator switched the app's
	// custom workbench on or off.
	SwitchWorkbenchMode struct {
		On bool `xml:"Mode"`
	}
	// UploadMediaJobFinish reports that an upload by URL has completed.
	UploadMediaJobFinish struct {
		JobID string `xml:"JobId"`
	}
	// InactiveAlert reports that the app will be deactivated because it is not
	// used.
	InactiveAlert struct{ EffectTime time.Time }
	// CloseInactiveAgent reports that the app was deactivated because it was
	// not used.
	CloseInactiveAgent struct{}
	// ReopenInactiveAgent reports that an administrator reactivated the app.
	ReopenInactiveAgent struct{}
	// LowActiveAlert reports that the app will lose access to customer data.
	LowActiveAlert struct{ EffectTime time.Time }
	// LowActive reports that the app has lost access to customer data.
	LowActive struct{}
	// ActiveRestored reports that the app has access to customer data again.
	ActiveRestored struct{}
)
