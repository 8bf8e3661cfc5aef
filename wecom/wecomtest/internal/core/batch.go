package core

// BatchJob is an import of members or departments. It completes within the call that starts it.
type BatchJob struct {
	ID, Kind string
	Rows     []BatchRow
	Err      *APIError // of the whole job
}

// BatchRow is the result for one line of the file.
type BatchRow struct {
	UserID  string `json:"userid,omitempty"`
	PartyID int64  `json:"partyid,omitempty"`
	Action  int    `json:"action,omitempty"` // of departments: 1 new, 2 renamed, 4 moved, 8 reordered
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}
