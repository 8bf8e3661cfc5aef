package httpapi

// Response is an answer with a JSON body.
type Response[T any] struct {
	Body T
}

// NewResponse wraps a value for huma.
func NewResponse[T any](v T, err error) (*Response[T], error) {
	if err != nil {
		return nil, err
	}
	return &Response[T]{Body: v}, nil
}

// MapResponse makes a response of one object of the domain, or passes its error on. An
// object that comes with an error is the stored one of a conflict: it becomes
// the field current of the problem.
func MapResponse[D, W any](wire func(D) W) func(*D, error) (*Response[W], error) {
	return func(d *D, err error) (*Response[W], error) {
		switch {
		case err == nil:
			return &Response[W]{Body: wire(*d)}, nil
		case d != nil:
			return nil, &conflictError{err, wire(*d)}
		}
		return nil, err
	}
}

// Request is a request with a JSON body.
type Request[T any] struct {
	Body T
}

// MapSlice turns all of a list; the result is never null.
func MapSlice[D, W any](list []D, wire func(D) W) []W {
	out := make([]W, 0, len(list))
	for _, d := range list {
		out = append(out, wire(d))
	}
	return out
}

// SetIfPresent copies what a PATCH has sent.
func SetIfPresent[T any](target, sent *T) {
	if sent != nil {
		*target = *sent
	}
}
