package messaging

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// codeOf returns the errcode of an error, 0 for nil.
func codeOf(err *core.APIError) int {
	if err == nil {
		return 0
	}
	return err.Code
}

func TestCheckButton(t *testing.T) {
	for name, test := range map[string]struct {
		button model.Button
		want   int
	}{
		"valid":           {model.Button{Text: "a", Key: "k"}, 0},
		"no text":         {model.Button{Key: "k"}, 42038},
		"no key":          {model.Button{Text: "a"}, 42039},
		"1,024 bytes":     {model.Button{Text: "a", Key: strings.Repeat("k", 1024)}, 0},
		"1,025 bytes":     {model.Button{Text: "a", Key: strings.Repeat("k", 1025)}, 42039},
		"key used before": {model.Button{Text: "a", Key: "used"}, 42039},
		"link":            {model.Button{Text: "a", Type: 1, URL: "https://a.example/"}, 0},
		"link without":    {model.Button{Text: "a", Type: 1}, 42028},
	} {
		if got := codeOf(checkButton(test.button, map[string]bool{"used": true})); got != test.want {
			t.Errorf("%s: errcode %d, want %d", name, got, test.want)
		}
	}
}

func TestCheckOptions(t *testing.T) {
	options := func(n int) (list []model.Option) {
		for i := range n {
			list = append(list, model.Option{ID: strings.Repeat("x", i+1), Text: "t"})
		}
		return list
	}
	for name, test := range map[string]struct {
		list []model.Option
		want int
	}{
		"one":            {options(1), 0},
		"ten":            {options(10), 0},
		"eleven":         {options(11), 42037},
		"none":           {nil, 42037},
		"no id":          {[]model.Option{{Text: "t"}}, 42040},
		"128 bytes":      {[]model.Option{{ID: strings.Repeat("x", 128), Text: "t"}}, 0},
		"129 bytes":      {[]model.Option{{ID: strings.Repeat("x", 129), Text: "t"}}, 42040},
		"no text":        {[]model.Option{{ID: "a"}}, 42041},
		"the same twice": {[]model.Option{{ID: "a", Text: "t"}, {ID: "a", Text: "u"}}, 42040},
	} {
		if got := codeOf(checkOptions(test.list, 10)); got != test.want {
			t.Errorf("%s: errcode %d, want %d", name, got, test.want)
		}
	}
}

func TestCardForSend(t *testing.T) {
	card := func(change func(*model.Card)) *model.Card {
		c := &model.Card{CardType: "button_interaction", MainTitle: &model.TitleDesc{Title: "t"}, TaskID: "task-1", ButtonList: []model.Button{{Text: "a", Key: "k"}}}
		change(c)
		return c
	}
	for name, test := range map[string]struct {
		card     *model.Card
		callback string
		want     int
	}{
		"valid":              {card(func(*model.Card) {}), "http://a/", 0},
		"without a callback": {card(func(*model.Card) {}), "", 43012},
		"without a task id":  {card(func(c *model.Card) { c.TaskID = "" }), "http://a/", 42014},
		"a space in task id": {card(func(c *model.Card) { c.TaskID = "a b" }), "http://a/", 42014},
		"128 bytes":          {card(func(c *model.Card) { c.TaskID = strings.Repeat("x", 128) }), "http://a/", 0},
		"129 bytes":          {card(func(c *model.Card) { c.TaskID = strings.Repeat("x", 129) }), "http://a/", 42014},
		"unknown type":       {card(func(c *model.Card) { c.CardType = "x" }), "http://a/", 42031},
		"no buttons":         {card(func(c *model.Card) { c.ButtonList = nil }), "http://a/", 40058},
		"no card":            {nil, "http://a/", 40058},
	} {
		r := &core.Request{App: &core.AppState{App: model.App{CallbackURL: test.callback}}}
		if test.card == nil {
			if got := codeOf(CheckCard(nil)); got != test.want {
				t.Errorf("%s: errcode %d", name, got)
			}
			continue
		}
		if got := codeOf(checkCardForSend(test.card, r)); got != test.want {
			t.Errorf("%s: errcode %d, want %d", name, got, test.want)
		}
	}
}
