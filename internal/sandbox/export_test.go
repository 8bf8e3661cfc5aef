package sandbox

func init() { wallScale = 30 } //nolint:gochecknoinits // before the tests' runner examines the machine
