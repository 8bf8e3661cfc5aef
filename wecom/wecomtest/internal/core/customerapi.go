package core

// customerRemark holds the remarks of a member on an external contact.
type customerRemark struct {
	Remark      string
	Description string
	Company     string
	Mobiles     []string
}
