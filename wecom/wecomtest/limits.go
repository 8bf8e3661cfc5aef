package wecomtest

// Limits bounds what a Server remembers, so that its memory stays flat however
// long it runs. A zero field means its default. What is oldest is forgotten
// first, before its time if need be: a response code of a message that has been
// forgotten, for example, is answered like one that never was. What a test puts
// there itself (companies, members, applications, robots, forms, suites) stays.
type Limits struct {
	// Messages is how many messages stand in all chats of all companies
	// together; a message to many counts once, but not more than twenty copies
	// for each message allowed. 0 means 20,000.
	Messages int `json:"messages,omitempty"`
	// Chat is how many messages one member keeps, and one robot or person
	// outside. 0 means 2,000.
	Chat int `json:"chat,omitempty"`
	// Codes is how many there may be of each kind of thing that has a lifetime:
	// tokens, sign-in and response codes, tickets, requests remembered for
	// enable_duplicate_check; also people outside. 0 means 100,000.
	Codes int `json:"codes,omitempty"`
	// Records is how many things of one kind that API calls make a company
	// keeps: groups, calendars, schedules, meetings, approvals, contact ways. 0
	// means 10,000.
	Records int `json:"records,omitempty"`
	// MediaBytes is the size of all uploaded files together. 0 means 128 MiB.
	MediaBytes int `json:"mediaBytes,omitempty"`
	// TextBytes is the size of all messages together, and also that of the
	// bodies in each of the two logs. 0 means 64 MiB.
	TextBytes int `json:"textBytes,omitempty"`
}

// copiesPerMessage bounds the copies of messages to many.
const copiesPerMessage = 20

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int
		value int
	}{
		{&l.Messages, 20000}, {&l.Chat, 2000}, {&l.Codes, 100000}, {&l.Records, 10000},
		{&l.MediaBytes, 128 * megabyte}, {&l.TextBytes, 64 * megabyte},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return l
}
