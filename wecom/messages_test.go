package wecom

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func buttonCard() *TemplateCard {
	return &TemplateCard{
		CardType:   CardButtonInteraction,
		MainTitle:  &CardTitle{Title: "面试邀请", Desc: "后端工程师"},
		TaskID:     "interview-42",
		ButtonList: []CardButton{{Text: "接受", Style: 1, Key: "accept"}, {Text: "拒绝", Style: 2, Key: "decline"}},
	}
}

func noticeCard() *TemplateCard {
	return &TemplateCard{CardType: CardTextNotice, MainTitle: &CardTitle{Title: "改期"},
		CardAction: &CardAction{Type: 1, URL: "https://interview.example.com"}}
}

func cardOptions(n int) []CardOption {
	list := make([]CardOption, n)
	for i := range list {
		list[i] = CardOption{ID: NewIDList(int64(i))[0], Text: "x"}
	}
	return list
}

// cardWith returns card after applying change.
func cardWith(card *TemplateCard, change func(*TemplateCard)) *TemplateCard {
	change(card)
	return card
}

func cardMessage(c *TemplateCard) Message { return Message{ToUser: IDList{"u"}, TemplateCard: c} }

func repeatText(n int, unit string) string { return strings.Repeat(unit, n) }

func TestInvalidMessages(t *testing.T) {
	u := IDList{"u"}
	many := func(n int) IDList { return strings.Split(repeatText(n-1, "u|")+"u", "|") }
	cases := []struct {
		name  string
		m     Message
		field string // of the FieldError; empty for a valid message
	}{
		{"text", Message{ToUser: u, Text: &Text{"hello"}}, ""},
		{"text of 2048 bytes", Message{ToUser: u, Text: &Text{repeatText(2048, "x")}}, ""},
		{"text of 2049 bytes", Message{ToUser: u, Text: &Text{repeatText(2049, "x")}}, "text.content"},
		{"text of 683 Chinese characters", Message{ToUser: u, Text: &Text{repeatText(683, "面")}}, "text.content"},
		{"empty text", Message{ToUser: u, Text: &Text{" \n"}}, "text.content"},
		{"no content", Message{ToUser: u}, "message"},
		{"two contents", Message{ToUser: u, Text: &Text{"x"}, Markdown: &Markdown{"x"}}, "message"},
		{"nobody", Message{Text: &Text{"x"}}, "touser"},
		{"to a department", Message{ToParty: NewIDList(1), Text: &Text{"x"}}, ""},
		{"1000 members", Message{ToUser: many(1000), Text: &Text{"x"}}, ""},
		{"1001 members", Message{ToUser: many(1001), Text: &Text{"x"}}, "touser"},
		{"101 departments", Message{ToParty: many(101), Text: &Text{"x"}}, "toparty"},
		{"101 tags", Message{ToTag: many(101), Text: &Text{"x"}}, "totag"},
		{"duplicate check too long", Message{ToUser: u, Text: &Text{"x"}, DuplicateCheckInterval: 14401}, "duplicate_check_interval"},
		{"markdown of 2049 bytes", Message{ToUser: u, Markdown: &Markdown{repeatText(2049, "x")}}, "markdown.content"},
		{"textcard", Message{ToUser: u, TextCard: &TextCard{repeatText(128, "面"), repeatText(512, "面"), "https://a.example", "查看详情"}}, ""},
		{"textcard title", Message{ToUser: u, TextCard: &TextCard{repeatText(129, "x"), "d", "https://a.example", ""}}, "textcard.title"},
		{"textcard description", Message{ToUser: u, TextCard: &TextCard{"t", repeatText(513, "x"), "https://a.example", ""}}, "textcard.description"},
		{"textcard without description", Message{ToUser: u, TextCard: &TextCard{"t", "", "https://a.example", ""}}, "textcard.description"},
		{"textcard address", Message{ToUser: u, TextCard: &TextCard{"t", "d", "a.example", ""}}, "textcard.url"},
		{"textcard long address", Message{ToUser: u, TextCard: &TextCard{"t", "d", "https://a.example/" + repeatText(2048, "x"), ""}}, "textcard.url"},
		{"textcard button", Message{ToUser: u, TextCard: &TextCard{"t", "d", "https://a.example", "查看详情吧"}}, "textcard.btntxt"},

		{"confidential text", Message{ToUser: u, Text: &Text{"x"}, Safe: 1}, ""},
		{"confidential card", Message{ToUser: u, TextCard: &TextCard{"t", "d", "https://a.example", ""}, Safe: 1}, "safe"},
		{"text inside the company only", Message{ToUser: u, Text: &Text{"x"}, Safe: 2}, "safe"},
		{"mpnews inside the company only", Message{ToUser: u, MPNews: &MPNews{[]MPArticle{{Title: "t", ThumbMediaID: "m", Content: "c"}}}, Safe: 2}, ""},
		{"image", Message{ToUser: u, Image: &Image{"m"}}, ""},
		{"image of nothing", Message{ToUser: u, Image: &Image{}}, "image.media_id"},
		{"voice of nothing", Message{ToUser: u, Voice: &Voice{}}, "voice.media_id"},
		{"file of nothing", Message{ToUser: u, File: &File{}}, "file.media_id"},
		{"video", Message{ToUser: u, Video: &Video{"m", repeatText(128, "x"), repeatText(512, "x")}}, ""},
		{"video title", Message{ToUser: u, Video: &Video{"m", repeatText(43, "面"), ""}}, "video.title"},
		{"video description", Message{ToUser: u, Video: &Video{"m", "", repeatText(513, "x")}}, "video.description"},
		{"news", Message{ToUser: u, News: &News{[]Article{{Title: "t", URL: "https://a.example"}, {Title: "t", AppID: "a", PagePath: "p"}}}}, ""},
		{"no news", Message{ToUser: u, News: &News{}}, "news.articles"},
		{"nine news", Message{ToUser: u, News: &News{make([]Article, 9)}}, "news.articles"},
		{"news that leads nowhere", Message{ToUser: u, News: &News{[]Article{{Title: "t"}}}}, "news.articles[0].url"},
		{"news into half a mini program", Message{ToUser: u, News: &News{[]Article{{Title: "t", AppID: "a"}}}}, "news.articles[0].pagepath"},
		{"mpnews author", Message{ToUser: u, MPNews: &MPNews{[]MPArticle{{Title: "t", ThumbMediaID: "m", Content: "c", Author: repeatText(65, "x")}}}}, "mpnews.articles[0].author"},
		{"mpnews content", Message{ToUser: u, MPNews: &MPNews{[]MPArticle{{Title: "t", ThumbMediaID: "m", Content: repeatText(666<<10+1, "x")}}}}, "mpnews.articles[0].content"},
		{"mini program", Message{ToUser: u, MiniProgramNotice: &MiniProgramNotice{AppID: "a", Title: "会议室预订成功"}}, ""},
		{"mini program for everybody", Message{ToUser: IDList{AllMembers}, MiniProgramNotice: &MiniProgramNotice{AppID: "a", Title: "会议室预订成功"}}, "touser"},
		{"mini program title", Message{ToUser: u, MiniProgramNotice: &MiniProgramNotice{AppID: "a", Title: "会议室"}}, "miniprogram_notice.title"},
		{"mini program item", Message{ToUser: u, MiniProgramNotice: &MiniProgramNotice{AppID: "a", Title: "会议室预订成功",
			ContentItem: []MiniProgramNoticeItem{{repeatText(11, "键"), "v"}}}}, "miniprogram_notice.content_item[0].key"},

		{"buttons", cardMessage(buttonCard()), ""},
		{"unknown card", cardMessage(&TemplateCard{CardType: "x"}), "template_card.card_type"},
		{"buttons without title", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.MainTitle = nil })), "template_card.main_title"},
		{"buttons without task", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.TaskID = "" })), "template_card.task_id"},
		{"task with a space", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.TaskID = "a b" })), "template_card.task_id"},
		{"task of 129 bytes", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.TaskID = repeatText(129, "x") })), "template_card.task_id"},
		{"no buttons", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ButtonList = nil })), "template_card.button_list"},
		{"seven buttons", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ButtonList = make([]CardButton, 7) })), "template_card.button_list"},
		{"same key twice", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ButtonList[1].Key = "accept" })), "template_card.button_list"},
		{"key too long", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ButtonList[0].Key = repeatText(1025, "k") })), "template_card.button_list[0].key"},
		{"button without text", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ButtonList[1].Text = "" })), "template_card.button_list[1].text"},
		{"link button without address", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ButtonList[1] = CardButton{Type: CardButtonURL, Text: "x"} })), "template_card.button_list[1].url"},
		{"seven lines", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.HorizontalContentList = make([]CardHorizontalContent, 7) })), "template_card.horizontal_content_list"},
		{"line without name", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.HorizontalContentList = []CardHorizontalContent{{Value: "x"}} })), "template_card.horizontal_content_list[0].keyname"},
		{"line of a member without one", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.HorizontalContentList = []CardHorizontalContent{{KeyName: "k", Type: 3}} })), "template_card.horizontal_content_list[0].userid"},
		{"selection with 11 options", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) {
			c.ButtonSelection = &CardSelection{QuestionKey: "q", OptionList: cardOptions(11)}
		})), "template_card.button_selection.option_list"},
		{"link without address", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.CardAction = &CardAction{Type: 1} })), "template_card.card_action.url"},
		{"menu of four", cardMessage(cardWith(buttonCard(), func(c *TemplateCard) { c.ActionMenu = &CardActionMenu{ActionList: make([]CardMenuItem, 4)} })), "template_card.action_menu.action_list"},

		{"notice", cardMessage(noticeCard()), ""},
		{"notice without action", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) { c.CardAction = nil })), "template_card.card_action"},
		{"notice without text", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) { c.MainTitle = nil })), "template_card.main_title.title"},
		{"notice with menu needs a task", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) {
			c.ActionMenu = &CardActionMenu{ActionList: []CardMenuItem{{"t", "k"}}}
		})), "template_card.task_id"},
		{"four links", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) { c.JumpList = make([]CardJump, 4) })), "template_card.jump_list"},
		{"news", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) {
			c.CardType, c.CardImage = CardNewsNotice, &CardImage{URL: "https://a.example/x.png", AspectRatio: 1.5}
		})), ""},
		{"news without picture", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) { c.CardType = CardNewsNotice })), "template_card.card_image"},
		{"news with a narrow picture", cardMessage(cardWith(noticeCard(), func(c *TemplateCard) {
			c.CardType, c.CardImage = CardNewsNotice, &CardImage{URL: "u", AspectRatio: 1}
		})), "template_card.card_image.aspect_ratio"},
		{"vote", cardMessage(&TemplateCard{CardType: CardVoteInteraction, MainTitle: &CardTitle{Title: "t"}, TaskID: "t",
			Checkbox: &CardCheckbox{QuestionKey: "q", OptionList: cardOptions(20)}, SubmitButton: &CardSubmitButton{"ok", "k"}}), ""},
		{"vote without submit", cardMessage(&TemplateCard{CardType: CardVoteInteraction, MainTitle: &CardTitle{Title: "t"}, TaskID: "t",
			Checkbox: &CardCheckbox{QuestionKey: "q", OptionList: cardOptions(2)}}), "template_card.submit_button"},
		{"vote with 21 options", cardMessage(&TemplateCard{CardType: CardVoteInteraction, MainTitle: &CardTitle{Title: "t"}, TaskID: "t",
			Checkbox: &CardCheckbox{QuestionKey: "q", OptionList: cardOptions(21)}, SubmitButton: &CardSubmitButton{"ok", "k"}}), "template_card.checkbox.option_list"},
		{"choices", cardMessage(&TemplateCard{CardType: CardMultipleInteraction, MainTitle: &CardTitle{Title: "t"}, TaskID: "t",
			SelectList: []CardSelection{{QuestionKey: "q", OptionList: cardOptions(10)}}, SubmitButton: &CardSubmitButton{"ok", "k"}}), ""},
		{"same question twice", cardMessage(&TemplateCard{CardType: CardMultipleInteraction, MainTitle: &CardTitle{Title: "t"}, TaskID: "t",
			SelectList:   []CardSelection{{QuestionKey: "q", OptionList: cardOptions(1)}, {QuestionKey: "q", OptionList: cardOptions(1)}},
			SubmitButton: &CardSubmitButton{"ok", "k"}}), "template_card.select_list"},
	}
	c, err := New(Config{CorpID: "ww", AgentID: 7, Secret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range cases {
		_, err := c.Messages.prepareMessage(&tc.m)
		var field *FieldError
		if tc.field == "" && err != nil {
			t.Errorf("%s: refused: %v", tc.name, err)
		}
		if tc.field != "" && (!errors.As(err, &field) || field.Field != tc.field || ClassOf(err) != ClassArgument) {
			t.Errorf("%s: error is %v, want one about %s", tc.name, err, tc.field)
		}
	}
}

func TestStoredMessageEncodesIdentically(t *testing.T) {
	c, err := New(Config{CorpID: "ww", AgentID: 7, Secret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	m := cardMessage(buttonCard())
	m.ToUser, m.EnableDuplicateCheck, m.DuplicateCheckInterval = IDList{"a", "b"}, true, 14400
	first, err := c.Messages.prepareMessage(&m)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := encodeJSON(first)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var again Message
	if err := json.Unmarshal(stored, &again); err != nil {
		t.Fatal(err)
	}
	second, err := c.Messages.prepareMessage(&again)
	if err != nil {
		t.Fatal(err)
	}
	resent, err := encodeJSON(second)
	if err != nil || string(resent) != string(sent) {
		t.Errorf("sent %s\nthen %s (%v)", sent, resent, err)
	}
	if want := `{"touser":"a|b","msgtype":"template_card","agentid":7,"template_card":{"card_type":"button_interaction",` +
		`"main_title":{"title":"面试邀请","desc":"后端工程师"},"task_id":"interview-42","button_list":[` +
		`{"text":"接受","style":1,"key":"accept"},{"text":"拒绝","style":2,"key":"decline"}]},` +
		`"enable_duplicate_check":1,"duplicate_check_interval":14400}`; string(sent) != want {
		t.Errorf("sent %s\nwant %s", sent, want)
	}
	if m.MsgType != "" || m.AgentID != 0 {
		t.Error("Send changed the caller's message")
	}
}

func TestInvalidCardUpdates(t *testing.T) {
	c, err := New(Config{CorpID: "ww", AgentID: 7, Secret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		u     CardUpdate
		field string
	}{
		{"no code", CardUpdate{UserIDs: []string{"u"}, Button: &CardButtonUpdate{"x"}}, "response_code"},
		{"neither", CardUpdate{UserIDs: []string{"u"}, ResponseCode: "r"}, "button"},
		{"both", CardUpdate{UserIDs: []string{"u"}, ResponseCode: "r", Button: &CardButtonUpdate{"x"}, TemplateCard: buttonCard()}, "button"},
		{"empty name", CardUpdate{UserIDs: []string{"u"}, ResponseCode: "r", Button: &CardButtonUpdate{}}, "button.replace_name"},
		{"no recipients", CardUpdate{ResponseCode: "r", Button: &CardButtonUpdate{"x"}}, "userids"},
		{"bad card", CardUpdate{AtAll: true, ResponseCode: "r", TemplateCard: &TemplateCard{}}, "template_card.card_type"},
		{"too many", CardUpdate{UserIDs: make([]string, 1001), ResponseCode: "r", Button: &CardButtonUpdate{"x"}}, "userids"},
	}
	for _, tc := range cases {
		_, err := c.Messages.UpdateTemplateCard(t.Context(), &tc.u)
		var field *FieldError
		if !errors.As(err, &field) || field.Field != tc.field {
			t.Errorf("%s: error is %v", tc.name, err)
		}
	}
}

func TestTruncate(t *testing.T) {
	cases := []struct {
		in           string
		limit        int
		bytes, chars string
	}{
		{"", 3, "", ""},
		{"abc", 3, "abc", "abc"},
		{"abcd", 3, "abc", "abc"},
		{"面试邀请", 7, "面试", "面试邀请"},
		{"面试邀请", 2, "", "面试"},
		{"😀x", 3, "", "😀x"},
		{"a\xff\xfe\xfdb", 2, "a\xff", "a\xff"},
		{"abc", 0, "", ""},
	}
	for _, c := range cases {
		if got := TruncateBytes(c.in, c.limit); got != c.bytes {
			t.Errorf("TruncateBytes(%q, %d) = %q", c.in, c.limit, got)
		}
		if got := TruncateRunes(c.in, c.limit); got != c.chars {
			t.Errorf("TruncateRunes(%q, %d) = %q", c.in, c.limit, got)
		}
	}
}

func FuzzTruncateBytes(f *testing.F) {
	f.Add("面试😀", 4)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := TruncateBytes(s, limit)
		if len(got) > max(limit, 0) && len(s) > limit || !strings.HasPrefix(s, got) || utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("TruncateBytes(%q, %d) = %q", s, limit, got)
		}
	})
}

func TestIDListAndFlag(t *testing.T) {
	for in, want := range map[string]string{
		`"a|b"`: "a,b", `""`: "", `" 1 | 2 "`: "1,2", `["a","b"]`: "a,b", `null`: "", `"a||b"`: "a,b",
	} {
		var l IDList
		if err := json.Unmarshal([]byte(in), &l); err != nil || strings.Join(l, ",") != want {
			t.Errorf("%s became %v (%v)", in, l, err)
		}
	}
	for in, want := range map[string]Flag{`1`: true, `0`: false, `"1"`: true, `true`: true, `null`: false} {
		var f Flag
		if err := json.Unmarshal([]byte(in), &f); err != nil || f != want {
			t.Errorf("%s became %v (%v)", in, f, err)
		}
	}
	var f Flag
	if json.Unmarshal([]byte(`2`), &f) == nil {
		t.Error("Flag accepts 2")
	}
}
