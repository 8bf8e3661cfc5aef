package main

import "strings"

func parse_csv_line(line string) []string {
	fields := []string{}
	var field strings.Builder
	quoted, begin := false, true
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && c == '"' && i+1 < len(line) && line[i+1] == '"':
			field.WriteByte('"')
			i++
		case quoted && c == '"':
			quoted = false
		case quoted:
			field.WriteByte(c)
		case c == '"' && begin:
			quoted, begin = true, false
		case c == ',':
			fields = append(fields, field.String())
			field.Reset()
			begin = true
		default:
			field.WriteByte(c)
			begin = false
		}
	}
	return append(fields, field.String())
}
