package httpapi

// Reply is an answer with a JSON body.
type Reply[T any] struct {
	Body T
}

// Answer wraps a value for huma.
func Answer[T any](v T, err error) (*Reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &Reply[T]{Body: v}, nil
}

// One makes a response of one object of the domain, or passes its error on. An
// object that comes with an error is the stored one of a conflict: it becomes
// the field current of the problem.
func One[D, W any](wire func(D) W) func(*D, error) (*Reply[W], error) {
	return func(d *D, err error) (*Reply[W], error) {
		switch {
		case err == nil:
			return &Reply[W]{Body: wire(*d)}, nil
		case d != nil:
			return nil, &conflictError{err, wire(*d)}
		}
		return nil, err
	}
}

// Send is a request with a JSON body.
type Send[T any] struct {
	Body T
}

// Each turns all of a list; the result is never null.
func Each[D, W any](list []D, wire func(D) W) []W {
	out := make([]W, 0, len(list))
	for _, d := range list {
		out = append(out, wire(d))
	}
	return out
}

// Set copies what a PATCH has sent.
func Set[T any](target, sent *T) {
	if sent != nil {
		*target = *sent
	}
}
