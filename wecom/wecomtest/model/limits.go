package model

// Limits bounds the memory of a Server. A zero field means its default. The oldest data are evicted
// first, before they expire if necessary; for example, the response code of an evicted message is
// invalid like an unknown one. Data added by a test (companies, members, applications, robots,
// templates, suites) are never evicted.
type Limits struct {
	// Messages is the number of messages in all chats of all companies. A message to several
	// recipients counts once; the number of copies is limited to 20 times Messages. 0 means 20,000.
	Messages int `json:"messages,omitempty"`
	// Chat is the number of messages kept per member, per robot and per external contact. 0 means
	// 2,000.
	Chat int `json:"chat,omitempty"`
	// Codes is the number of values kept per kind with a lifetime (tokens, sign-in and response
	// codes, tickets, replies for enable_duplicate_check), and the number of external contacts. 0
	// means 100,000.
	Codes int `json:"codes,omitempty"`
	// Records is the number of records created by API calls, per kind and company: group chats,
	// calendars, schedules, meetings, approvals, contact ways, mail. 0 means 10,000.
	Records int `json:"records,omitempty"`
	// MediaBytes is the total size of uploaded files. 0 means 128 MiB.
	MediaBytes int `json:"mediaBytes,omitempty"`
	// TextBytes is the total size of all messages, and of the bodies in each of the two logs. 0
	// means 64 MiB.
	TextBytes int `json:"textBytes,omitempty"`
}
