package callback

import "time"

// bodyTypes knows the type of each kind of message. Kinds whose fields are all
// in Message stand with an empty struct, so that a type switch can name them.
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

	// Families whose members differ by ChangeType only.
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

// newBody makes an empty value of the message's own type, nil when unknown.
func newBody(m *Message) any {
	if create, known := bodyTypes[m.Kind()]; known {
		return create()
	}
	if create, known := bodyTypes["event/"+m.Event+"/*"]; known {
		return create()
	}
	return nil
}

// Messages that a member writes to the app.
// See https://developer.work.weixin.qq.com/document/path/90239
type (
	// Text is a text.
	Text struct{ Content string }
	// Image is a picture; its media id works for three days.
	Image struct {
		PicURL  string `xml:"PicUrl"`
		MediaID string `xml:"MediaId"`
	}
	// Voice is a recording in amr or speex.
	Voice struct {
		MediaID string `xml:"MediaId"`
		Format  string
	}
	// Video is a film.
	Video struct {
		MediaID      string `xml:"MediaId"`
		ThumbMediaID string `xml:"ThumbMediaId"`
	}
	// Location is a place that a member sent.
	Location struct {
		Latitude  float64 `xml:"Location_X"`
		Longitude float64 `xml:"Location_Y"`
		Scale     int
		Label     string
		AppType   string // "wxwork" inside WeCom, empty in WeChat
	}
	// Link is a shared page.
	Link struct {
		Title       string
		Description string
		URL         string `xml:"Url"`
		PicURL      string `xml:"PicUrl"`
	}
)

// Events around an app.
// See https://developer.work.weixin.qq.com/document/path/90240
type (
	// Subscribe says that a member came into the app's visible range.
	Subscribe struct{}
	// Unsubscribe says that a member left the app's visible range.
	Unsubscribe struct{}
	// EnterAgent says that a member opened the app.
	EnterAgent struct{}
	// ReportLocation is where a member was on opening the app.
	ReportLocation struct {
		Latitude  float64
		Longitude float64
		Precision float64
		AppType   string
	}
	// BatchJobResult says that an asynchronous job is done.
	BatchJobResult struct {
		JobID   string `xml:"BatchJob>JobId"`
		JobType string `xml:"BatchJob>JobType"` // sync_user, replace_user, invite_user, replace_party
		ErrCode int    `xml:"BatchJob>ErrCode"`
		ErrMsg  string `xml:"BatchJob>ErrMsg"`
	}
	// Click is a tap on an entry of the app's menu.
	Click struct {
		Key string `xml:"EventKey"`
	}
	// View is a tap on a menu entry that opens an address.
	View struct {
		URL string `xml:"EventKey"`
	}
	// ViewMiniProgram is a tap on a menu entry that opens a mini program.
	ViewMiniProgram struct {
		PagePath string `xml:"EventKey"`
	}
	// ScanCode is a code scanned from the menu.
	ScanCode struct {
		Key        string `xml:"EventKey"`
		ScanType   string `xml:"ScanCodeInfo>ScanType"`
		ScanResult string `xml:"ScanCodeInfo>ScanResult"`
	}
	// SendPics is pictures sent from the menu.
	SendPics struct {
		Key   string `xml:"EventKey"`
		Count int    `xml:"SendPicsInfo>Count"`
		Items []Pic  `xml:"SendPicsInfo>PicList>item"`
	}
	// Pic is one picture of SendPics.
	Pic struct {
		MD5 string `xml:"PicMd5Sum"`
	}
	// LocationSelect is a place sent from the menu.
	LocationSelect struct {
		Key       string  `xml:"EventKey"`
		Latitude  float64 `xml:"SendLocationInfo>Location_X"`
		Longitude float64 `xml:"SendLocationInfo>Location_Y"`
		Scale     int     `xml:"SendLocationInfo>Scale"`
		Label     string  `xml:"SendLocationInfo>Label"`
		PoiName   string  `xml:"SendLocationInfo>Poiname"`
		AppType   string
	}
	// TemplateCardEvent is a tap on a button of a card, or a vote on it.
	TemplateCardEvent struct {
		Key           string `xml:"EventKey"` // of the button
		TaskID        string `xml:"TaskId"`
		CardType      string
		ResponseCode  string         // for updating the card: once, within 72 hours
		SelectedItems []SelectedItem `xml:"SelectedItems>SelectedItem"`
	}
	// TemplateCardMenuEvent is a tap in the upper right menu of a card.
	TemplateCardMenuEvent struct {
		Key          string `xml:"EventKey"`
		TaskID       string `xml:"TaskId"`
		CardType     string
		ResponseCode string
	}
	// ShareAgentChange says that the app was shared with a subordinate company
	// or withdrawn from it.
	ShareAgentChange struct{}
	// ShareChainChange is the same for 上下游.
	ShareChainChange struct{}
	// SwitchWorkbenchMode says that an administrator switched the app's custom
	// workbench on or off.
	SwitchWorkbenchMode struct {
		On bool `xml:"Mode"`
	}
	// UploadMediaJobFinish says that an upload by address is done.
	UploadMediaJobFinish struct {
		JobID string `xml:"JobId"`
	}
	// InactiveAlert says that the app will be stopped because nobody uses it.
	InactiveAlert struct{ EffectTime time.Time }
	// CloseInactiveAgent says that the app was stopped because nobody uses it.
	CloseInactiveAgent struct{}
	// ReopenInactiveAgent says that an administrator switched it on again.
	ReopenInactiveAgent struct{}
	// LowActiveAlert says that the app will lose access to customer data.
	LowActiveAlert struct{ EffectTime time.Time }
	// LowActive says that it has lost access.
	LowActive struct{}
	// ActiveRestored says that it has access again.
	ActiveRestored struct{}
)
