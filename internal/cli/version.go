package cli

import "github.com/huimian/huimian/internal/app"

// Version is the command "version".
type Version struct {
	JSON bool `help:"Print JSON."`
}

// Run prints the version of the program and of the schema of its database.
func (c *Version) Run(s *session) error {
	s.json = c.JSON
	b, err := app.ReadBuildInfo()
	if err != nil {
		return err
	}
	return s.printResult(b, keyValueTable("version", b.Version, "revision", b.Revision, "go", b.Go, "platform", b.Platform, "schema", formatInt(b.Schema)))
}
