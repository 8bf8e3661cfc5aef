package callback

import "time"

// Changes in the contacts. An ordinary app does not receive them: they go to
// the contact sync helper's own callback, to apps developed by a provider and
// to apps that an upstream company shares.
// See https://developer.work.weixin.qq.com/document/path/90970
type (
	// CreateUser is a new member. Lists are comma-separated, as WeCom has them.
	CreateUser struct {
		UserID         string
		Name           string
		Department     string // ids, comma-separated
		MainDepartment int64
		IsLeaderInDept string // 0 or 1 for each department, comma-separated
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
	// UpdateUser is a changed member; only what changed is filled.
	UpdateUser struct {
		CreateUser
		NewUserID string // when the userid changed
	}
	// DeleteUser is a member who left.
	DeleteUser struct{ UserID string }
	// CreateParty is a new department.
	CreateParty struct {
		ID       int64 `xml:"Id"`
		Name     string
		ParentID int64 `xml:"ParentId"`
		Order    int64
	}
	// UpdateParty is a changed department; only what changed is filled.
	UpdateParty struct {
		ID       int64 `xml:"Id"`
		Name     string
		ParentID int64 `xml:"ParentId"`
	}
	// DeleteParty is a department that is gone.
	DeleteParty struct {
		ID int64 `xml:"Id"`
	}
	// UpdateTag is a changed tag; lists are comma-separated.
	UpdateTag struct {
		TagID         int64  `xml:"TagId"`
		AddUserItems  string // userids
		DelUserItems  string
		AddPartyItems string // department ids
		DelPartyItems string
	}
	// ExtAttr is a field that the company added to its members.
	ExtAttr struct {
		Name  string
		Type  int    // 0 text, 1 page
		Value string `xml:"Text>Value"`
		Title string `xml:"Web>Title"`
		URL   string `xml:"Web>Url"`
	}
)

// OpenApprovalChange is a step of an approval of WeCom's approval engine.
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

// OpenApprovalNode is one step of the chain of approvers.
type OpenApprovalNode struct {
	NodeStatus int                 // 1 pending, 2 agreed, 3 rejected, 4 passed on
	NodeAttr   int                 // 1 any of them, 2 all of them
	NodeType   int                 // 1 fixed, 2 tag, 3 superior
	Items      []OpenApprovalActor `xml:"Items>Item"`
}

// OpenApprovalActor is one who approves or is told.
type OpenApprovalActor struct {
	ItemName   string
	ItemUserID string `xml:"ItemUserId"`
	ItemImage  string
	ItemStatus int
	ItemSpeech string
	ItemOpTime time.Time
}
