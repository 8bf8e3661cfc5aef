package callback

// What WeCom tells a third-party app at its instruct address, which has to
// answer "success": see Config.Success. Store what came and work later; some
// of it must be answered within a second.
// See https://developer.work.weixin.qq.com/document/path/90628
type (
	// SuiteTicket is what suite tokens are asked for with. It comes every ten
	// minutes and works for thirty: store the newest.
	SuiteTicket struct {
		Ticket Secret `xml:"SuiteTicket"`
	}
	// CreateAuth says that a company installed the app: exchange the code
	// within ten minutes.
	CreateAuth struct {
		AuthCode Secret
		State    string
	}
	// ChangeAuth says that what a company granted has changed: read it again.
	ChangeAuth struct {
		AuthCorpID string `xml:"AuthCorpId"`
		State      string
	}
	// CancelAuth says that a company removed the app: delete its data.
	CancelAuth struct {
		AuthCorpID string `xml:"AuthCorpId"`
	}
	// ResetPermanentCode says that the secret of an app that was developed for
	// a company was reset: exchange the code.
	ResetPermanentCode struct{ AuthCode Secret }
	// CorpArchAuth says that a company granted its organisation's structure.
	CorpArchAuth struct {
		AuthCorpID string `xml:"AuthCorpId"`
	}
)
