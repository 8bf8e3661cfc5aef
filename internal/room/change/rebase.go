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
// may therefore be shorter. skipped says by how many.
func Rebase(updates, over []Update) (rebased []Update, skipped int, err error) {
	if len(over) == 0 || len(updates) == 0 {
		return updates, 0, nil
	}
	changes, skipped, err := foreign(updates, over)
	if err != nil {
		return nil, 0, err
	}
	updates = updates[skipped:]
	if changes == nil {
		return updates, skipped, nil
	}
	rebased = make([]Update, len(updates))
	for i, u := range updates {
		moved, err := Map(u.Changes, *changes, false)
		if err != nil {
			return nil, 0, err
		}
		if *changes, err = Map(*changes, u.Changes, true); err != nil {
			return nil, 0, err
		}
		rebased[i] = Update{Client: u.Client, Changes: moved}
	}
	return rebased, skipped, nil
}

// foreign composes what others did in over, as it is after those of updates
// that over holds already. nil: others did nothing.
func foreign(updates, over []Update) (changes *Set, skipped int, err error) {
	for _, o := range over {
		var next Set
		switch {
		case skipped < len(updates) && updates[skipped].Client == o.Client:
			own := updates[skipped].Changes
			skipped++
			if changes == nil {
				continue
			}
			next, err = Map(*changes, own, true)
		case changes == nil:
			next = o.Changes
		default:
			next, err = compose(*changes, o.Changes, false)
		}
		if err != nil {
			return nil, 0, err
		}
		changes = &next
	}
	return changes, skipped, nil
}
