package wecomtest

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Status of an approval (sp_status).
const (
	ApprovalRunning   = model.ApprovalRunning
	ApprovalPassed    = model.ApprovalPassed
	ApprovalRejected  = model.ApprovalRejected
	ApprovalWithdrawn = model.ApprovalWithdrawn
	ApprovalRevoked   = model.ApprovalRevoked
	ApprovalDeleted   = model.ApprovalDeleted
)

// ErrNotDelivered is returned when every attempt to deliver a callback has failed.
var (
	ErrNotDelivered = model.ErrNotDelivered
)

// Status of a meeting.
const (
	MeetingWaiting   = model.MeetingWaiting
	MeetingRunning   = model.MeetingRunning
	MeetingEnded     = model.MeetingEnded
	MeetingCancelled = model.MeetingCancelled
	MeetingExpired   = model.MeetingExpired // no member joined
)

// Status of a member.
const (
	StatusActive   = model.StatusActive
	StatusDisabled = model.StatusDisabled
	StatusInactive = model.StatusInactive
	StatusLeft     = model.StatusLeft
)

// Values of response_status.
const (
	ResponseNone      = model.ResponseNone
	ResponseTentative = model.ResponseTentative
	ResponseAccepted  = model.ResponseAccepted
	ResponseDeclined  = model.ResponseDeclined
)

// Fault injects an error into API calls. A call must match all of the selecting fields (Path,
// CorpID, AgentID, Token); an empty field matches every call. The fields for the effect can be
// combined, for example a delay and an errcode.
type Fault = model.Fault

// Chat is a group chat created by an application.
type Chat = model.Chat

// ApprovalTemplate is a form of WeCom's 审批 application.
//
// https://developer.work.weixin.qq.com/document/path/91982
type ApprovalTemplate = model.ApprovalTemplate

// ApprovalControl is a field of an approval template.
type ApprovalControl = model.ApprovalControl

// ApprovalOption is an option of a Selector.
type ApprovalOption = model.ApprovalOption

// Delivery is one callback with its delivery attempts.
type Delivery = model.Delivery

// Attempt is one attempt to deliver a callback.
type Attempt = model.Attempt

// CallbackFault injects an error into callbacks. A callback must match all of CorpID, AgentID and
// Event; an empty field matches every callback.
type CallbackFault = model.CallbackFault

// Card is a template card (模板卡片) of any of the five types.
//
// https://developer.work.weixin.qq.com/document/path/90236
type Card = model.Card

// CardSource is the source shown above the card.
type CardSource = model.CardSource

// ActionMenu is the menu in the upper right corner.
type ActionMenu = model.ActionMenu

// TitleDesc is a title and its description.
type TitleDesc = model.TitleDesc

// QuoteArea is the quotation with a grey background.
type QuoteArea = model.QuoteArea

// Horizontal is a row of a key and a value.
type Horizontal = model.Horizontal

// Jump is a link to a page (type 1) or a mini program (type 2).
type Jump = model.Jump

// Button is a button or an item of the action menu.
type Button = model.Button

// Option is an option of a Selection or CheckBox.
type Option = model.Option

// Selection is a drop-down list.
type Selection = model.Selection

// CheckBox is the question of a vote_interaction card.
type CheckBox = model.CheckBox

// CardImage is the image of a news_notice card.
type CardImage = model.CardImage

// ImageTextArea is an image with text in a news_notice card.
type ImageTextArea = model.ImageTextArea

// Customer is an external contact (外部联系人) and the way in which a member was added.
type Customer = model.Customer

// CustomerMessage is a message received by an external contact.
type CustomerMessage = model.CustomerMessage

// Message is a message in its current state, as shown to the member.
type Message = model.Message

// MemberMessage is a message that a member sends to an application. Exactly one field is set.
//
// https://developer.work.weixin.qq.com/document/path/90239
type MemberMessage = model.MemberMessage

// MemberFile is a file that a member sends. Without Data it is a sample; a video has none.
type MemberFile = model.MemberFile

// Location is a place on the map.
type Location = model.Location

// MenuInput is what a member gives after clicking a menu item that scans a code, sends pictures or
// selects a location. Details that are not given have the values of WeCom's page.
//
// https://developer.work.weixin.qq.com/document/path/90240
type MenuInput = model.MenuInput

// Limits bounds the memory of a Server. A zero field means its default. The oldest data are evicted
// first, before they expire if necessary; for example, the response code of an evicted message is
// invalid like an unknown one. Data added by a test (companies, members, applications, robots,
// templates, suites) are never evicted.
type Limits = model.Limits

// Call is one request that the API received. Secrets, tokens, tickets and codes
// are masked in all of its fields.
type Call = model.Call

// Media refers to an uploaded file.
type Media = model.Media

// MPNews is the body of an mpnews message, whose articles WeCom stores.
type MPNews = model.MPNews

// MPArticle is one article of MPNews. Content is HTML.
type MPArticle = model.MPArticle

// Notice is the body of a miniprogram_notice message.
type Notice = model.Notice

// NoticeItem is one line of a Notice.
type NoticeItem = model.NoticeItem

// Meeting is a meeting (会议) created by an application.
//
// https://developer.work.weixin.qq.com/document/path/99104
type Meeting = model.Meeting

// Mail is a mail that an application has sent.
//
// https://developer.work.weixin.qq.com/document/path/97854
type Mail = model.Mail

// MailAttachment is a file of a mail.
type MailAttachment = model.MailAttachment

// Selected holds the options chosen in one question of a card.
type Selected = model.Selected

// Int is a JSON number that may also be given as a string, which WeCom accepts.
type Int = model.Int

// Content is the body of a message; only the field of its type is set.
type Content = model.Content

// Text is the body of a text message.
type Text = model.Text

// Markdown is the body of a markdown message.
type Markdown = model.Markdown

// TextCard is the body of a textcard message.
type TextCard = model.TextCard

// News is the body of a news message.
type News = model.News

// Article is one entry of News.
type Article = model.Article

// Corp is a company (企业).
type Corp = model.Corp

// Callback is the address and the keys of a callback receiver (接收消息).
type Callback = model.Callback

// App is a self-built application (自建应用).
type App = model.App

// MenuButton is an item of an application's menu, on the first or second level.
type MenuButton = model.MenuButton

// Department is a department of a company. The root has id 1.
type Department = model.Department

// Member is a member of a company (成员).
type Member = model.Member

// Robot is a group chat webhook (消息推送, formerly 群机器人).
//
// https://developer.work.weixin.qq.com/document/path/99110
type Robot = model.Robot

// RobotMessage is a message sent by a robot. Only the field of its type is set.
type RobotMessage = model.RobotMessage

// Schedule is a calendar entry (日程) created by an application.
//
// https://developer.work.weixin.qq.com/document/path/93648
type Schedule = model.Schedule

// Attendee is a member invited to a schedule, with the member's response.
type Attendee = model.Attendee

// Reminders are the reminders and the recurrence rule of a schedule.
type Reminders = model.Reminders

// Exclude is an occurrence that was changed or removed individually.
type Exclude = model.Exclude

// Suite is a third-party application (第三方应用) of a provider.
type Suite = model.Suite

// SuiteInstall is an installation in a company file.
type SuiteInstall = model.SuiteInstall

// SuiteFile is a suite in a company file, with the companies that install it.
type SuiteFile = model.SuiteFile

// SharedLink is a page that a member forwarded.
type SharedLink = model.SharedLink

// Forwarded is what one member sent to another, or into a group: a text, or a
// page from a web view.
type Forwarded = model.Forwarded

// Workbench is the content of an application's tile in the workbench: its type and the field of
// that name.
//
// https://developer.work.weixin.qq.com/document/path/92535
type Workbench = model.Workbench

// WorkbenchItems are key data (Key, Data) or list items (Title).
type WorkbenchItems = model.WorkbenchItems

// WorkbenchItem is an item of key data or of a list.
type WorkbenchItem = model.WorkbenchItem

// WorkbenchPage is an image or a web page.
type WorkbenchPage = model.WorkbenchPage

// SmartBot is a smart bot (智能机器人) in callback mode.
//
// https://developer.work.weixin.qq.com/document/path/101039
type SmartBot = model.SmartBot

// BotGroup is a group chat of members with a smart bot.
type BotGroup = model.BotGroup

// BotChat identifies a chat with a smart bot and the member who reads or writes it: a single chat, or
// a group if ChatID is set.
type BotChat = model.BotChat

// BotMessage is a message in a chat with a smart bot as a member sees it.
type BotMessage = model.BotMessage

// BotStream is the state of a bot's message that is generated over time.
type BotStream = model.Stream

// BotFeedback is a member's feedback on a reply of a bot.
type BotFeedback = model.BotFeedback
