package errcode

import "github.com/huimian/huimian/internal/apiclient/errclass"

const (
	pageExternal = 92114
	pageWelcome  = 92137
	pageKF       = 94677
	pageApproval = 91853
	pageSuite    = 90600
)

// external has the codes of customer contact, WeChat customer
// service, approvals and third-party apps.
var external = map[int]Entry{
	40096:  {errclass.Argument, "the external_userid is not valid", pageExternal},
	40098:  {errclass.State, "the member has not verified a real name", pageExternal},
	41050:  {errclass.State, "the welcome code is not valid, or older than 20 seconds", pageWelcome},
	41051:  {errclass.State, "the chat has begun, or a welcome message was sent already", pageWelcome},
	41054:  {errclass.State, "the member has not joined", pageExternal},
	41056:  {errclass.Argument, "the external_userid is of another kind", pageExternal},
	41063:  {errclass.State, "the mass message is being sent", pageExternal},
	41064:  {errclass.Argument, "there are too many attachments", pageWelcome},
	41065:  {errclass.Argument, "an attachment is of a type that is not offered", pageWelcome},
	41096:  {errclass.State, "another app is sending the welcome message", pageWelcome},
	84061:  {errclass.State, "the member has no such contact", pageExternal},
	84074:  {errclass.Permission, "the app has no permission for customer contact", pageExternal},
	84083:  {errclass.Permission, "the member is not allowed to have customers", pageExternal},
	84084:  {errclass.Permission, "the member does not have this contact", pageExternal},
	48007:  {errclass.Config, "the app is not entitled to the customer service account", pageKF},
	610024: {errclass.Config, "the company has to submit its qualification documents", pageExternal},
	701008: {errclass.Permission, "no member has a licence for customers", pageExternal},

	95000: {errclass.Argument, "the open_kfid is not valid", pageKF},
	95001: {errclass.Limit, "more than 5 messages since the customer's last message", pageKF},
	95002: {errclass.State, "the customer's last message is more than 48 hours old", pageKF},
	95003: {errclass.Limit, "the company is not verified and has exhausted its quota", pageKF},
	95004: {errclass.Argument, "there is no such customer service account", pageKF},
	95005: {errclass.Limit, "there are too many customer service accounts", pageKF},
	95006: {errclass.Argument, "the name of the account is not valid", pageKF},
	95007: {errclass.State, "the token of the event is not valid or too old", pageKF},
	95008: {errclass.Argument, "the menu has too many entries", pageKF},
	95009: {errclass.Argument, "an entry of the menu is of a type that is not offered", pageKF},
	95011: {errclass.Config, "customer service is not managed by WeCom", pageKF},
	95012: {errclass.Config, "customer service is managed by WeCom", pageKF},
	95013: {errclass.State, "the session has ended", pageKF},
	95014: {errclass.Permission, "the member is no servicer, or has not joined", pageKF},
	95016: {errclass.State, "the session cannot change in this way", pageKF},
	95017: {errclass.Config, "the API of customer service is switched off", pageKF},
	95018: {errclass.State, "messages cannot be sent in this session state", pageKF},
	95019: {errclass.State, "the servicer has stopped", pageKF},
	95020: {errclass.Limit, "there are too many servicers", pageKF},
	95026: {errclass.Limit, "the existing accounts are used too little to add more", pageKF},
	95027: {errclass.Limit, "a company that is not verified may have 10 accounts", pageKF},
	95031: {errclass.State, "the customer has not written within 48 hours", pageKF},
	95033: {errclass.State, "a message with this msgid was sent already", pageKF},

	40080: {errclass.Config, "the suite secret is wrong", pageSuite},
	40082: {errclass.Token, "the suite token is wrong or has expired", pageSuite},
	42009: {errclass.Token, "the suite token has expired", pageSuite},
	40083: {errclass.Config, "the suite id is wrong", pageSuite},
	40084: {errclass.Config, "the permanent code is wrong, or the app was removed", pageSuite},
	40085: {errclass.State, "the suite ticket is wrong or older than 30 minutes", pageSuite},
	40086: {errclass.Argument, "the app id is wrong", pageSuite},
	48003: {errclass.Config, "the suite id is not that of the token", pageSuite},

	301025: {errclass.Argument, "a parameter of the approval is not valid", pageApproval},
	301026: {errclass.State, "the template cannot be read", pageApproval},
	301055: {errclass.Permission, "the app has no permission for approvals or their data", pageApproval},
	301056: {errclass.Config, "approvals are switched off", pageApproval},
	301057: {errclass.Retry, "WeCom failed to process the approval request", pageApproval},
	301079: {errclass.State, "times of leave overlap", pageApproval},
	301087: {errclass.Limit, "there are too many templates", pageApproval},
	301112: {errclass.Argument, "the span of time is too long", pageApproval},
	301115: {errclass.State, "a template with a print format of its own cannot be changed", pageApproval},
}
