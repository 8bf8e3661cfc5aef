package cli

import (
	"os"
	"strings"

	"rsc.io/qr"
)

type qrCommand struct {
	Text string `arg:"" help:"Content of the code, such as a link; @file for a file, - for standard input."`
	PNG  string `name:"png" type:"path" placeholder:"FILE" help:"Write a PNG file instead of printing the code."`
}

func (c *qrCommand) Run(s *session) error {
	raw, err := s.readArgument(c.Text)
	if err != nil {
		return err
	}
	code, err := qr.Encode(strings.TrimSpace(string(raw)), qr.M)
	if err != nil {
		return usageErrorf("encoding the text as a QR code: %w", err)
	}
	if c.PNG != "" {
		if err := os.WriteFile(c.PNG, code.PNG(), 0o644); err != nil { // #nosec G306 -- a picture to be shown
			return usageError{wrapError("writing the PNG file", err)}
		}
		return s.printDone("saved " + c.PNG)
	}
	return s.printResult(map[string]any{"text": string(raw), "size": code.Size, "rows": qrBitRows(code)}, singleColumnTable(qrHalfBlocks(code)))
}

// qrBitRows returns the code as one string of 0 and 1 per row.
func qrBitRows(code *qr.Code) []string {
	rows := make([]string, code.Size)
	for y := range rows {
		row := make([]byte, code.Size)
		for x := range row {
			row[x] = '0'
			if code.Black(x, y) {
				row[x] = '1'
			}
		}
		rows[y] = string(row)
	}
	return rows
}

// quietZone is the width of the white frame in modules. Many cameras do not
// recognize a code without it.
const quietZone = 2

// qrHalfBlocks renders two rows per line with half-block characters. It draws the
// white modules, because most terminals show light text on a dark background.
func qrHalfBlocks(code *qr.Code) []string {
	white := func(x, y int) bool { return !code.Black(x, y) }
	var out []string
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		var b strings.Builder
		for x := -quietZone; x < code.Size+quietZone; x++ {
			switch upper, lower := white(x, y), white(x, y+1); {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		out = append(out, b.String())
	}
	return out
}
