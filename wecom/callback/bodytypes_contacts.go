package callback

import "time"

// Changes of contacts. An ordinary app does not receive them: they are sent to
// the contact sync helper's own callback URL, to apps developed by a provider
// and to apps that an upstream company shares.
// See https://developer.work.weixin.qq.com/document/path/90970
type (
	// CreateUser is a new member. Lists are comma-separated, as WeCom sends them.
	CreateUser struct {
		UserID         string
		Name           string
		Department     string // ids, comma-separated
		MainDepartment int64
		IsLeaderInDept string // 0 or 1 per department, comma-separated
		DirectLeader   string // userids, comma-separated
		Position       string
		Mobile         string
		Gender         string
		Email          string
		BizMail        string
		Status         int // 1 active, 2 disabled, 4 has not joined, 5 left
		Avatar         string
		Alias          string
		Telephone      string
		Address        string
		ExtAttr        []ExtAttr `xml:"ExtAttr>Item"`
	}
	// UpdateUser is an updated member; only changed fields are set.
	UpdateUser struct {
		CreateUser
		NewUserID string // set when the userid has changed
	}
	// DeleteUser is a removed member.
	DeleteUser struct{ UserID string }
	// CreateParty is a new department.
	CreateParty struct {
		ID       int64 `xml:"Id"`
		Name     string
		ParentID int64 `xml:"ParentId"`
		Order    int64
	}
	// UpdateParty is an updated department; only changed fields are set.
	UpdateParty struct {
		ID       int64 `xml:"Id"`
		Name     string
		ParentID int64 `xml:"ParentId"`
	}
	// DeleteParty is a deleted department.
	DeleteParty struct {
		ID int64 `xml:"Id"`
	}
	// UpdateTag is an updated tag; lists are comma-separated.
	UpdateTag struct {
		TagID         int64  `xml:"TagId"`
		AddUserItems  string // userids
		DelUserItems  string
		AddPartyItems string // department ids
		DelPartyItems string
	}
	// ExtAttr is a custom field of members.
	ExtAttr struct {
		Name  string
		Type  int    // 0 text, 1 page
		Value string `xml:"Text>Value"`
		Title string `xml:"Web>Title"`
		URL   string `xml:"Web>Url"`
	}
)

// OpenApprovalChange is a state change of an approval in WeCom's approval
// engine.
// See https://developer.work.weixin.qq.com/document/path/90240
type OpenApprovalChange struct {
	ThirdNo        string              `xml:"ApprovalInfo>ThirdNo"`
	OpenSpName     string              `xml:"ApprovalInfo>OpenSpName"`
	OpenTemplateID string              `xml:"ApprovalInfo>OpenTemplateId"`
	OpenSpStatus   int                 `xml:"ApprovalInfo>OpenSpStatus"` // 1 pending, 2 passed, 3 rejected, 4 cancelled
	ApplyTime      time.Time           `xml:"ApprovalInfo>ApplyTime"`
	ApplyUserName  string              `xml:"ApprovalInfo>ApplyUserName"`
	ApplyUserID    string              `xml:"ApprovalInfo>ApplyUserId"`
	ApplyUserParty string              `xml:"ApprovalInfo>ApplyUserParty"`
	ApplyUserImage string              `xml:"ApprovalInfo>ApplyUserImage"`
	Nodes          []OpenApprovalNode  `xml:"ApprovalInfo>ApprovalNodes>ApprovalNode"`
	Notify         []OpenApprovalActor `xml:"ApprovalInfo>NotifyNodes>NotifyNode"`
	Step           int                 `xml:"ApprovalInfo>approverstep"` // from 0
}

// OpenApprovalNode is one step of the approval process.
type OpenApprovalNode struct {
	NodeStatus int                 // 1 pending, 2 approved, 3 rejected, 4 transferred
	NodeAttr   int                 // 1 any member, 2 all members
	NodeType   int                 // 1 fixed, 2 tag, 3 superior
	Items      []OpenApprovalActor `xml:"Items>Item"`
}

// OpenApprovalActor is an approver or a notified member.
type OpenApprovalActor struct {
	ItemName   string
	ItemUserID string `xml:"ItemUserId"`
	ItemImage  string
	ItemStatus int
	ItemSpeech string
	ItemOpTime time.Time
}
