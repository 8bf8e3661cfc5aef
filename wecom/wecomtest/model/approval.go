package model

// Status of an approval (sp_status).
const (
	ApprovalRunning   = 1
	ApprovalPassed    = 2
	ApprovalRejected  = 3
	ApprovalWithdrawn = 4
	ApprovalRevoked   = 6 // withdrawn after it had passed
	ApprovalDeleted   = 7
)

// ApprovalTemplate is a form of WeCom's 审批 application.
//
// https://developer.work.weixin.qq.com/document/path/91982
type ApprovalTemplate struct {
	CorpID   string            `json:"corpId,omitempty"`
	ID       string            `json:"id,omitempty"`
	Name     string            `json:"name,omitempty"`
	Controls []ApprovalControl `json:"controls,omitempty"`
	// Approvers are the approvers set in the admin console; any one of them decides. An application
	// can specify other approvers (use_template_approver 0).
	Approvers []string `json:"approvers,omitempty"`
}

// ApprovalControl is a field of an approval template.
type ApprovalControl struct {
	Control  string           `json:"control,omitempty"` // Text, Textarea, Number, Money, Date, Selector, Contact, File
	ID       string           `json:"id,omitempty"`      // such as "Text-01"
	Title    string           `json:"title,omitempty"`
	Required bool             `json:"required,omitempty"`
	Options  []ApprovalOption `json:"options,omitempty"`  // of a Selector
	Multiple bool             `json:"multiple,omitempty"` // of a Selector or Contact
}

// ApprovalOption is an option of a Selector.
type ApprovalOption struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}
