package callback

import "time"

// ChangeExternalContact is a change of the relationship between a member and an
// external contact. ChangeType is "add_external_contact",
// "add_half_external_contact", "edit_external_contact", "del_external_contact",
// "del_follow_user" or "transfer_fail".
// See https://developer.work.weixin.qq.com/document/path/92130
type ChangeExternalContact struct {
	ChangeType     string
	UserID         string
	ExternalUserID string
	State          string // of the QR code through which the contact was added
	WelcomeCode    string // for a welcome message: valid once, for 20 seconds; often absent
	Source         string // "DELETE_BY_TRANSFER"
	FailReason     string // transfer_fail only
}

// ChangeExternalChat is a change of a customer group chat; ChangeType is
// "create", "update" or "dismiss".
// See https://developer.work.weixin.qq.com/document/path/92130
type ChangeExternalChat struct {
	ChangeType   string
	ChatID       string `xml:"ChatId"`
	UpdateDetail string // "add_member", "del_member", …
	JoinScene    int
	QuitScene    int
	MemChangeCnt int
	Members      []string `xml:"MemChangeList>Item"`
}

// ChangeExternalTag is a change of a customer tag; ChangeType is "create",
// "update", "delete" or "shuffle".
// See https://developer.work.weixin.qq.com/document/path/92130
type ChangeExternalTag struct {
	ChangeType string
	ID         string `xml:"Id"`
	TagType    string // "tag" or "tag_group"
}

// KFMsgOrEvent reports that a WeChat customer service account has new messages.
// Read them through the API with Token, which is valid for ten minutes.
// See https://developer.work.weixin.qq.com/document/path/94670
type KFMsgOrEvent struct {
	Token    Secret
	OpenKFID string `xml:"OpenKfId"`
}

// KFAccountAuthChange lists the customer service accounts that the app gained
// or lost access to.
// See https://developer.work.weixin.qq.com/document/path/97712
type KFAccountAuthChange struct {
	Added   []string `xml:"AuthAddOpenKfId"`
	Removed []string `xml:"AuthDelOpenKfId"`
}

// SysApprovalChange is a state change of an approval in WeCom's approval app.
// See https://developer.work.weixin.qq.com/document/path/91815
type SysApprovalChange struct {
	Number      string    `xml:"ApprovalInfo>SpNoStr"` // preferred to SpNo, which may be absent
	SpNo        string    `xml:"ApprovalInfo>SpNo"`
	Name        string    `xml:"ApprovalInfo>SpName"`
	Status      int       `xml:"ApprovalInfo>SpStatus"` // 1 in progress, 2 approved, 3 rejected, 4 withdrawn, 6 withdrawn after approval, 7 deleted, 10 paid
	TemplateID  string    `xml:"ApprovalInfo>TemplateId"`
	ApplyTime   time.Time `xml:"ApprovalInfo>ApplyTime"`
	ApplicantID string    `xml:"ApprovalInfo>Applyer>UserId"`
	// StatusChangeEvent is 1 submitted, 2 approved, 3 rejected, 4 transferred,
	// 5 urged, 6 withdrawn, 8 withdrawn after approval, 10 comment, 11 sent
	// back, 12 to 15 changes of signers and handlers.
	StatusChangeEvent int                  `xml:"ApprovalInfo>StatuChangeEvent"`
	Nodes             []SysApprovalNode    `xml:"ApprovalInfo>ProcessList>NodeList"`
	Comments          []SysApprovalComment `xml:"ApprovalInfo>Comments"`
}

// SysApprovalNode is one step of the approval process.
type SysApprovalNode struct {
	NodeType int // 1 approver, 2 cc, 3 handler
	SpStatus int
	ApvRel   int                 // 1 all, 2 any, 3 in order
	Members  []SysApprovalMember `xml:"SubNodeList"`
}

// SysApprovalMember is an approver of a step.
type SysApprovalMember struct {
	UserID string `xml:"UserInfo>UserId"`
	Speech string
	Status int       `xml:"SpYj"`
	Time   time.Time `xml:"Sptime"`
}

// SysApprovalComment is a comment on an approval.
type SysApprovalComment struct {
	UserID  string    `xml:"CommentUserInfo>UserId"`
	Time    time.Time `xml:"CommentTime"`
	Content string    `xml:"CommentContent"`
	ID      string    `xml:"CommentId"`
}
