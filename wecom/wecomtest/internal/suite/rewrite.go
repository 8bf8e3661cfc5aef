package suite

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
)

// rewriteJSON replaces the strings of a JSON text: convert receives each string with the name of its
// field and whether it is in a list. Names and all other bytes stay as they are, and so does a text
// that is no JSON.
func rewriteJSON(data []byte, convert func(field string, inList bool, text string) string) []byte {
	type level struct {
		field   string // of the value that follows, or of the list
		isList  bool
		isField bool // the next string is a name
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // numbers are copied
	var out []byte
	levels := []level{{}}
	copied, end := 0, 0
	for {
		token, err := dec.Token()
		start := end
		end = int(dec.InputOffset())
		if err != nil {
			break
		}
		top := &levels[len(levels)-1]
		switch token := token.(type) {
		case json.Delim:
			if token == '}' || token == ']' {
				levels = levels[:len(levels)-1]
				top = &levels[len(levels)-1]
				break
			}
			levels = append(levels, level{field: top.field, isList: token == '[', isField: token == '{'})
			continue
		case string:
			if top.isField {
				top.field, top.isField = token, false
				continue
			}
			if text := convert(top.field, top.isList, token); text != token {
				quoted, err := json.Marshal(text)
				if err != nil { // never of a string
					return data
				}
				start += bytes.IndexByte(data[start:end], '"')
				out = append(append(out, data[copied:start]...), quoted...)
				copied = end
			}
		}
		top.isField = !top.isList && len(levels) > 1
	}
	return append(out, data[copied:]...)
}

// rewriteXML replaces the texts of the elements in an XML text, which are written as CDATA. All other
// bytes stay as they are.
func rewriteXML(data string, convert func(element, text string) string) string {
	dec := xml.NewDecoder(strings.NewReader(data))
	var out strings.Builder
	element := ""
	copied, end := 0, 0
	for {
		token, err := dec.RawToken()
		start := end
		end = int(dec.InputOffset())
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			element = token.Name.Local
		case xml.EndElement:
			element = ""
		case xml.CharData:
			if text := convert(element, string(token)); text != string(token) {
				out.WriteString(data[copied:start] + "<![CDATA[" + text + "]]>")
				copied = end
			}
		}
	}
	out.WriteString(data[copied:])
	return out.String()
}
