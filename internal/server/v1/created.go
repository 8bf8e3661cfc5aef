package v1

// createdResponse is a response with a new object.
type createdResponse[T any] struct {
	Location string `header:"Location" doc:"URL path of the new object"`
	Body     T
}

// respondCreated responds with a new object and its Location.
func respondCreated[D, T any](path string, id func(*D) string, toResource func(D) T) func(*D, error) (*createdResponse[T], error) {
	return func(d *D, err error) (*createdResponse[T], error) {
		if err != nil {
			return nil, err
		}
		return &createdResponse[T]{Location: Prefix + path + "/" + id(d), Body: toResource(*d)}, nil
	}
}
