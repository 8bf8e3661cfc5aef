package wecom

// Numbers of the official pages that explain errcodes.
const (
	pageToken      = 91039
	pageMessages   = 90236
	pageErrcodes   = 90313
	pageLimits     = 90312
	pageUpdateCard = 94888
	pageRecall     = 94867
	pageUserInfo   = 91023
	pageUserDetail = 95833
	pageSignature  = 90506
	pageMenu       = 90231
	pageWorkbench  = 92535
	pageChat       = 90245
	pageRobot      = 99110
)

type errcode struct {
	class Class
	text  string
	page  int // 0 means the general errcode page
}

// errcodes holds the general codes, those of messages and media, and those of
// sign-in and the JS-SDK. A text names the fault; the class implies the remedy.
var errcodes = map[int]errcode{
	// General and credentials.
	-1:      {ClassRetry, "WeCom is busy", 0},
	6000:    {ClassRetry, "conflicting concurrent writes to the same data", 0},
	40001:   {ClassConfig, "the secret is wrong or was reset, or the app is disabled", pageToken},
	40013:   {ClassConfig, "the company id is wrong", pageToken},
	40014:   {ClassToken, "the access token is wrong, expired or of another kind", 0},
	40091:   {ClassConfig, "the secret belongs to another company", pageToken},
	41001:   {ClassArgument, "the access token is missing", 0},
	41002:   {ClassArgument, "the company id is missing", pageToken},
	41004:   {ClassArgument, "the secret is missing", pageToken},
	41024:   {ClassArgument, "the secret is missing", pageToken},
	42001:   {ClassToken, "the access token has expired", 0},
	45031:   {ClassConfig, "the secret has been compromised and must be reset", 0},
	48001:   {ClassPermission, "the app was not granted this API", 0},
	48002:   {ClassPermission, "this app or kind of token may not call this API", 0},
	48004:   {ClassPermission, "the authorisation is no longer valid", 0},
	48005:   {ClassFinal, "the API has been discontinued", 0},
	48006:   {ClassConfig, "the permission was revoked because the app had been unused for a long time", 0},
	48009:   {ClassConfig, "the contact-sync secret may not read details from a new IP address", 0},
	48010:   {ClassConfig, "this version of TLS is not supported", 0},
	48011:   {ClassConfig, "too few members are active for customer data", 0},
	50001:   {ClassConfig, "the redirect address is not on a trusted domain of the app", pageUserInfo},
	50002:   {ClassPermission, "the member is outside the app's range", 0},
	50003:   {ClassConfig, "the app is disabled", 0},
	50006:   {ClassConfig, "the system app is disabled", 0},
	60020:   {ClassConfig, "the caller's IP address is not among the app's trusted IP addresses", 0},
	60031:   {ClassConfig, "the app is barred from calling the API", 0},
	301002:  {ClassConfig, "the agent id is not the one the secret belongs to", 0},
	301007:  {ClassFinal, "the company is dissolved or banned", 0},
	2000002: {ClassConfig, "the company id is unknown", 0},

	// Limits.
	45009:   {ClassLimit, "the API was called too often", pageLimits},
	45033:   {ClassRetry, "too many calls at the same time", pageLimits},
	45035:   {ClassRetry, "the record is being changed by another call", 0},
	45036:   {ClassRetry, "the traffic on this data is abnormal", 0},
	45029:   {ClassArgument, "the response would be too large: request a smaller department", 0},
	45024:   {ClassConfig, "the company has reached its maximum number of accounts", 0},
	45026:   {ClassFinal, "the guard against mass deletion stopped the job", 0},
	85004:   {ClassLimit, "trusted domains were set too often this month", pageLimits},
	81017:   {ClassLimit, "too many items", 0},
	2400007: {ClassLimit, "too many requests", 0},

	// Parameters of any call.
	40033:  {ClassArgument, "escaped characters are not accepted in this parameter", 0},
	40035:  {ClassArgument, "a parameter is not valid", 0},
	40039:  {ClassArgument, "a url is longer than 1024 bytes", 0},
	40058:  {ClassArgument, "a parameter is not valid", 0},
	40063:  {ClassArgument, "a required parameter is empty", 0},
	40094:  {ClassArgument, "a url is missing or lacks http(s)://", 0},
	40127:  {ClassArgument, "the scheme of a url is not supported", 0},
	40203:  {ClassArgument, "a parameter is no longer in use", 0},
	40206:  {ClassArgument, "the request is too large", 0},
	45034:  {ClassArgument, "a url lacks its protocol", 0},
	41009:  {ClassArgument, "the userid is missing", 0},
	41010:  {ClassArgument, "the url is missing", 0},
	41011:  {ClassArgument, "the agent id is missing", 0},
	41006:  {ClassArgument, "the media_id is missing", 0},
	41016:  {ClassArgument, "the title is missing", 0},
	41033:  {ClassArgument, "the description is missing", 0},
	41017:  {ClassArgument, "the tag id is missing", 0},
	41018:  {ClassArgument, "the tag name is missing", 0},
	41019:  {ClassArgument, "the department is missing", 0},
	41102:  {ClassArgument, "the menu name is missing", pageMenu},
	50100:  {ClassArgument, "the paging cursor is not valid", 0},
	301021: {ClassArgument, "at least one userid is not in the contacts", 0},
	40201:  {ClassFinal, "the content was blocked as spam", 0},
	40204:  {ClassFinal, "the content was blocked as spam", 0},

	// Messages and media.
	40004:  {ClassArgument, "the type of media file is not valid", 0},
	40005:  {ClassArgument, "the type is not valid", 0},
	40006:  {ClassArgument, "the size of the file is not valid", 0},
	40007:  {ClassState, "the media_id is wrong, has expired or is of another type", 0},
	40008:  {ClassArgument, "the message type is not valid", pageMessages},
	40009:  {ClassArgument, "the size of the image is not valid", 0},
	40011:  {ClassArgument, "the size of the video is not valid", 0},
	40056:  {ClassConfig, "the agent id is unknown", 0},
	40074:  {ClassArgument, "news cannot be confidential: use mpnews", pageMessages},
	40123:  {ClassArgument, "the image cannot be read", 0},
	40145:  {ClassState, "the media_id has expired", 0},
	40146:  {ClassArgument, "the Range is not in multiples of 16 bytes", 0},
	44001:  {ClassArgument, "the uploaded file is empty", 0},
	44004:  {ClassArgument, "the text is empty", pageMessages},
	45001:  {ClassArgument, "the media file is too large", 0},
	45002:  {ClassArgument, "the content is too large", pageMessages},
	45007:  {ClassArgument, "the voice is longer than 60 seconds", 0},
	45008:  {ClassArgument, "there are more than 8 articles", pageMessages},
	45032:  {ClassArgument, "the author is longer than 64 bytes", pageMessages},
	40031:  {ClassArgument, "no userid in the list is valid", 0},
	40032:  {ClassArgument, "the list of userids is too long", 0},
	81012:  {ClassArgument, "the recipients are missing", pageMessages},
	81013:  {ClassPermission, "no recipient is valid and inside the app's visible range", pageMessages},
	82001:  {ClassArgument, "users, departments and tags are all empty", pageMessages},
	82002:  {ClassArgument, "there are more than 100 departments", pageMessages},
	82003:  {ClassArgument, "there are more than 100 tags", pageMessages},
	82004:  {ClassArgument, "the content could crash the app", 0},
	82101:  {ClassArgument, "the recipients of the update are missing", pageUpdateCard},
	82102:  {ClassArgument, "the update includes a member who did not receive the message", pageUpdateCard},
	43012:  {ClassConfig, "the app has no callback address", 0},
	42014:  {ClassArgument, "the task id is not valid", pageMessages},
	42015:  {ClassPermission, "the message was sent by another app", pageUpdateCard},
	42016:  {ClassState, "the task id is unknown", pageUpdateCard},
	42017:  {ClassArgument, "the key of the button is unknown", pageMessages},
	42018:  {ClassArgument, "the key of the button is not valid", pageMessages},
	42019:  {ClassArgument, "the key of the button is missing", pageMessages},
	42020:  {ClassArgument, "the name of the button is missing", pageMessages},
	42027:  {ClassArgument, "horizontal_content_list lacks a keyname", pageMessages},
	42028:  {ClassArgument, "a url of the card is missing", pageMessages},
	42029:  {ClassArgument, "horizontal_content_list lacks a media_id", pageMessages},
	42030:  {ClassArgument, "an appid of the card is missing", pageMessages},
	42031:  {ClassArgument, "the card type is not valid", pageMessages},
	42033:  {ClassArgument, "a title of the card is missing", pageMessages},
	42035:  {ClassArgument, "horizontal_content_list has too many entries", pageMessages},
	42036:  {ClassArgument, "vertical_content_list has too many entries", pageMessages},
	42037:  {ClassArgument, "option_list has too many or too few entries", pageMessages},
	42038:  {ClassArgument, "a button's text is not valid", pageMessages},
	42039:  {ClassArgument, "a button's key is not valid", pageMessages},
	42040:  {ClassArgument, "an option's id is not valid", pageMessages},
	42041:  {ClassArgument, "an option's text is not valid", pageMessages},
	42042:  {ClassArgument, "jump_list has too many entries", pageMessages},
	42043:  {ClassArgument, "the question_key is not valid", pageMessages},
	42044:  {ClassArgument, "the address of the card's image is not valid", pageMessages},
	42045:  {ClassArgument, "card_action is missing or not valid", pageMessages},
	42046:  {ClassArgument, "the key of the submit button is not valid", pageMessages},
	42047:  {ClassArgument, "select_list has too many or too few entries", pageMessages},
	42049:  {ClassArgument, "the text of the submit button is not valid", pageMessages},
	42050:  {ClassArgument, "horizontal_content_list has a bad userid", pageMessages},
	42051:  {ClassArgument, "two entries of the card's menu have the same key", pageMessages},
	42052:  {ClassState, "the message is older than 24 hours and cannot be recalled", pageRecall},
	60140:  {ClassState, "the response_code was used already or has expired", pageUpdateCard},
	90200:  {ClassArgument, "the mini program's appid is missing", pageMessages},
	90201:  {ClassArgument, "there are more than 10 items", pageMessages},
	90202:  {ClassArgument, "the key of an item is too long", pageMessages},
	90203:  {ClassArgument, "the value of an item is too long", pageMessages},
	90204:  {ClassArgument, "the page of the mini program is not valid", pageMessages},
	90206:  {ClassArgument, "the app is not linked to the mini program", pageMessages},
	90207:  {ClassArgument, "the mini program's appid is wrong", pageMessages},
	90208:  {ClassArgument, "the mini program's appid does not match", pageMessages},
	830002: {ClassArgument, "the file is too large for one download: request ranges of up to 20 MB", 0},

	// Login and JS-SDK.
	40029: {ClassState, "the login code was used, has expired or belongs to another app", pageUserInfo},
	42003: {ClassState, "the login code has expired", pageUserInfo},
	42022: {ClassState, "the login code was used already", pageUserInfo},
	41008: {ClassArgument, "the login code is missing", pageUserInfo},
	84014: {ClassState, "the user_ticket has expired", pageUserDetail},
	84015: {ClassState, "the user_ticket is not valid", pageUserDetail},
	84025: {ClassArgument, "state may have letters and digits only, 128 bytes at most", pageUserInfo},
	84090: {ClassArgument, "the user_ticket is missing", pageUserDetail},
	40093: {ClassConfig, "the JS-SDK signature is wrong", pageSignature},
	42012: {ClassConfig, "the JS-SDK ticket is of another kind or another app", pageSignature},
	91040: {ClassArgument, "the type of ticket is not valid", pageSignature},
	80001: {ClassConfig, "the trusted domain is not right or has no ICP filing", 0},
	85005: {ClassConfig, "the ownership of the trusted domain is not verified", 0},
	85008: {ClassConfig, "the ICP filing of the domain could not be confirmed", 0},
	85111: {ClassConfig, "the domain belongs to a third-party provider", 0},
	92000: {ClassPermission, "the member is outside the app's range", pageUserDetail},
	92001: {ClassPermission, "the app has no permission for sensitive data", pageUserDetail},
	92002: {ClassConfig, "the call crosses companies", 0},
	92003: {ClassConfig, "the call crosses apps", 0},
	40207: {ClassConfig, "the code of the second verification is not valid", 0},
	40208: {ClassConfig, "the scope of the second verification is not valid", 0},
	40209: {ClassConfig, "the domain of the second verification is not valid", 0},
	40210: {ClassConfig, "the address of the second verification is not valid", 0},
}
