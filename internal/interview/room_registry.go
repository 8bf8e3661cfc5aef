package interview

// RoomRegistry holds the providers of all kinds of rooms. The zero value holds
// those of built-in rooms and links.
type RoomRegistry struct{ external []RoomProvider }

// NewRoomRegistry returns the registry of built-in rooms, the external providers
// in the order of display, and links.
func NewRoomRegistry(external ...RoomProvider) RoomRegistry { return RoomRegistry{external} }

// Lookup returns the provider of a kind; nil when there is none.
func (r RoomRegistry) Lookup(kind RoomKind) RoomProvider {
	for _, p := range r.providers() {
		if p.Kind() == kind {
			return p
		}
	}
	return nil
}

// Kinds lists all kinds in the order of display.
func (r RoomRegistry) Kinds() []RoomKind {
	return r.kindsWhere(func(RoomProvider) bool { return true })
}

// DefaultKinds lists the kinds that may be a company's default.
func (r RoomRegistry) DefaultKinds() []RoomKind { return r.kindsWhere(RoomProvider.CanBeDefault) }

// mayJoinAsInterviewer reports whether a member who may see the interview may
// join its room. The URL of a kind without a provider stays valid.
func (r RoomRegistry) mayJoinAsInterviewer(i *Interview, userID string) bool {
	p := r.Lookup(i.RoomKind)
	return p == nil || p.MayJoinAsInterviewer(i, userID)
}

func (r RoomRegistry) providers() []RoomProvider {
	list := make([]RoomProvider, 0, len(r.external)+2)
	list = append(list, builtinRooms{})
	list = append(list, r.external...)
	return append(list, linkRooms{})
}

func (r RoomRegistry) kindsWhere(include func(RoomProvider) bool) (kinds []RoomKind) {
	for _, p := range r.providers() {
		if include(p) {
			kinds = append(kinds, p.Kind())
		}
	}
	return kinds
}
