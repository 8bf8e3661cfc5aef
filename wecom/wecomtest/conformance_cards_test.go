package wecomtest

// cardRule returns a rule for message/send with a template card.
func cardRule(statement string, code int, fields string, want ...string) conformanceRule {
	return sendRule("90236", "card: "+statement, code, `"msgtype":"template_card","template_card":{`+fields+`}`, want...)
}

const (
	noticeHead    = `"card_type":"text_notice","card_action":{"type":1,"url":"http://a"}`
	noticeCard    = noticeHead + `,"main_title":{"title":"a"}`
	newsCard      = `"card_type":"news_notice","main_title":{"title":"a"},"card_action":{"type":1,"url":"http://a"},"card_image":{"url":"http://a"}`
	buttonsHead   = `"card_type":"button_interaction","main_title":{"title":"a"},"task_id":"t"`
	voteHead      = `"card_type":"vote_interaction","main_title":{"title":"a"},"task_id":"t","submit_button":{"text":"a","key":"k"}`
	pollHead      = `"card_type":"multiple_interaction","main_title":{"title":"a"},"task_id":"t","submit_button":{"text":"a","key":"k"}`
	oneOption     = `[{"id":"1","text":"a"}]`
	elevenOptions = `[{"id":"1","text":"a"},{"id":"2","text":"a"},{"id":"3","text":"a"},{"id":"4","text":"a"},{"id":"5","text":"a"},{"id":"6","text":"a"},{"id":"7","text":"a"},{"id":"8","text":"a"},{"id":"9","text":"a"},{"id":"10","text":"a"},{"id":"11","text":"a"}]`
)

var cardRules = []conformanceRule{
	cardRule("unknown type", 42031, `"card_type":"poem","main_title":{"title":"a"}`),
	cardRule("text notices", 0, noticeCard),
	cardRule("text notice: a title or a subtitle is required", 42033, noticeHead),
	cardRule("text notice: card_action is required", 42045, `"card_type":"text_notice","main_title":{"title":"a"}`),
	cardRule("text notice: card_action must have a type", 42045, `"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":0}`),
	cardRule("card_action: url is required", 42028, `"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":1}`),
	cardRule("card_action: appid is required", 42030, `"card_type":"text_notice","main_title":{"title":"a"},"card_action":{"type":2}`),
	cardRule("a notice without a menu has no response code", 0, noticeCard, `"msgid":"`),
	cardRule("a menu yields a response code", 0, noticeCard+`,"task_id":"t","action_menu":{"action_list":[{"text":"a","key":"k"}]}`, `"response_code":"`),
	cardRule("a menu requires a task_id", 42014, noticeCard+`,"action_menu":{"action_list":[{"text":"a","key":"k"}]}`),
	cardRule("a menu has 1 to 3 items", 40058, noticeCard+`,"task_id":"t","action_menu":{"action_list":[]}`),
	cardRule("keys of a menu are unique", 42051, noticeCard+`,"task_id":"t","action_menu":{"action_list":[{"text":"a","key":"k"},{"text":"b","key":"k"}]}`),
	cardRule("task_id has letters, digits and _-@ only", 42014, noticeCard+`,"task_id":"a b"`),
	cardRule("task_id has at most 128 bytes", 42014, noticeCard+`,"task_id":"{x*129}"`),
	cardRule("at most 6 rows", 42035, noticeCard+`,"horizontal_content_list":[{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"},{"keyname":"a"}]`),
	cardRule("a row requires a keyname", 42027, noticeCard+`,"horizontal_content_list":[{"value":"a"}]`),
	cardRule("a link row requires a url", 42028, noticeCard+`,"horizontal_content_list":[{"type":1,"keyname":"a"}]`),
	cardRule("a file row requires a media_id", 42029, noticeCard+`,"horizontal_content_list":[{"type":2,"keyname":"a"}]`),
	cardRule("a member row requires a userid", 42050, noticeCard+`,"horizontal_content_list":[{"type":3,"keyname":"a"}]`),
	cardRule("at most 3 links", 42042, noticeCard+`,"jump_list":[{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"}]`),
	cardRule("a link requires a title", 42033, noticeCard+`,"jump_list":[{"type":0}]`),
	cardRule("a link requires its url", 42028, noticeCard+`,"jump_list":[{"type":1,"title":"a"}]`),
	cardRule("a quotation with a link requires a url", 42028, noticeCard+`,"quote_area":{"type":1}`),
	cardRule("a quotation with a mini program requires an appid", 42030, noticeCard+`,"quote_area":{"type":2}`),
	cardRule("news notices", 0, newsCard),
	cardRule("news notice: title is required", 42033, `"card_type":"news_notice","card_action":{"type":1,"url":"http://a"},"card_image":{"url":"http://a"}`),
	cardRule("news notice: an image is required", 42044, `"card_type":"news_notice","main_title":{"title":"a"},"card_action":{"type":1,"url":"http://a"}`),
	cardRule("news notice: at most 4 vertical lines", 42036, newsCard+`,"vertical_content_list":[{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"}]`),
	cardRule("news notice: a vertical line requires a title", 42033, newsCard+`,"vertical_content_list":[{"desc":"a"}]`),
	cardRule("buttons", 0, buttonsHead+`,"button_list":[{"text":"a","key":"k"}]`, `"response_code":"`),
	cardRule("buttons require a task_id", 42014, `"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"a","key":"k"}]`),
	markOpen(ruleByCall("narrow:message/send", "90236", "card: an application without a callback cannot send cards with buttons", 43012,
		`{"touser":"zhangsan","agentid":1000003,"msgtype":"template_card","template_card":{`+buttonsHead+`,"button_list":[{"text":"a","key":"k"}]}}`)),
	cardRule("1 to 6 buttons", 40058, buttonsHead+`,"button_list":[]`),
	cardRule("a button requires a text", 42038, buttonsHead+`,"button_list":[{"key":"k"}]`),
	cardRule("a button requires a key", 42039, buttonsHead+`,"button_list":[{"text":"a"}]`),
	cardRule("keys of buttons are unique", 42039, buttonsHead+`,"button_list":[{"text":"a","key":"k"},{"text":"b","key":"k"}]`),
	cardRule("a key has at most 1,024 bytes", 42039, buttonsHead+`,"button_list":[{"text":"a","key":"{x*1025}"}]`),
	cardRule("a link button requires a url", 42028, buttonsHead+`,"button_list":[{"type":1,"text":"a"}]`),
	cardRule("a selection requires a question_key", 42043, buttonsHead+`,"button_list":[{"text":"a","key":"k"}],"button_selection":{"option_list":`+oneOption+`}`),
	cardRule("a selection has at most 10 options", 42037, buttonsHead+`,"button_list":[{"text":"a","key":"k"}],"button_selection":{"question_key":"q","option_list":`+elevenOptions+`}`),
	cardRule("votes", 0, voteHead+`,"checkbox":{"question_key":"q","option_list":`+oneOption+`}`, `"response_code":"`),
	cardRule("vote: a question is required", 42043, voteHead),
	cardRule("vote: options are required", 42037, voteHead+`,"checkbox":{"question_key":"q","option_list":[]}`),
	cardRule("an option requires an id", 42040, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"text":"a"}]}`),
	cardRule("an option's id has at most 128 bytes", 42040, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"id":"{x*129}","text":"a"}]}`),
	cardRule("an option requires a text", 42041, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"id":"1"}]}`),
	cardRule("ids of options are unique", 42040, voteHead+`,"checkbox":{"question_key":"q","option_list":[{"id":"1","text":"a"},{"id":"1","text":"b"}]}`),
	cardRule("vote: submit_button is required", 42046, `"card_type":"vote_interaction","main_title":{"title":"a"},"task_id":"t","checkbox":{"question_key":"q","option_list":`+oneOption+`}`),
	cardRule("selections", 0, pollHead+`,"select_list":[{"question_key":"q","option_list":`+oneOption+`}]`, `"response_code":"`),
	cardRule("1 to 3 selections", 42047, pollHead+`,"select_list":[]`),
	cardRule("question_keys are unique", 42043, pollHead+`,"select_list":[{"question_key":"q","option_list":`+oneOption+`},{"question_key":"q","option_list":`+oneOption+`}]`),
	cardRule("selections require a submit_button", 42046, `"card_type":"multiple_interaction","main_title":{"title":"a"},"task_id":"t","select_list":[{"question_key":"q","option_list":`+oneOption+`}]`),
}
