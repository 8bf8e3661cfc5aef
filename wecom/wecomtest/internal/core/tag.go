package core

// TagState is a tag. Members hold the ids of their tags.
type TagState struct {
	ID           int64
	Name         string
	OwnerAgentID int64 // agent id of the application that created it; 0 for the contact sync helper
	Parties      []int64
}
