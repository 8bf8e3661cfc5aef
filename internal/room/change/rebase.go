package change

// Update is a change set and who made it: Client names one state of an editor,
// not a person.
type Update struct {
	Client  string
	Changes Set
}

// Rebase moves updates that were made on an older version over those that were
// accepted since. Updates among over that come from the same client are the
// first of updates, accepted earlier: those are left out of the result, which
// may therefore be shorter.
//
// It moves over one update at a time, as browsers must when they receive them.
// Moving over the composition of two is not always the same as moving over the
// one and then the other (what is inserted beside a removal may land on its
// other side), so parties that cut the history differently would drift apart.
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
