package httpapi

// Response is a response with a JSON body.
type Response[T any] struct {
	Body T
}

// NewResponse returns a huma response with the body v, or err.
func NewResponse[T any](v T, err error) (*Response[T], error) {
	if err != nil {
		return nil, err
	}
	return &Response[T]{Body: v}, nil
}

// MapResponse returns a function that maps the value of type D to a response, or
// returns the error. A value that comes with an error is the stored object of a
// conflict: it becomes the field current of the problem.
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

// Empty is the input or output of an operation without one.
type Empty struct{}

// ByID is the path parameter of one object.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the object" example:"01920f4a-7c3e-7c11-b2b0-2f1f4f6d9a10"`
}

// RequestByID is a request with a JSON body about one object.
type RequestByID[T any] struct {
	ByID
	Body T
}

// MapSlice maps all elements of a list. The result is never nil, so that it is
// encoded as [].
func MapSlice[D, W any](list []D, wire func(D) W) []W {
	out := make([]W, 0, len(list))
	for _, d := range list {
		out = append(out, wire(d))
	}
	return out
}

// SetIfPresent sets target when sent is not nil, for the fields of a PATCH.
func SetIfPresent[T any](target, sent *T) {
	if sent != nil {
		*target = *sent
	}
}
