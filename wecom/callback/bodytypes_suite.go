package callback

// Events of a third-party app, sent to its instruction callback URL, which must
// respond "success": see Config.ReplySuccess. Store them and process them later;
// some require a response within a second.
// See https://developer.work.weixin.qq.com/document/path/90628
type (
	// SuiteTicket is required for requesting suite access tokens. WeCom sends
	// one every ten minutes; each is valid for thirty minutes. Store the
	// latest.
	SuiteTicket struct {
		Ticket Secret `xml:"SuiteTicket"`
	}
	// CreateAuth reports that a company installed the app. Exchange AuthCode
	// within ten minutes.
	CreateAuth struct {
		AuthCode Secret
		State    string
	}
	// ChangeAuth reports that the authorisation of a company has changed. Read
	// it again.
	ChangeAuth struct {
		AuthCorpID string `xml:"AuthCorpId"`
		State      string
	}
	// CancelAuth reports that a company removed the app. Delete its data.
	CancelAuth struct {
		AuthCorpID string `xml:"AuthCorpId"`
	}
	// ResetPermanentCode reports that the secret of an app developed for a
	// company was reset. Exchange AuthCode.
	ResetPermanentCode struct{ AuthCode Secret }
	// CorpArchAuth reports that a company authorised access to its organisation
	// structure.
	CorpArchAuth struct {
		AuthCorpID string `xml:"AuthCorpId"`
	}
)
