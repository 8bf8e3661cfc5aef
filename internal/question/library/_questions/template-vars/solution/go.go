package main

import "strings"

type expander struct {
	values map[string]string
	active map[string]bool
}

func (e *expander) expand(text string) (out, failed string) {
	for {
		begin := strings.IndexByte(text, '{')
		if begin < 0 {
			return out + text, ""
		}
		length := strings.IndexAny(text[begin+1:], "{}")
		if length <= 0 || text[begin+1+length] == '{' {
			out, text = out+text[:begin+1], text[begin+1:]
			continue
		}
		name, value, hasDefault := strings.Cut(text[begin+1:begin+1+length], "|")
		out, text = out+text[:begin], text[begin+length+2:]
		setting, known := e.values[name]
		switch {
		case e.active[name] || !known && !hasDefault:
			return "", name
		case known:
			e.active[name] = true
			if value, failed = e.expand(setting); failed != "" {
				return "", failed
			}
			delete(e.active, name)
		}
		out += value
	}
}

func expand_template(text string, settings []string) string {
	e := expander{map[string]string{}, map[string]bool{}}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		e.values[name] = value
	}
	out, failed := e.expand(text)
	if failed != "" {
		return "!" + failed
	}
	return out
}
