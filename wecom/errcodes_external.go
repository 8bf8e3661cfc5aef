package wecom

const (
	pageExternal = 92114
	pageWelcome  = 92137
	pageKF       = 94677
	pageApproval = 91853
	pageSuite    = 90600
)

// externalErrcodes holds the codes of customer contact, WeChat customer
// service, approvals and third-party apps.
var externalErrcodes = map[int]errcode{
	40096:  {ClassArgument, "the external_userid is not valid", pageExternal},
	40098:  {ClassState, "the member has not verified a real name", pageExternal},
	41050:  {ClassState, "the welcome code is not valid, or older than 20 seconds", pageWelcome},
	41051:  {ClassState, "the chat has begun, or a welcome message was sent already", pageWelcome},
	41054:  {ClassState, "the member has not joined", pageExternal},
	41056:  {ClassArgument, "the external_userid is of another kind", pageExternal},
	41063:  {ClassState, "the mass message is being sent", pageExternal},
	41064:  {ClassArgument, "there are too many attachments", pageWelcome},
	41065:  {ClassArgument, "an attachment is of a type that is not offered", pageWelcome},
	41096:  {ClassState, "another app is sending the welcome message", pageWelcome},
	84061:  {ClassState, "the member has no such contact", pageExternal},
	84074:  {ClassPermission, "the app has no permission for customer contact", pageExternal},
	84083:  {ClassPermission, "the member is not allowed to have customers", pageExternal},
	84084:  {ClassPermission, "the member does not have this contact", pageExternal},
	48007:  {ClassConfig, "the app is not entitled to the customer service account", pageKF},
	610024: {ClassConfig, "the company has to submit its qualification documents", pageExternal},
	701008: {ClassPermission, "no member has a licence for customers", pageExternal},

	95000: {ClassArgument, "the open_kfid is not valid", pageKF},
	95001: {ClassLimit, "more than 5 messages since the customer's last message", pageKF},
	95002: {ClassState, "the customer's last message is more than 48 hours old", pageKF},
	95003: {ClassLimit, "the company is not verified and has exhausted its quota", pageKF},
	95004: {ClassArgument, "there is no such customer service account", pageKF},
	95005: {ClassLimit, "there are too many customer service accounts", pageKF},
	95006: {ClassArgument, "the name of the account is not valid", pageKF},
	95007: {ClassState, "the token of the event is not valid or too old", pageKF},
	95008: {ClassArgument, "the menu has too many entries", pageKF},
	95009: {ClassArgument, "an entry of the menu is of a type that is not offered", pageKF},
	95011: {ClassConfig, "customer service is not managed by WeCom", pageKF},
	95012: {ClassConfig, "customer service is managed by WeCom", pageKF},
	95013: {ClassState, "the session has ended", pageKF},
	95014: {ClassPermission, "the member is no servicer, or has not joined", pageKF},
	95016: {ClassState, "the session cannot change in this way", pageKF},
	95017: {ClassConfig, "the API of customer service is switched off", pageKF},
	95018: {ClassState, "messages cannot be sent in this session state", pageKF},
	95019: {ClassState, "the servicer has stopped", pageKF},
	95020: {ClassLimit, "there are too many servicers", pageKF},
	95026: {ClassLimit, "the existing accounts are used too little to add more", pageKF},
	95027: {ClassLimit, "a company that is not verified may have 10 accounts", pageKF},
	95031: {ClassState, "the customer has not written within 48 hours", pageKF},
	95033: {ClassState, "a message with this msgid was sent already", pageKF},

	40080: {ClassConfig, "the suite secret is wrong", pageSuite},
	40082: {ClassToken, "the suite token is wrong or has expired", pageSuite},
	42009: {ClassToken, "the suite token has expired", pageSuite},
	40083: {ClassConfig, "the suite id is wrong", pageSuite},
	40084: {ClassConfig, "the permanent code is wrong, or the app was removed", pageSuite},
	40085: {ClassState, "the suite ticket is wrong or older than 30 minutes", pageSuite},
	40086: {ClassArgument, "the app id is wrong", pageSuite},
	48003: {ClassConfig, "the suite id is not that of the token", pageSuite},

	301025: {ClassArgument, "a parameter of the approval is not valid", pageApproval},
	301026: {ClassState, "the template cannot be read", pageApproval},
	301055: {ClassPermission, "the app has no permission for approvals or their data", pageApproval},
	301056: {ClassConfig, "approvals are switched off", pageApproval},
	301057: {ClassRetry, "WeCom failed to process the approval request", pageApproval},
	301079: {ClassState, "times of leave overlap", pageApproval},
	301087: {ClassLimit, "there are too many templates", pageApproval},
	301112: {ClassArgument, "the span of time is too long", pageApproval},
	301115: {ClassState, "a template with a print format of its own cannot be changed", pageApproval},
}
