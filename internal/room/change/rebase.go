package change

// Update is a change set with its client. Client identifies one editor state,
// not a person.
type Update struct {
	Client  string
	Changes Set
}

// Rebase maps updates that were made on an older version over the updates that
// were accepted since. Updates in over with the same client are the first of
// updates, accepted earlier: they are omitted from the result, which may
// therefore be shorter.
//
// Rebase maps over one update at a time, as browsers must when they receive
// them. Mapping over the composition of two updates is not always the same as
// mapping over one and then the other (an insertion beside a removal may end up
// on its other side), so peers that batch the history differently would
// diverge.
func Rebase(updates, over []Update) ([]Update, error) {
	for _, o := range over {
		var err error
		if updates, err = rebaseOne(updates, o); err != nil {
			return nil, err
		}
	}
	return updates, nil
}

func rebaseOne(updates []Update, over Update) ([]Update, error) {
	if len(updates) == 0 || updates[0].Client == over.Client {
		return updates[min(1, len(updates)):], nil
	}
	changes := over.Changes
	rebased := make([]Update, len(updates))
	for i, u := range updates {
		moved, err := Map(u.Changes, changes, false)
		if err != nil {
			return nil, err
		}
		rebased[i] = Update{Client: u.Client, Changes: moved}
		if i == len(updates)-1 {
			break
		}
		if changes, err = Map(changes, u.Changes, true); err != nil {
			return nil, err
		}
	}
	return rebased, nil
}
