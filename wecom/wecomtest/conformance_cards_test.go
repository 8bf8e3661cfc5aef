package wecomtest

// card is message/send of a card.
func card(says string, code int, fields string, want ...string) rule {
	return to("90236", "card: "+says, code, `"msgtype":"template_card","template_card":{`+fields+`}`, want...)
}

const (
	noticeHead  = `"card_type":"text_notice","card_action":{"type":1,"url":"http://a"}`
	noticeCard  = noticeHead + `,"main_title":{"title":"a"}`
	newsCard    = `"card_type":"news_notice","main_title":{"title":"a"},"card_action":{"type":1,"url":"http://a"},"card_image":{"url":"http://a"}`
	buttonsHead = `"card_type":"button_interaction","main_title":{"title":"a"},"task_id":"t"`
	voteHead    = `"card_type":"vote_interaction","main_title":{"title":"a"},"task_id":"t","submit_button":{"text":"a","key":"k"}`
	pollHead    = `"card_type":"multiple_interaction","main_title":{"title":"a"},"task_id":"t","submit_button":{"text":"a","key":"k"}`
	oneOption   = `[{"id":"1","text":"a"}]`
	eleven      = `[{"id":"1","text":"a"},{"id":"2","text":"a"},{"id":"3","text":"a"},{"id":"4","text":"a"},{"id":"5","text":"a"},{"id":"6","text":"a"},{"id":"7","text":"a"},{"id":"8","text":"a"},{"id":"9","text":"a"},{"id":"10","text":"a"},{"id":"11","text":"a"}]`
)

var cardRules = []rule{
	card("unknown kind", 42031, `"card_type":"poem","main_title":{"title":"a"}`),
	card("text notice", 0, noticeCard),
	card("text notice: a title or a subtitle is needed", 42033, noticeHead),
	card("text notice: card_action is needed", 42045, `"card_type":"text_notice","main_title":{"title":"a"}`),
	card("text notice: card_action leads somewhere", 42045, `"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":0}`),
	card("card_action: url is needed", 42028, `"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":1}`),
	card("card_action: appid is needed", 42030, `"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":2}`),
	card("a notice without a menu has no response code", 0, noticeCard, `"msgid":"`),
	card("a menu makes it updatable", 0, noticeCard+`,"task_id":"t","action_menu":{"action_list":[{"text":"a","key":"k"}]}`, `"response_code":"`),
	card("a menu needs a task_id", 42014, noticeCard+`,"action_menu":{"action_list":[{"text":"a","key":"k"}]}`),
	card("a menu has 1 to 3 entries", 40058, noticeCard+`,"task_id":"t","action_menu":{"action_list":[]}`),
	card("keys of a menu are unique", 42051, noticeCard+`,"task_id":"t","action_menu":{"action_list":[{"text":"a","key":"k"},{"text":"b","key":"k"}]}`),
	card("task_id: letters, digits and _-@", 42014, noticeCard+`,"task_id":"a b"`),
	card("task_id has at most 128 bytes", 42014, noticeCard+`,"task_id":"{x*129}"`),
	card("at most 6 lines", 42035, noticeCard+`,"horizontal_content_list":[{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"}]`),
	card("a line needs a keyname", 42027, noticeCard+`,"horizontal_content_list":[{"value":"a"}]`),
	card("a line that is a link needs a url", 42028, noticeCard+`,"horizontal_content_list":[{"type":1,"keyname":"a"}]`),
	card("a line that is a file needs a media_id", 42029, noticeCard+`,"horizontal_content_list":[{"type":2,"keyname":"a"}]`),
	card("a line that is a member needs a userid", 42050, noticeCard+`,"horizontal_content_list":[{"type":3,"keyname":"a"}]`),
	card("at most 3 links", 42042, noticeCard+`,"jump_list":[{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"}]`),
	card("a link needs a title", 42033, noticeCard+`,"jump_list":[{"type":0}]`),
	card("a link needs its url", 42028, noticeCard+`,"jump_list":[{"type":1,"title":"a"}]`),
	card("a quotation that is a link needs a url", 42028, noticeCard+`,"quote_area":{"type":1}`),
	card("a quotation that is a mini-program needs an appid", 42030, noticeCard+`,"quote_area":{"type":2}`),
	card("news notice", 0, newsCard),
	card("news notice: title is needed", 42033, `"card_type":"news_notice","card_action":{"type":1,"url":"http://a"},"card_image":{"url":"http://a"}`),
	card("news notice: a picture is needed", 42044, `"card_type":"news_notice","main_title":{"title":"a"},"card_action":{"type":1,"url":"http://a"}`),
	card("news notice: at most 4 vertical lines", 42036, newsCard+`,"vertical_content_list":[{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"}]`),
	card("news notice: a vertical line needs a title", 42033, newsCard+`,"vertical_content_list":[{"desc":"a"}]`),
	card("buttons", 0, buttonsHead+`,"button_list":[{"text":"a","key":"k"}]`, `"response_code":"`),
	card("buttons need a task_id", 42014, `"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"a","key":"k"}]`),
	maybe(is("narrow:message/send", "90236", "card: an application without a callback address cannot send what calls back", 43012,
		`{"touser":"zhangsan","agentid":1000003,"msgtype":"template_card","template_card":{`+buttonsHead+`,"button_list":[{"text":"a","key":"k"}]}}`)),
	card("1 to 6 buttons", 40058, buttonsHead+`,"button_list":[]`),
	card("a button needs a text", 42038, buttonsHead+`,"button_list":[{"key":"k"}]`),
	card("a button needs a key", 42039, buttonsHead+`,"button_list":[{"text":"a"}]`),
	card("keys of buttons are unique", 42039, buttonsHead+`,"button_list":[{"text":"a","key":"k"},{"text":"b","key":"k"}]`),
	card("a key has at most 1,024 bytes", 42039, buttonsHead+`,"button_list":[{"text":"a","key":"{x*1025}"}]`),
	card("a button that is a link needs a url", 42028, buttonsHead+`,"button_list":[{"type":1,"text":"a"}]`),
	card("a selection needs a question_key", 42043, buttonsHead+`,"button_list":[{"text":"a","key":"k"}],"button_selection":{"option_list":`+oneOption+`}`),
	card("a selection has at most 10 options", 42037, buttonsHead+`,"button_list":[{"text":"a","key":"k"}],"button_selection":{"question_key":"q","option_list":`+eleven+`}`),
	card("vote", 0, voteHead+`,"checkbox":{"question_key":"q","option_list":`+oneOption+`}`, `"response_code":"`),
	card("vote: a question is needed", 42043, voteHead),
	card("vote: options are needed", 42037, voteHead+`,"checkbox":{"question_key":"q","option_list":[]}`),
	card("an option needs an id", 42040, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"text":"a"}]}`),
	card("an option's id has at most 128 bytes", 42040, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"id":"{x*129}","text":"a"}]}`),
	card("an option needs a text", 42041, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"id":"1"}]}`),
	card("ids of options are unique", 42040, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"id":"1","text":"a"},{"id":"1","text":"b"}]}`),
	card("vote: submit_button is needed", 42046, `"card_type":"vote_interaction","main_title":{"title":"a"},"task_id":"t","checkbox":{"question_key":"q","option_list":`+oneOption+`}`),
	card("selections", 0, pollHead+`,"select_list":[{"question_key":"q","option_list":`+oneOption+`}]`, `"response_code":"`),
	card("1 to 3 selections", 42047, pollHead+`,"select_list":[]`),
	card("question_keys are unique", 42043, pollHead+`,"select_list":[{"question_key":"q","option_list":`+oneOption+`},{"question_key":"q","option_list":`+oneOption+`}]`),
	card("selections need a submit_button", 42046, `"card_type":"multiple_interaction","main_title":{"title":"a"},"task_id":"t","select_list":[{"question_key":"q","option_list":`+oneOption+`}]`),
}
