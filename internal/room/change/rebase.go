package change

import "errors"

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
// maxWork limits the sections that are visited, since their number is the
// product of both histories and the sections of each update. Rebase returns the
// number visited, and ErrTooMuchWork when the limit is met.
//
// Rebase maps over one update at a time, as browsers must when they receive
// them. Mapping over the composition of two updates is not always the same as
// mapping over one and then the other (an insertion beside a removal may end up
// on its other side), so peers that batch the history differently would
// diverge.
func Rebase(updates, over []Update, maxWork int) (rebased []Update, work int, err error) {
	for _, o := range over {
		var visited int
		updates, visited, err = rebaseOne(updates, o, maxWork-work)
		work += visited
		if err != nil {
			return nil, work, err
		}
	}
	return updates, work, nil
}

// ErrTooMuchWork is returned by Rebase when maxWork is exceeded.
var ErrTooMuchWork = errors.New("the updates are too many versions behind for their size")

func rebaseOne(updates []Update, over Update, maxWork int) (rebased []Update, work int, err error) {
	if len(updates) == 0 || updates[0].Client == over.Client {
		return updates[min(1, len(updates)):], 1, nil
	}
	changes := over.Changes
	rebased = make([]Update, len(updates))
	for i, u := range updates {
		if work += 1 + len(u.Changes.sections) + len(changes.sections); work > maxWork {
			return nil, work, ErrTooMuchWork
		}
		moved, err := Map(u.Changes, changes, false)
		if err != nil {
			return nil, work, err
		}
		rebased[i] = Update{Client: u.Client, Changes: moved}
		if i == len(updates)-1 {
			break
		}
		if changes, err = Map(changes, u.Changes, true); err != nil {
			return nil, work, err
		}
	}
	return rebased, work, nil
}
