package wecomtest

// file is what Load reads: companies alone, or with suites.
type file struct {
	Companies []Company   `json:"companies"`
	Suites    []SuiteFile `json:"suites"`
}

// UnmarshalJSON also accepts a list of companies.
func (f *file) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return decodeStrict(b, &f.Companies)
	}
	type plain file
	return decodeStrict(b, (*plain)(f))
}
