// Package huimian_test contains the project's rules as tests: which package may import which, in which
// files a thing may be done, how large code may grow and which words it may use. A failure gives the
// reason. A rule is changed here, with its reason, and not in a comment beside the code that breaks it.
package huimian_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/huimian/huimian"

// A row of the import table: what of ours a package may import, what of others it must not, and why.
type row struct {
	ours      string // folders, separated by spaces
	forbidden string // import paths, each with the paths below it
	why       string
}

const (
	drivers   = "modernc.org/sqlite github.com/jackc/pgx github.com/mattn/go-sqlite3"
	transport = "net/http github.com/coder/websocket github.com/danielgtaylor/huma"
)

// Direction, in one sentence: cmd → app → server, notify → features → job → db → fault; the wecom and
// showmebug packages are outside of the layers and share internal/apiclient; their simulators share internal/simulator, which imports only the standard library.
var table = map[string]row{
	"wecom": {"internal/apiclient/backoff internal/apiclient/errclass internal/apiclient/fieldcheck internal/apiclient/redact internal/apiclient/tokencache internal/apiclient/transport wecom/internal/errcode",
		"github.com", "a public client: standard library and golang.org/x only, and what both clients share"},
	"wecom/internal/errcode": {"internal/apiclient/errclass", "net/http github.com", "tables without behaviour"},
	"wecom/callback": {"internal/apiclient/dedup internal/apiclient/redact", "github.com",
		"a service may receive from WeCom without calling it, so it does not need the client"},
	"wecom/wecomtest": {"internal/simulator/listener wecom/wecomtest/internal/agents wecom/wecomtest/internal/api wecom/wecomtest/internal/bots wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/customers wecom/wecomtest/internal/messaging wecom/wecomtest/internal/office wecom/wecomtest/internal/operator wecom/wecomtest/internal/signin wecom/wecomtest/internal/suite wecom/wecomtest/internal/ui wecom/wecomtest/internal/webview wecom/wecomtest/model", "testing github.com",
		"programs of users of the client link the simulator, so it imports neither the product nor the package testing; only it imports all of its areas"},
	"wecom/wecomtest/model":              {"", "testing github.com", "the types of the simulator's users: values without behaviour"},
	"wecom/wecomtest/internal/page":      {"internal/simulator/webpage", "testing github.com", "pages, scripts and styles are independent of the state"},
	"wecom/wecomtest/internal/core":      {"internal/simulator/background internal/simulator/bounded internal/simulator/clock internal/simulator/faults internal/simulator/httpcall internal/simulator/random internal/simulator/redact internal/simulator/watch wecom/wecomtest/model", "testing github.com", "the state and what all areas use; it is independent of the areas"},
	"wecom/wecomtest/internal/api":       {"internal/simulator/faults internal/simulator/webpage wecom/wecomtest/internal/core wecom/wecomtest/model", "testing github.com", "the pipeline of a call is independent of endpoints: the areas register theirs"},
	"wecom/wecomtest/internal/contacts":  {"wecom/wecomtest/internal/core wecom/wecomtest/model", "testing github.com", "an area of the API"},
	"wecom/wecomtest/internal/agents":    {"internal/simulator/bounded wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/model", "testing github.com", "an area of the API"},
	"wecom/wecomtest/internal/messaging": {"internal/simulator/bounded wecom/wecomtest/internal/agents wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/model", "testing github.com", "an area of the API"},
	"wecom/wecomtest/internal/bots":      {"internal/simulator/bounded internal/simulator/watch internal/simulator/webpage wecom/wecomtest/internal/core wecom/wecomtest/internal/messaging wecom/wecomtest/model", "testing github.com", "an area of the API"},
	"wecom/wecomtest/internal/office":    {"internal/simulator/bounded wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/messaging wecom/wecomtest/model", "testing github.com", "an area of the API"},
	"wecom/wecomtest/internal/customers": {"internal/simulator/bounded wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/messaging wecom/wecomtest/model", "testing github.com", "an area of the API"},
	"wecom/wecomtest/internal/signin":    {"internal/simulator/bounded wecom/wecomtest/internal/agents wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/page", "testing github.com", "the pages of sign-in are independent of suites, which implement an interface"},
	"wecom/wecomtest/internal/suite":     {"internal/simulator/bounded wecom/wecomtest/internal/agents wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/page wecom/wecomtest/internal/signin wecom/wecomtest/model", "testing github.com", "suites use the company's own applications"},
	"wecom/wecomtest/internal/webview":   {"internal/simulator/bounded internal/simulator/webpage wecom/wecomtest/internal/agents wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/messaging wecom/wecomtest/internal/office wecom/wecomtest/internal/page wecom/wecomtest/internal/signin wecom/wecomtest/internal/suite wecom/wecomtest/model", "testing github.com", "the web view uses the areas whose state the JS-SDK shows"},
	"wecom/wecomtest/internal/ui":        {"internal/simulator/webpage wecom/wecomtest/internal/bots wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/customers wecom/wecomtest/internal/messaging wecom/wecomtest/internal/office wecom/wecomtest/internal/page wecom/wecomtest/internal/signin wecom/wecomtest/internal/suite wecom/wecomtest/internal/webview wecom/wecomtest/model", "testing github.com", "the client uses the areas; no area uses the client"},
	"wecom/wecomtest/internal/operator":  {"internal/simulator/redact internal/simulator/webpage wecom/wecomtest/internal/agents wecom/wecomtest/internal/api wecom/wecomtest/internal/bots wecom/wecomtest/internal/contacts wecom/wecomtest/internal/core wecom/wecomtest/internal/messaging wecom/wecomtest/internal/office wecom/wecomtest/internal/suite wecom/wecomtest/internal/ui wecom/wecomtest/model", "testing github.com", "the operator's page uses the areas; nothing uses it"},

	"showmebug": {"internal/apiclient/backoff internal/apiclient/dedup internal/apiclient/errclass internal/apiclient/fieldcheck internal/apiclient/redact internal/apiclient/tokencache internal/apiclient/transport",
		"github.com", "a public client: standard library and golang.org/x only, and what both clients share"},
	"showmebug/showmebugtest": {"internal/simulator/listener showmebug/showmebugtest/internal/api showmebug/showmebugtest/internal/core showmebug/showmebugtest/internal/exams showmebug/showmebugtest/internal/interviews showmebug/showmebugtest/internal/operator showmebug/showmebugtest/internal/teams showmebug/showmebugtest/internal/ui showmebug/showmebugtest/internal/webhooks showmebug/showmebugtest/model", "testing github.com",
		"programs of users of the client link the simulator; it does not import the client either, so that the two cannot share a mistake; only it imports all of its areas"},
	"showmebug/showmebugtest/model":               {"", "testing github.com", "the types of the simulator's users: values without behaviour"},
	"showmebug/showmebugtest/internal/page":       {"internal/simulator/webpage", "testing github.com", "pages, scripts and styles are independent of the state"},
	"showmebug/showmebugtest/internal/core":       {"internal/simulator/background internal/simulator/bounded internal/simulator/clock internal/simulator/faults internal/simulator/random internal/simulator/redact internal/simulator/watch internal/simulator/webpage showmebug/showmebugtest/model", "testing github.com", "the state and what all areas use; it is independent of the areas"},
	"showmebug/showmebugtest/internal/webhooks":   {"internal/simulator/bounded internal/simulator/faults internal/simulator/httpcall internal/simulator/webpage showmebug/showmebugtest/internal/core showmebug/showmebugtest/model", "testing github.com", "delivers the events of every area and is independent of them"},
	"showmebug/showmebugtest/internal/api":        {"internal/simulator/faults internal/simulator/webpage showmebug/showmebugtest/internal/core showmebug/showmebugtest/internal/webhooks showmebug/showmebugtest/model", "testing github.com", "the pipeline of a call is independent of endpoints: the areas register theirs"},
	"showmebug/showmebugtest/internal/teams":      {"showmebug/showmebugtest/internal/core showmebug/showmebugtest/model", "testing github.com", "an area of the API"},
	"showmebug/showmebugtest/internal/interviews": {"internal/simulator/webpage showmebug/showmebugtest/internal/core showmebug/showmebugtest/internal/webhooks showmebug/showmebugtest/model", "testing github.com", "an area of the API"},
	"showmebug/showmebugtest/internal/exams":      {"internal/simulator/webpage showmebug/showmebugtest/internal/core showmebug/showmebugtest/internal/webhooks showmebug/showmebugtest/model", "testing github.com", "an area of the API"},
	"showmebug/showmebugtest/internal/ui":         {"internal/simulator/httpcall internal/simulator/webpage showmebug/showmebugtest/internal/core showmebug/showmebugtest/internal/exams showmebug/showmebugtest/internal/interviews showmebug/showmebugtest/internal/page showmebug/showmebugtest/internal/teams showmebug/showmebugtest/internal/webhooks showmebug/showmebugtest/model", "testing github.com", "the pages use the areas; no area uses the pages"},
	"showmebug/showmebugtest/internal/operator":   {"internal/simulator/redact internal/simulator/webpage showmebug/showmebugtest/internal/api showmebug/showmebugtest/internal/core showmebug/showmebugtest/internal/exams showmebug/showmebugtest/internal/interviews showmebug/showmebugtest/internal/page showmebug/showmebugtest/internal/teams showmebug/showmebugtest/internal/ui showmebug/showmebugtest/internal/webhooks showmebug/showmebugtest/model", "testing github.com", "the operator's page uses the areas; nothing uses it"},

	"internal/apiclient/backoff":    {"", "github.com", "waits, independent of the call"},
	"internal/apiclient/dedup":      {"", "github.com", "deliveries are keys"},
	"internal/apiclient/errclass":   {"", "github.com", "independent of the error codes of a service"},
	"internal/apiclient/fieldcheck": {"", "github.com", "independent of the limits of a service"},
	"internal/apiclient/redact":     {"", "github.com", "the public clients alias its type, so it imports no package of the product"},
	"internal/apiclient/tokencache": {"internal/apiclient/backoff internal/apiclient/redact", "github.com", "independent of services: how a token is fetched is a function"},
	"internal/apiclient/transport":  {"", "github.com", "builds requests and sends none"},

	"internal/simulator/background": {"", "testing github.com", "tasks of a simulator, without its state"},
	"internal/simulator/bounded":    {"", "testing github.com", "containers are independent of their elements"},
	"internal/simulator/clock":      {"", "testing github.com", "a clock of both simulators"},
	"internal/simulator/faults":     {"", "testing github.com", "rules are independent of calls: the simulators pass the fields by which a rule selects one"},
	"internal/simulator/httpcall":   {"", "testing github.com", "requests to the application under test"},
	"internal/simulator/listener":   {"", "testing github.com", "serves any handler"},
	"internal/simulator/random":     {"", "testing github.com", "a source of both simulators"},
	"internal/simulator/redact":     {"", "testing github.com", "masks the fields that the simulators name"},
	"internal/simulator/watch":      {"", "testing github.com", "wakes goroutines, independent of the state"},
	"internal/simulator/webpage":    {"", "testing github.com", "serves pages, independent of their content"},

	"internal/actor":               {"internal/apperr", "github.com", "every feature takes an actor, so it imports only the error of a denied act"},
	"internal/audit":               {"internal/actor internal/apperr internal/csvfile internal/db internal/job internal/member internal/pagination internal/signing internal/validate", transport, "every feature writes to the log; the log interprets no action"},
	"internal/apperr":              {"", transport, "every package may return an error of it, so it may import nothing"},
	"internal/csvfile":             {"", "github.com", "rows of texts, whatever they are about"},
	"internal/spreadsheet":         {"", transport + " " + drivers, "sheets of texts and numbers, whatever they are about"},
	"internal/i18n":                {"internal/apperr", transport, "texts are independent of pages"},
	"internal/searchtext":          {"", "net/http github.com/uptrace github.com/danielgtaylor " + drivers, "it builds texts, independent of tables; both sides of a search use it"},
	"internal/db":                  {"internal/apperr internal/searchtext", transport, "every feature uses it, so it is independent of features"},
	"internal/clocktest":           {"", "github.com", "the fixtures of every package take their clock from it"},
	"internal/db/dbtest":           {"internal/db internal/job internal/apperr", transport, "an empty database has the tables of jobs too"},
	"internal/hostcookie":          {"", "github.com", "names cookies, independent of sessions"},
	"internal/secretbox":           {"", transport + " " + drivers, "it encrypts and signs bytes, without access to tables"},
	"internal/tracing":             {"", "", "it exports spans, independent of features"},
	"internal/job":                 {"internal/db internal/apperr internal/tracing", transport, "the queue is independent of its jobs"},
	"internal/outbox":              {"internal/db internal/job", transport, "it manages rows of every feature and interprets none"},
	"internal/sandbox":             {"internal/apperr", transport + " " + drivers, "a runner has programs, independent of their users"},
	"internal/testcase":            {"internal/validate internal/sandbox", transport + " " + drivers, "rules about cases and their verdicts; it runs nothing and reads no table"},
	"internal/runqueue":            {"", transport + " " + drivers, "a queue orders programs, independent of their content"},
	"internal/runner":              {"internal/apiclient/backoff internal/sandbox internal/db", transport + " " + drivers, "it moves programs between processes, independent of rooms and interviews"},
	"internal/room/change":         {"", transport + " " + drivers, "pure algebra, proved against the editor's own"},
	"internal/jsonstream":          {"", "github.com", "any package may write JSON"},
	"internal/room/drawing":        {"internal/validate", transport + " " + drivers, "it merges the elements of a drawing, independent of rooms and participants"},
	"internal/room/protocol":       {"internal/room/change internal/room/drawing internal/testcase", transport + " " + drivers, "types of messages, without behaviour"},
	"internal/room/access":         {"internal/room/protocol", transport + " " + drivers, "rules about rights and the visible past, without sockets"},
	"internal/room/agenda":         {"internal/room/protocol internal/db internal/apperr", transport + " " + drivers, "it follows the questions of a room by its events, without sockets"},
	"internal/room/budget":         {"", transport + " " + drivers, "it counts bytes and events, independent of messages"},
	"internal/room/participant":    {"", transport + " " + drivers, "it derives ids, independent of messages"},
	"internal/room/runlog":         {"internal/room/protocol internal/sandbox", transport + " " + drivers, "it has the output of a program, independent of rooms"},
	"internal/room/testrun":        {"internal/room/protocol internal/sandbox internal/testcase", transport + " " + drivers, "it runs the cases of one question, independent of rooms and participants"},
	"internal/room/terminal":       {"internal/room/protocol internal/sandbox", transport + " " + drivers, "it has the terminal of one run, independent of rooms and participants"},
	"internal/room/sendqueue":      {"internal/room/protocol", transport + " " + drivers, "it treats messages as bytes"},
	"internal/room/store":          {"internal/apperr internal/room/archive internal/room/budget internal/room/change internal/room/protocol internal/db", transport + " " + drivers, "it reads and writes rows, and decides nothing about their content"},
	"internal/room/archive":        {"internal/db internal/job", transport + " " + drivers, "it moves rows of the log, independent of their content"},
	"internal/tlscert":             {"", "github.com", "a certificate knows no server"},
	"internal/tlscert/tlscerttest": {"", "github.com", "certificates for the tests of any package"},
	"internal/doctor": {"internal/account internal/oidc internal/app internal/db internal/filestore internal/mail internal/sandbox internal/secretbox internal/systemstatus internal/tlscert wecom wecom/callback showmebug", drivers,
		"it looks at an installation from outside; the program gives it to the server, which it requests"},
	"internal/systemstatus": {"internal/actor internal/apperr internal/availability internal/db internal/i18n internal/job internal/sandbox", transport + " " + drivers,
		"it describes what other packages have recorded, and calls no other system"},
	"internal/question/mutation": {"", "github.com", "it changes texts of programs, and runs none"},
	"internal/question/health": {"internal/question internal/question/mutation internal/interview internal/scorecard internal/member internal/room/agenda internal/room/archive internal/room/logevent internal/room/protocol internal/room/testrun internal/runqueue internal/sandbox internal/testcase internal/validate internal/actor internal/audit internal/job internal/db internal/apperr", transport + " " + drivers,
		"it runs the solutions of questions and reads the logs of interviews, and changes neither"},
	"internal/server/questionhealth": {"internal/question internal/question/health internal/i18n internal/server/caller internal/server/httpapi internal/server/resource", drivers,
		"requests and responses about checks of questions; who may see them is decided in health"},
	"internal/mailtemplate": {"internal/message internal/member internal/versioning internal/validate internal/actor internal/audit internal/i18n internal/db internal/apperr", transport + " " + drivers,
		"texts with placeholders: package notify has the values and sends"},
	"internal/decisionmail": {"internal/mailtemplate internal/message internal/interview internal/availability internal/scorecard internal/member internal/versioning internal/validate internal/i18n internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it follows decisions, and no rule about interviews is in it"},
	"internal/approval": {"internal/interview internal/message internal/member internal/outbox internal/job internal/i18n internal/versioning internal/validate internal/actor internal/audit internal/db internal/apperr wecom wecom/callback", drivers,
		"it follows decisions and submits them to WeCom; package notify sends the messages"},
	"internal/server/approvals": {"internal/approval internal/i18n internal/server/caller internal/server/httpapi internal/server/resource", drivers, "operations on approvals"},
	"internal/customerservice": {"internal/interview internal/candidate internal/message internal/member internal/outbox internal/job internal/secretbox internal/versioning internal/validate internal/actor internal/audit internal/db internal/apperr wecom wecom/callback", drivers,
		"it reads what candidates write in WeChat; package notify sends, and what an interview is is decided in interview"},
	"internal/server/customerserviceapi": {"internal/customerservice internal/message internal/apperr internal/i18n internal/server/caller internal/server/httpapi internal/server/resource", drivers, "operations on customer service"},
	"internal/server/decisionmails":      {"internal/decisionmail internal/availability internal/server/caller internal/server/httpapi internal/server/resource", drivers, "operations on mails with results"},
	"internal/debrief": {"internal/interview internal/candidate internal/scorecard internal/spreadsheet internal/pagination internal/actor internal/audit internal/db internal/apperr internal/i18n", transport + " " + drivers,
		"it compares scorecards; who may see which is decided in interview"},
	"internal/server/debriefs":      {"internal/debrief internal/scorecard internal/spreadsheet internal/server/caller internal/server/httpapi internal/server/resource", drivers, "operations on debriefs"},
	"internal/server/mailtemplates": {"internal/mailtemplate internal/apperr internal/i18n internal/server/caller internal/server/httpapi internal/server/resource", drivers, "operations on the texts of mails"},
	"internal/setup":                {"", transport + " " + drivers, "it writes files, independent of the settings"},
	"internal/agreement":            {"", "github.com " + transport + " " + drivers, "statistics of numbers: it knows no interview"},
	"internal/calibration": {"internal/agreement internal/interview internal/message internal/member internal/room internal/room/logevent internal/room/protocol internal/room/replay internal/scorecard internal/searchtext internal/transcript internal/validate internal/versioning internal/i18n internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it reads interviews and their logs, and changes neither"},
	"internal/server/calibrations": {"internal/calibration internal/interview internal/scorecard internal/server/caller internal/server/httpapi internal/server/resource", drivers,
		"requests and responses about calibration; who may see them is decided in calibration"},
	"internal/retention": {"internal/audit internal/room/archive internal/transcript internal/db internal/job", transport + " " + drivers,
		"it deletes rows by their age, and calls no feature that acts for a person"},
	"internal/erasure": {"internal/filestore internal/interview internal/candidate internal/event internal/audit internal/member internal/actor internal/room/archive internal/transcript internal/validate internal/pagination internal/job internal/db internal/apperr", transport + " " + drivers,
		"it deletes what other packages store about a person"},
	"internal/room/replay":     {"internal/room/archive internal/room/change internal/room/protocol internal/room/store internal/jsonstream internal/db internal/apperr", transport + " " + drivers, "it reads the log, and changes nothing"},
	"internal/room/authority":  {"internal/room/change internal/room/protocol internal/room/store internal/db", transport + " " + drivers, "it orders the updates of one document, independent of rooms and participants"},
	"internal/room/language":   {"internal/room/protocol internal/sandbox", transport + " " + drivers, "pure rules about the languages of a room, independent of rooms and documents"},
	"internal/room/filelist":   {"internal/room/protocol", transport + " " + drivers, "pure rules about names and lists of files, independent of rooms and documents"},
	"internal/room/roomclient": {"internal/room/authority internal/room/change internal/room/filelist internal/room/protocol internal/db", transport + " " + drivers, "the client of the protocol, without a socket"},
	"internal/room/logevent":   {"internal/room/agenda internal/room/drawing internal/room/protocol internal/room/terminal", transport + " " + drivers, "what the log stores; how it changes a room is decided in room"},
	"internal/room": {"internal/room/language internal/room/logevent internal/room/authority internal/room/drawing internal/room/filelist internal/room/replay internal/room/terminal internal/apiclient/backoff internal/room/access internal/room/agenda internal/room/archive internal/room/budget internal/room/participant internal/room/sendqueue internal/room/store internal/room/protocol internal/room/change internal/room/runlog internal/room/testrun internal/runqueue internal/sandbox internal/testcase internal/db internal/job internal/apperr", transport + " " + drivers,
		"the room is independent of transport and interviews: people and rooms are opaque identifiers"},
	"internal/signing":             {"internal/secretbox internal/db", transport + " " + drivers, "it signs statements, independent of the logs"},
	"internal/signing/signingtest": {"internal/signing internal/secretbox internal/db", transport + " " + drivers, "keys for the tests of any log"},
	"internal/transcript": {"internal/signing internal/room internal/room/replay internal/jsonstream internal/actor internal/audit internal/secretbox internal/job internal/db internal/apperr", transport + " " + drivers,
		"it reads the log that the room has written, and decides nothing about who may export it"},
	"internal/transcript/rerun": {"internal/room/change internal/room/logevent internal/room/protocol internal/sandbox internal/transcript", transport + " " + drivers,
		"it reads an exported file and runs programs; it knows no database"},
	"internal/apperr/apperrtest":         {"internal/apperr", transport + " " + drivers, "tests of every package use it"},
	"internal/externalid":                {"internal/validate internal/db internal/apperr", transport + " " + drivers, "candidates and interviews use it, so it imports neither"},
	"internal/versioning/versioningtest": {"internal/apperr", transport + " " + drivers, "tests of every feature use it, so it imports none"},
	"internal/validate":                  {"internal/apperr", transport + " " + drivers, "it checks the form of values and reads no table"},
	"internal/versioning":                {"internal/db internal/apperr", transport + " " + drivers, "it compares versions, independent of tables"},
	"internal/pagination":                {"internal/apperr internal/validate", transport + " " + drivers, "it extends the queries of every feature, independent of tables"},
	"internal/event":                     {"internal/db internal/job internal/apperr", transport + " " + drivers, "features record events in their own transactions; the package delivers none"},
	"internal/question/library": {"internal/question internal/question/exchange internal/testcase internal/validate internal/actor internal/apperr", transport + " " + drivers,
		"questions in files; which are stored and who may add them is decided in question"},
	"internal/question/exchange": {"internal/question internal/externalid internal/validate internal/actor internal/apperr", transport + " " + drivers,
		"reads and writes files; which questions exist and who may change them is decided in question"},
	"internal/question": {"internal/member internal/testcase internal/searchtext internal/validate internal/versioning internal/pagination internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"positions and interviews use questions, so they import neither"},
	"internal/scorecard": {"internal/member internal/searchtext internal/versioning internal/audit internal/validate internal/actor internal/db internal/apperr internal/i18n", transport + " " + drivers,
		"templates and scorecards are used by positions and interviews, which decide who may write and see them"},
	"internal/position": {"internal/searchtext internal/question internal/scorecard internal/validate internal/versioning internal/pagination internal/actor internal/audit internal/event internal/job internal/db internal/apperr", transport + " " + drivers,
		"candidates and interviews use positions, so they import neither"},
	"internal/candidate": {"internal/searchtext internal/externalid internal/position internal/validate internal/versioning internal/pagination internal/actor internal/audit internal/event internal/job internal/db internal/apperr internal/i18n", transport + " " + drivers,
		"interviews import candidates; interview sets a function that is called after a change of a candidate"},
	"internal/filestore":               {"", "github.com/uptrace github.com/danielgtaylor " + drivers, "it stores contents under ids, independent of their rows"},
	"internal/filestore/filestoretest": {"internal/filestore", "net/http " + drivers, "the tests of every store, which tools/s3check runs too"},
	"internal/candidatefile": {"internal/filestore internal/interview internal/candidate internal/member internal/validate internal/actor internal/audit internal/job internal/db internal/apperr", transport + " " + drivers,
		"it alone decides who may read files of a candidate; it changes no interview"},
	"internal/member": {"", "github.com", "every feature names members, so it may import nothing"},
	"internal/message": {"internal/member internal/validate internal/pagination internal/outbox internal/actor internal/audit internal/job internal/db internal/apperr", transport + " " + drivers,
		"the log of messages does not import the interviews that they are about, or what delivers them"},
	"internal/interview/candidatelink": {"internal/secretbox internal/db", transport + " " + drivers, "it reads and writes rows; the domain decides which link is valid"},
	"internal/interview/calendar":      {"internal/db", transport + " " + drivers, "it reads bookings, and knows no rule about them"},
	"internal/interview": {"internal/interview/calendar internal/interview/candidatelink internal/searchtext internal/externalid internal/member internal/message internal/candidate internal/position internal/question internal/scorecard internal/pagination internal/validate internal/versioning internal/outbox internal/actor internal/audit internal/event internal/secretbox internal/job internal/db internal/apperr", transport + " " + drivers,
		"the domain is independent of WeCom, accounts and HTTP: the caller is an Actor, and a notification is a job"},
	"internal/oidc": {"", drivers, "an identity at a provider knows neither members nor sessions"},
	"internal/account": {"internal/pagination internal/hostcookie internal/oidc internal/secretbox internal/member internal/validate internal/actor internal/audit internal/db internal/job internal/apperr wecom wecom/callback internal/searchtext", drivers,
		"people come from WeCom; it has no rules about interviews"},
	"internal/webhook": {"internal/apiclient/transport internal/pagination internal/validate internal/versioning internal/outbox internal/actor internal/audit internal/event internal/secretbox internal/job internal/db internal/apperr", drivers + " github.com/danielgtaylor/huma",
		"sends what was recorded; other packages decide who may see it and serve the pages"},
	"internal/showmebug": {"internal/message internal/scorecard internal/pagination internal/versioning internal/validate internal/member internal/candidate internal/outbox internal/actor internal/audit internal/interview internal/event internal/secretbox internal/job internal/db internal/apperr showmebug", drivers,
		"the only place that calls ShowMeBug; what an interview is and who may do what is decided in interview"},
	"internal/importer": {"internal/spreadsheet internal/position internal/searchtext internal/member internal/candidate internal/validate internal/actor internal/interview internal/job internal/db internal/apperr internal/i18n", transport + " " + drivers,
		"reads files and headings; the domain decides what is valid, its caller which member a name means"},
	"internal/mail": {"wecom", "internal",
		"an SMTP client; callers write the mails, and of wecom it uses only the type of a secret"},
	"internal/mail/mailtest": {"", "github.com", "an SMTP server for the tests of any package"},
	"internal/interview/history": {"internal/interview/questionlist internal/member internal/actor internal/audit internal/interview internal/apperr", transport + " " + drivers,
		"it reads what the domain has recorded, and records nothing"},
	"internal/interview/questionlist": {"internal/actor internal/audit internal/interview internal/question internal/db internal/apperr", transport + " " + drivers,
		"it adds questions to interviews, independent of rooms and requests"},
	"internal/interview/note": {"internal/member internal/validate internal/versioning internal/actor internal/interview internal/db internal/apperr", transport + " " + drivers,
		"who may see an interview is decided in interview; the room and its log contain no notes of this kind"},
	"internal/interview/worklist": {"internal/pool internal/pagination internal/message internal/scorecard internal/actor internal/interview internal/appointment internal/db internal/apperr internal/availability", transport + " " + drivers,
		"it reads what the domain has stored, and changes nothing"},
	"internal/insight": {"internal/agreement internal/audit internal/availability internal/csvfile internal/position internal/member internal/pagination internal/scorecard internal/actor internal/interview internal/interview/worklist internal/validate internal/db internal/apperr", transport + " " + drivers,
		"it reads what the domain has stored, and changes nothing"},
	"internal/interview/interviewtest": {"internal/actor internal/availability internal/candidate internal/clocktest internal/db internal/interview internal/job internal/member internal/position", transport + " " + drivers,
		"the domain on a test's database, for the fixtures of features that build on it"},
	"internal/appointment": {"internal/validate internal/outbox internal/actor internal/audit internal/interview internal/member internal/job internal/db internal/apperr internal/i18n wecom wecom/callback", drivers,
		"writes interviews into WeCom's calendar and meetings; what an interview is and who may do what is decided in interview"},
	"internal/dataexport": {"internal/filestore internal/interview internal/candidate internal/room/replay internal/room/participant internal/actor internal/audit internal/jsonstream internal/db internal/apperr internal/i18n", transport + " " + drivers,
		"it reads what other packages store about a person, and changes nothing"},
	"internal/consent": {"internal/interview internal/member internal/validate internal/versioning internal/actor internal/audit internal/db internal/apperr internal/i18n", transport + " " + drivers,
		"it decides whether a candidate has accepted the text, and no rule about rooms and interviews is in it"},
	"internal/availability": {"internal/member internal/interview internal/validate internal/versioning internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it reads the interviews and changes none; a time that does not fit is never refused"},
	"internal/booking": {"internal/message internal/candidate internal/availability internal/interview internal/member internal/validate internal/versioning internal/pagination internal/actor internal/audit internal/secretbox internal/job internal/db internal/apperr", transport + " " + drivers,
		"it creates interviews as a recruiter does, and no rule about interviews is in it"},
	"internal/loop": {"internal/interview/calendar internal/availability internal/candidate internal/interview internal/message internal/member internal/pool internal/position internal/validate internal/versioning internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it creates, edits and cancels interviews as a recruiter does, and no rule about interviews is in it"},
	"internal/pool": {"internal/availability internal/interview internal/message internal/member internal/position internal/validate internal/versioning internal/actor internal/audit internal/job internal/db internal/apperr", transport + " " + drivers,
		"it edits interviews as a recruiter does, and no rule about interviews is in it"},
	"internal/hiring": {"internal/position internal/member internal/validate internal/versioning internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it names hiring managers; what they may do is decided in actor"},
	"internal/access": {"internal/account internal/candidate internal/hiring internal/interview internal/member internal/pagination internal/pool internal/position internal/actor internal/apperr", transport + " " + drivers,
		"it lists who can see a candidate by the rules of other packages, and decides nothing"},
	"internal/latenotice": {"internal/interview internal/member internal/validate internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it changes no interview"},
	"internal/notification": {"internal/message internal/availability internal/versioning internal/validate internal/actor internal/audit internal/db internal/apperr", transport + " " + drivers,
		"it decides whether and when a member is notified, and sends nothing"},
	"internal/digest": {"internal/notification internal/interview internal/interview/worklist internal/message internal/availability internal/scorecard internal/pagination internal/actor internal/job internal/db", transport + " " + drivers,
		"it queues and reads digests, and package notify sends them"},
	"internal/notify": {"internal/chatanswer internal/timetext internal/approval internal/calibration internal/customerservice internal/decisionmail internal/digest internal/notification internal/latenotice internal/availability internal/chatintent internal/pool internal/booking internal/appointment internal/mail internal/message internal/pagination internal/outbox internal/actor internal/webhook internal/interview internal/account internal/job internal/db internal/apperr internal/i18n wecom wecom/callback internal/mailtemplate internal/candidate internal/position internal/member", drivers,
		"converts events to messages of WeCom; jobs call it, never handlers"},
	"internal/chatanswer": {"internal/account internal/actor internal/availability internal/chatintent internal/db internal/i18n internal/interview internal/pagination internal/timetext", transport + " " + drivers,
		"it answers with what the asker may see, and knows no channel"},
	"internal/timetext": {"internal/i18n internal/interview", transport + " " + drivers, "it formats times"},
	"internal/smartbot": {"internal/actor internal/audit internal/chatanswer internal/chatintent internal/db internal/i18n internal/secretbox internal/validate internal/versioning wecom wecom/callback", drivers,
		"a channel: what it answers is decided in chatanswer; it has a callback URL of its own"},
	"internal/server/smartbotapi": {"internal/server/caller internal/server/httpapi internal/smartbot wecom", drivers, "operations on the settings of the smart bot"},
	"internal/chatintent": {"internal/searchtext", "github.com " + transport + " " + drivers,
		"it reads a text; which interviews an answer lists is decided in chatanswer"},
	"internal/backup": {"internal/filestore internal/job internal/db", transport + " " + drivers,
		"it copies rows by the migrations and contents by the rows, independent of features"},
	"internal/apitoken": {"internal/validate internal/secretbox internal/actor internal/audit internal/account internal/job internal/db internal/apperr", transport + " " + drivers,
		"a token stands for a member: it imports accounts, and neither interviews nor HTTP"},
	"internal/server/caller":        {"internal/account internal/actor internal/i18n internal/server/httpapi", drivers, "it holds the caller of a request"},
	"internal/server/notifications": {"internal/availability internal/notification internal/server/caller internal/server/httpapi", drivers, "operations on the notification settings"},
	"internal/server/integration": {"internal/spreadsheet internal/question/exchange internal/account internal/member internal/apitoken internal/event internal/i18n internal/importer internal/position internal/showmebug internal/webhook internal/server/caller internal/server/httpapi internal/server/resource", drivers,
		"handlers of what connects the product to other systems"},
	"internal/server/fileapi": {"internal/actor internal/candidatefile internal/server/caller internal/server/httpapi internal/server/resource", drivers,
		"requests and responses about files; who may read them is decided in candidatefile"},
	"internal/server/accessapi": {"internal/access internal/actor internal/hiring internal/server/caller internal/server/httpapi internal/server/resource", drivers,
		"requests and responses about access; who has it is decided in the domain"},
	"internal/server/previewframe": {"", drivers, "the document of previews, independent of rooms and of who may see them"},
	"internal/server/static":       {"internal/server/httpapi", drivers, "it serves files, independent of features"},
	"internal/server/httpapi":      {"internal/apperr internal/db internal/i18n", drivers, "what the JSON APIs share is independent of features; an error of an unavailable database is 503"},
	"internal/server/resource": {"internal/decisionmail internal/mailtemplate internal/approval internal/agreement internal/question/library internal/question/exchange internal/loop internal/interview/note internal/audit internal/pool internal/booking internal/erasure internal/availability internal/testcase internal/apperr internal/member internal/candidate internal/position internal/question internal/scorecard internal/pagination internal/account internal/interview internal/i18n internal/server/httpapi", drivers,
		"types and their mapping: what the caller may see, each API decides"},
	"internal/server/v1": {"internal/decisionmail internal/approval internal/question/library internal/question/exchange internal/audit internal/pool internal/booking internal/erasure internal/availability internal/testcase internal/tracing internal/transcript internal/candidate internal/position internal/question internal/scorecard internal/actor internal/apitoken internal/account internal/event internal/interview internal/room internal/server/httpapi internal/server/resource " +
		"internal/apperr internal/db internal/i18n", drivers, "the API for other systems calls the same features as that of the front end"},
	"internal/server/scorecardtemplates": {"internal/scorecard internal/server/caller internal/server/httpapi internal/server/resource", drivers,
		"operations that edit scorecard templates"},
	"internal/server": {"internal/debrief internal/spreadsheet internal/server/debriefs internal/smartbot internal/server/smartbotapi internal/approval internal/server/approvals internal/calibration internal/server/calibrations internal/customerservice internal/server/customerserviceapi internal/server/scorecardtemplates internal/decisionmail internal/server/decisionmails internal/access internal/hiring internal/server/accessapi internal/question/library internal/mailtemplate internal/question/health internal/server/mailtemplates internal/server/questionhealth internal/systemstatus internal/candidatefile internal/server/fileapi internal/question/exchange internal/notification internal/server/notifications internal/server/caller internal/server/integration internal/server/previewframe internal/server/static internal/dataexport internal/consent internal/insight internal/loop internal/latenotice internal/interview/note internal/tracing internal/audit internal/pool internal/booking internal/erasure internal/hostcookie internal/availability internal/interview/worklist internal/interview/history internal/appointment internal/transcript internal/member internal/message internal/candidate internal/position internal/question internal/scorecard internal/actor internal/importer internal/showmebug internal/webhook internal/apitoken internal/event internal/server/v1 internal/server/resource internal/server/httpapi internal/interview internal/account internal/notify internal/room internal/room/protocol internal/sandbox internal/job internal/db " +
		"internal/apperr internal/i18n wecom/callback web", drivers,
		"handlers call features; only features call WeCom"},
	"internal/apptest": {"internal/chatanswer internal/smartbot wecom/callback internal/approval internal/calibration internal/customerservice internal/decisionmail internal/hiring internal/oidc internal/mailtemplate internal/question/health internal/runqueue internal/systemstatus internal/candidatefile internal/filestore internal/notification internal/server/integration internal/consent internal/loop internal/latenotice internal/pool internal/signing internal/signing/signingtest internal/audit internal/booking internal/erasure internal/availability internal/appointment internal/transcript internal/member internal/candidate internal/position internal/question internal/scorecard internal/actor internal/importer internal/showmebug internal/webhook internal/secretbox internal/apitoken internal/server internal/server/resource internal/server/httpapi internal/interview internal/account internal/room internal/sandbox internal/job " +
		"internal/db internal/db/dbtest internal/clocktest wecom wecom/wecomtest", drivers,
		"the fixture of the product's tests puts the parts together with the simulators"},
	"internal/app": {"internal/chatanswer internal/smartbot internal/approval internal/calibration internal/customerservice internal/decisionmail internal/hiring internal/oidc internal/mailtemplate internal/question/health internal/systemstatus internal/tlscert internal/dataexport internal/candidatefile internal/filestore internal/interview/questionlist internal/notification internal/digest internal/interview/candidatelink internal/consent internal/loop internal/latenotice internal/tracing internal/pool internal/signing internal/booking internal/erasure internal/availability internal/audit internal/pagination internal/message internal/backup internal/setup internal/testcase internal/room/protocol internal/retention internal/room/archive internal/actor internal/appointment internal/transcript internal/mail internal/member internal/candidate internal/position internal/question internal/scorecard internal/importer internal/showmebug showmebug internal/webhook internal/secretbox internal/apitoken internal/server internal/notify internal/interview internal/account internal/room internal/runner internal/sandbox internal/job internal/validate " +
		"internal/db internal/apperr internal/i18n wecom wecom/callback web", drivers,
		"puts the parts together; the simulator must never be among them"},
	"internal/rehearsal/browser": {"", drivers, "it uses the product through HTTP"},
	"internal/cluster": {"internal/app internal/rehearsal/browser wecom/wecomtest", drivers,
		"processes of the product, what is in front of them and the simulator; it knows no feature"},
	"internal/typing": {"internal/cluster internal/rehearsal/browser internal/room/change internal/room/protocol internal/room/roomclient", drivers,
		"people use the product through HTTP and sockets; it reads no database"},
	"internal/load":    {"internal/cluster internal/rehearsal/browser internal/typing", drivers, "people use the product through HTTP and sockets; it reads no database"},
	"internal/torture": {"internal/cluster internal/typing", drivers, "faults while people type"},
	"internal/trial":   {"internal/cluster internal/i18n internal/rehearsal internal/torture", drivers, "a page of the demo that runs both"},
	"internal/rehearsal": {"internal/app internal/i18n internal/job internal/rehearsal/browser wecom/wecomtest showmebug/showmebugtest", drivers,
		"people use the product through HTTP and WeCom; it reads no feature's data"},
	"internal/cli": {"internal/transcript/rerun internal/signing internal/cli/tokenfile internal/audit internal/backup internal/setup internal/transcript internal/secretbox internal/mail internal/app internal/sandbox internal/job internal/db internal/i18n wecom wecom/callback showmebug internal/doctor internal/systemstatus internal/validate", drivers,
		"commands call WeCom through the public client, and the doctor checks the parts from outside; no feature is called"},
	"internal/cli/questions": {"internal/question/library internal/app internal/cli internal/question internal/question/exchange internal/room/testrun internal/sandbox internal/testcase internal/i18n", drivers,
		"a command of its own: it calls the API, and reads folders as the import does"},
	"internal/cli/files":      {"internal/app internal/backup internal/cli", drivers, "a command of its own: it works on the store of the settings"},
	"internal/cli/completion": {"internal/cli", drivers, "a command of its own: it reads the grammar"},
	"internal/cli/tokenfile":  {"wecom", drivers, "a token store of the public client"},
	"web":                     {"", "github.com", "the built front end and nothing else"},
	"cmd/huimian":             {"internal/cli/completion internal/cli/files internal/cli/questions internal/app internal/cli internal/server internal/i18n internal/doctor", drivers, "reads flags and runs the app"},
	"cmd/demo":                {"internal/smartbot internal/customerservice internal/question/library internal/pool internal/candidate internal/position internal/question internal/scorecard internal/actor internal/showmebug internal/app internal/interview internal/account internal/db internal/job internal/i18n internal/room internal/cluster internal/trial wecom wecom/wecomtest showmebug/showmebugtest internal/doctor", drivers, "the only program with both the product and the simulators in it"},
	"cmd/load":                {"internal/cluster internal/load", drivers, "flags, and the processes of the product"},
	"cmd/torture":             {"internal/cluster internal/torture", drivers, "flags, and the processes of the product"},
	"cmd/rehearse":            {"internal/rehearsal", drivers, "flags, and where the report is written"},
	"cmd/wecomsim":            {"wecom/wecomtest wecom wecom/callback", drivers, "the simulator alone"},

	"tools/style":         {"tools/style/measure", "github.com", "prints the figures of package measure"},
	"tools/style/measure": {"", "github.com", "go/ast and go/parser count what the rules limit"},
	"tools/release":       {"", "github.com", "crypto/ed25519 signs and verifies; the product is not needed for it"},
	"tools/testreport":    {"", "github.com", "reads the output of test runners and imports none of them"},
}

// The domain is independent of vendors: what is special about one is a method of its
// provider. Values are the words that the sources and tests of the package may
// not contain, in any case.
var vendorNeutral = map[string]string{
	"internal/interview": "showmebug",
	"internal/notify":    "showmebug",
}

func TestDomainNamesNoVendor(t *testing.T) {
	for dir, vendor := range vendorNeutral {
		names, err := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s has no sources: %v", dir, err)
		}
		for _, name := range names {
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(strings.ToLower(string(source)), vendor) {
				t.Errorf("%s names %s: make what is special about it a method of the provider", name, vendor)
			}
		}
	}
}

// Only these may import a database driver.
var driverUsers = map[string]string{
	"internal/db":        "it is the place for what differs between databases",
	"internal/db/dbtest": "makes and drops databases",
	"internal/job":       "River takes the driver's own transaction",
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		r, ok := table[p.dir]
		if !ok {
			t.Errorf("%s is not in the import table of arch_test.go: say there what it may import, and why", p.dir)
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, path := range f.imports {
				checkImport(t, f, path, r)
			}
		}
	}
}

func checkImport(t *testing.T, f *file, path string, r row) {
	t.Helper()
	dir, ours := strings.CutPrefix(path, module+"/")
	if ours {
		if !slices.Contains(strings.Fields(r.ours), dir) {
			t.Errorf("%s imports %s, which it must not: %s", f.path, dir, r.why)
		}
		return
	}
	for forbidden := range strings.FieldsSeq(r.forbidden) {
		if within(path, forbidden) && driverUsers[f.dir] == "" {
			t.Errorf("%s imports %s, which it must not: %s", f.path, path, r.why)
		}
	}
}

func within(path, parent string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }

func TestTheTableNamesOnlyWhatIsThere(t *testing.T) {
	for dir := range table {
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("the import table names %s, which is not there", dir)
		}
	}
}

func TestOnePackageComment(t *testing.T) {
	for _, p := range packages(t) {
		var with []string
		for _, f := range p.files {
			if !f.test && f.ast.Doc != nil {
				with = append(with, f.path)
			}
		}
		switch {
		case p.tested():
		case len(with) == 0:
			t.Errorf("%s has no package comment: say what it is for and what it does not do", p.dir)
		case len(with) > 1:
			t.Errorf("%s has %d package comments, godoc joins them: %v", p.dir, len(with), with)
		}
	}
}

// A place is a thing that may be done in a few files only.
type place struct {
	what  string
	why   string
	scope string            // folder to which the rule applies, "" for all
	tests bool              // whether it applies to tests rather than to programs
	where map[string]string // file or folder → why it may
	is    func(f *file, n ast.Node) bool
}

var places = []place{
	{
		what: "registers a route", scope: "internal", why: "all routes are on one screen",
		where: map[string]string{
			"internal/server/routes.go":    "it is that screen",
			"internal/server/registrar.go": "it is the registration of one operation",
			"internal/server/v1/routes.go": "the API for other systems has a screen of its own",
			"internal/apptest":             "the sign-in of tests",
		},
		is: func(f *file, n ast.Node) bool {
			return f.calls(n, "github.com/danielgtaylor/huma/v2", "Register", "Get", "Post", "Put", "Patch", "Delete") || registersPattern(n)
		},
	},
	{
		what: "reads the environment", why: "settings are read once, checked as a whole and handed down",
		where: map[string]string{
			"internal/app/config.go":   "it is where settings are read",
			"internal/app/env_file.go": "adds those of a file",
			"internal/db/dbtest":       "learns where the tests' PostgreSQL is",
			"internal/clocktest":       "learns on which day the fixtures are",
			"cmd/wecomsim":             "a program of its own with its own flags",
		},
		is: func(f *file, n ast.Node) bool { return f.calls(n, "os", "Getenv", "LookupEnv", "Environ") },
	},
	{
		what: "touches the network", scope: "wecom", why: "errors, tokens and redaction pass one pipeline",
		where: map[string]string{
			"wecom/do.go":     "it is that pipeline",
			"wecom/wecomtest": "the simulator serves, and calls back",
		},
		is: func(f *file, n ast.Node) bool {
			return f.calls(n, "net/http", "NewRequest", "NewRequestWithContext", "Get", "Post", "PostForm", "Head") ||
				f.calls(n, "net", "Dial", "DialTimeout", "Listen")
		},
	},
	{
		what: "touches the network", scope: "showmebug", why: "errors, tokens and redaction pass one pipeline",
		where: map[string]string{
			"showmebug/transport.go":  "it is that pipeline",
			"showmebug/showmebugtest": "the simulator serves, and calls back",
		},
		is: func(f *file, n ast.Node) bool {
			return f.calls(n, "net/http", "NewRequest", "NewRequestWithContext", "Get", "Post", "PostForm", "Head") ||
				f.calls(n, "net", "Dial", "DialTimeout", "Listen")
		},
	},
	{
		what: "sleeps", tests: true, why: "a test waits for what it waits for; time passes in testing/synctest",
		is: func(f *file, n ast.Node) bool { return f.calls(n, "time", "Sleep") },
	},
	{
		what: "makes a context of its own", why: "who is asked to stop must stop: contexts come from the caller",
		where: map[string]string{
			"cmd":                "where contexts begin",
			"internal/app":       "where contexts begin",
			"internal/db/dbtest": "belongs to tests",
			"internal/apptest":   "belongs to tests",
		},
		is: func(f *file, n ast.Node) bool { return f.calls(n, "context", "Background", "TODO") },
	},
}

// registersPattern finds mux.Handle("GET /path", …) whatever the mux is called.
func registersPattern(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "Handle" && method.Sel.Name != "HandleFunc" {
		return false
	}
	pattern, ok := call.Args[0].(*ast.BasicLit)
	return ok && strings.Contains(pattern.Value, "/")
}

func TestThingsAreDoneInTheirPlace(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			for _, pl := range places {
				if f.test == pl.tests && (pl.scope == "" || within(f.dir, pl.scope)) && !pl.allows(f) {
					pl.check(t, f)
				}
			}
		}
	}
}

func (pl place) allows(f *file) bool {
	for path := range pl.where {
		if within(f.path, path) {
			return true
		}
	}
	return false
}

func (pl place) check(t *testing.T, f *file) {
	t.Helper()
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if n != nil && pl.is(f, n) {
			t.Errorf("%s:%d %s: %s", f.path, f.line(n.Pos()), pl.what, pl.why)
		}
		return true
	})
}

func TestPlacesExist(t *testing.T) {
	for _, pl := range places {
		for path := range pl.where {
			if _, err := os.Stat(path); err != nil {
				t.Errorf("the rule about what %s names %s, which is not there", pl.what, path)
			}
		}
	}
}

// A reader of the client must be able to compare it with WeCom's documentation.
func TestServicesCiteTheirPage(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			if p.dir != "wecom" || f.test {
				continue
			}
			for _, d := range f.ast.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if ok && fn.Name.IsExported() && ofService(fn) && !strings.Contains(fn.Doc.Text(), "https://developer.work.weixin.qq.com/") {
					t.Errorf("%s:%d %s does not cite WeCom's page about it", f.path, f.line(fn.Pos()), fn.Name.Name)
				}
			}
		}
	}
}

func ofService(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	pointer, ok := fn.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := pointer.X.(*ast.Ident)
	return ok && strings.HasSuffix(name.Name, "Service")
}

// Every package is in README's code map, and what the map names exists.
func TestCodeMap(t *testing.T) {
	named := map[string]bool{}
	for _, path := range tableOf(t, "README.md", "## Code map") {
		path = strings.TrimSuffix(path, "/")
		if _, err := os.Stat(path); err != nil {
			t.Errorf("README's code map names %s, which is not there", path)
		}
		if named[path] {
			t.Errorf("README's code map names %s twice", path)
		}
		named[path] = true
	}
	for _, p := range packages(t) {
		if !named[p.dir] {
			t.Errorf("README's code map does not name %s", p.dir)
		}
	}
}

// docs/dependencies.md gives the reason for each module that we chose ourselves.
func TestDependencies(t *testing.T) {
	documented := tableOf(t, "docs/dependencies.md", "")
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^(?:require )?\t?(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(string(b), -1)
	for _, m := range direct {
		if !slices.Contains(documented, m[1]) {
			t.Errorf("docs/dependencies.md does not say why we depend on %s", m[1])
		}
	}
	for _, path := range documented {
		if strings.Contains(path, ".") && !slices.ContainsFunc(direct, func(m []string) bool { return m[1] == path }) {
			t.Errorf("docs/dependencies.md names %s, on which go.mod does not depend directly", path)
		}
	}
}

// TestRegressionTable checks that the tests in docs/regressions.md exist, and that no row stands there twice.
func TestRegressionTable(t *testing.T) {
	doc, err := os.ReadFile(filepath.FromSlash("docs/regressions.md"))
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err = filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == "node_modules":
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, m := range function.FindAllSubmatch(source, -1) {
			declared[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \| `).FindAllStringSubmatch(string(doc), -1) {
		if rows[m[1]] && m[1] != "input or step" {
			t.Errorf("docs/regressions.md has two rows about %q", m[1])
		}
		rows[m[1]] = true
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(doc, -1)
	if len(named) < 50 {
		t.Errorf("the table names %d tests", len(named))
	}
	for _, m := range named {
		if !declared[string(m[1])] {
			t.Errorf("docs/regressions.md names %s, which does not exist", m[1])
		}
	}
}

// tableOf reads the first column of the Markdown tables below a heading: the text in `backquotes`.
func tableOf(t *testing.T, name, heading string) (first []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	if heading != "" {
		_, after, ok := strings.Cut(text, "\n"+heading+"\n")
		if !ok {
			t.Fatalf("%s has no heading %q", name, heading)
		}
		text, _, _ = strings.Cut(after, "\n## ")
	}
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(cells[1], -1) {
			first = append(first, m[1])
		}
	}
	return first
}
