package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/server/scorecardtemplates"
)

// requestBodies are valid bodies of the operations, so that no request is rejected
// by validation before authorization.
var requestBodies = map[string]string{
	"updateSession":         `{"language":"en"}`,
	"setMemberRoles":        `{"roles":["recruiter"]}`,
	"setMemberIdentity":     `{"email":"rosa@example.com"}`,
	"createPosition":        `{"title":"x"}`,
	"createToken":           `{"kind":"personal","name":"x","scopes":["candidates:read"]}`,
	"updatePosition":        `{"title":"x"}`,
	"createCandidate":       `{"name":"x"}`,
	"setHiringManagers":     `{"userIds":["han"],"version":0}`,
	"setHiringSettings":     `{"decide":false,"version":0}`,
	"setDepartmentManagers": `{"department":"研发部","userIds":["han"],"version":0}`,
	"updateCandidate":       `{"name":"x"}`,
	"eraseCandidate":        `{"name":"x"}`,
	"holdCandidate":         `{"reason":"x"}`,
	"releaseCandidate":      `{"reason":"x"}`,
	"createQuestion":        `{"title":"x","body":"x"}`,
	"updateQuestion":        `{"title":"x"}`,
	"restoreQuestion":       `{"number":1}`,
	"setQuestionReview":     `{"reviewBy":"2030-01-01"}`,
	"generateStarterCode":   `{"function":"f","signature":{"parameters":[{"name":"x","type":"int[]"}],"result":"int"}}`,
	"getJoin":               `{"token":"tttttttttttttttttttttttttttttttt"}`,
	"join":                  `{"token":"tttttttttttttttttttttttttttttttt"}`,
	"scheduleInterview":     `{"title":"x","positionId":"x","candidateId":"x","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":["lin"],"room":{"kind":"builtin"}}`,
	"updateInterview":       `{"note":"x"}`,
	"cancelInterview":       `{}`,
	"respondToInterview":    `{"response":"accepted"}`,
	"saveScorecard":         `{"version":0,"scores":[]}`,
	"submitScorecard":       `{"version":1}`,
	"decideInterview":       `{"decision":"hire"}`,

	"createNote": `{"text":"x"}`,
	"updateNote": `{"shared":true}`,

	"updatePool":      `{"responseHours":8}`,
	"reportLate":      `{"minutes":5}`,
	"setSubstitution": `{"automatic":false}`,
	"proposeLoop":     `{"positionId":"x","candidateId":"x","breakMinutes":15,"day":"` + clocktest.Date(2) + `","rounds":[{"durationMinutes":60,"interviewers":["lin"]},{"durationMinutes":60,"interviewers":["lin"]}]}`,
	"createLoop": `{"key":"x","positionId":"x","candidateId":"x","rounds":[{"title":"x","startsAt":"` + clocktest.Date(2) + `T02:00:00Z","durationMinutes":60,"interviewers":["lin"]},
		{"title":"x","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":["lin"]}]}`,
	"moveLoop":         `{"startsAt":"` + clocktest.Date(4) + `T04:00:00Z"}`,
	"cancelLoop":       `{}`,
	"createOffer":      `{"title":"x","positionId":"x","candidateId":"x","slots":["` + clocktest.Date(2) + `T04:00:00Z"],"durationMinutes":60,"interviewers":["lin"]}`,
	"setOfferTimes":    `{"slots":["` + clocktest.Date(3) + `T04:00:00Z"],"overrideWarnings":true}`,
	"getBooking":       `{"token":"tttttttttttttttttttttttttttttttt"}`,
	"bookSlot":         `{"token":"tttttttttttttttttttttttttttttttt","startsAt":"` + clocktest.Date(2) + `T04:00:00Z"}`,
	"requestOtherTime": `{"token":"tttttttttttttttttttttttttttttttt","reason":"x"}`,

	"previewQuestionImport": `{"format":"huimian-questions","version":1,"questions":[]}`,
	"importQuestions":       `{"format":"huimian-questions","version":1,"questions":[]}`,

	"addLibraryQuestions": `{"language":"en","ids":["badge-ranges"]}`,

	"createWebhook":       `{"url":"https://example.com/hooks"}`,
	"updateWebhook":       `{"description":"x"}`,
	"previewImport":       "name\nAlex\n",
	"uploadCandidateFile": "%PDF-1.7 x",
	"commitImport":        `{}`,

	"setRoomSettings":         `{"defaultKind":"builtin"}`,
	"setAppointmentSettings":  `{"calendar":true,"defaultMeeting":"none"}`,
	"setCompanyAvailability":  `{"hours":[],"holidays":"cn","days":[],"bufferMinutes":0,"dailyLimit":0,"weeklyLimit":0,"version":0}`,
	"setMemberAvailability":   `{"timeZone":"","ownHours":false,"hours":[],"away":[],"version":0}`,
	"setCompanyNotifications": `{"quiet":true,"hours":{"start":"22:00","end":"08:00","daysOff":false},"digest":true,"digestAt":"08:30","version":0}`,
	"setOwnNotifications":     `{"muted":["reminders"],"quiet":"company","hours":{"start":"22:00","end":"08:00","daysOff":false},"version":0}`,
	"connectShowMeBug":        `{"clientId":"x","clientSecret":"x"}`,
	"setShowMeBugContact":     `{"email":"x@example.com"}`,
	"sendExam":                `{"examId":1,"channel":"link"}`,
	"saveEmbeddedEvaluation":  `{"version":0,"scores":[]}`,
	"setConsentText":          `{"zh":"x","en":"x","ja":"x","version":0}`,
	"setMailTemplate":         `{"zh":` + mailText + `,"en":` + mailText + `,"ja":` + mailText + `,"version":0}`,
	"previewMailTemplate":     `{"language":"en","subject":"x","body":"{{time}} {{link}}"}`,
	"setDecisionMailSettings": `{"enabled":true,"timing":"now","workdayAt":"10:00","informInterviewers":false,"version":0}`,
	"saveDecisionMail":        `{"subject":"x","body":"x","timing":"now","version":0}`,
	"cancelDecisionMail":      `{"version":0}`,

	"setApprovalSettings": `{"enabled":false,"required":false,"holdsMail":false,"templateId":"","fields":[],"approvers":[],"relation":"all","version":0}`,
	"setSmartBotSettings": `{"enabled":false,"name":"","botId":"","callbackToken":"","encodingAesKey":"","version":0}`,

	"setCustomerServiceSettings": `{"enabled":false,"openKfId":"wkone","version":0}`,
	"answerCandidate":            `{"text":"x","requestId":"one"}`,

	"createCalibration":       `{"interviewId":"x","title":"x","dueAt":"` + clocktest.Date(2) + `T04:00:00Z","raters":["mei"],"withOriginals":true}`,
	"updateCalibration":       `{"title":"x","dueAt":"` + clocktest.Date(2) + `T04:00:00Z","raters":["mei"],"withOriginals":true,"closed":false,"version":0}`,
	"saveCalibrationRating":   `{"version":0,"scores":[]}`,
	"submitCalibrationRating": `{"version":1}`,

	"createScorecardTemplate":  `{"title":{"en":"x"},"criteria":[{"title":{"en":"x"},"hint":{},"kind":"text","required":true}]}`,
	"updateScorecardTemplate":  `{"title":{"en":"y"},"criteria":[{"title":{"en":"x"},"hint":{},"kind":"text","required":true}],"version":0}`,
	"archiveScorecardTemplate": `{"archived":true}`,
}

const mailText = `{"subject":"x","body":"{{time}} {{link}}"}`

// expectedStatuses are the statuses for an administrator of another company, a
// member who is not on the interview, and an interviewer without other roles. 0
// is any 2xx.
type expectedStatuses struct{ stranger, colleague, interviewer int }

var operationRules = map[string]expectedStatuses{
	"getSession":          {0, 0, 0},
	"updateSession":       {0, 0, 0},
	"deleteSession":       {0, 0, 0},
	"getOverview":         {0, 0, 0},
	"getWorklist":         {0, 403, 403},
	"countWorklist":       {0, 403, 403},
	"getInsight":          {0, 403, 403},
	"getOwnInsight":       {0, 0, 0},
	"listInsightRows":     {0, 403, 0}, // the figures of lin
	"exportInsight":       {0, 403, 403},
	"getInsightAgreement": {0, 403, 403},

	"listCalibrations":        {0, 0, 0}, // an empty list
	"createCalibration":       {404, 403, 403},
	"getCalibration":          {404, 404, 404}, // the interview is no exercise
	"updateCalibration":       {404, 403, 403},
	"deleteCalibration":       {404, 403, 403},
	"getCalibrationReplay":    {404, 404, 404},
	"previewCalibration":      {404, 403, 403},
	"getCalibrationRating":    {404, 404, 404},
	"saveCalibrationRating":   {404, 404, 404},
	"submitCalibrationRating": {404, 404, 404},
	"getCalibrationResult":    {404, 404, 404},
	"getCalibrationFigures":   {0, 403, 403},
	"getOwnCalibrationDrift":  {0, 0, 0},

	"listMembers":            {0, 0, 0},
	"setMemberRoles":         {404, 403, 403}, // an administrator elsewhere
	"getMemberIdentity":      {404, 403, 403},
	"setMemberIdentity":      {404, 403, 403},
	"listDepartments":        {0, 0, 0},
	"getContactSync":         {0, 0, 0},
	"startContactSync":       {503, 403, 403},
	"listTokens":             {0, 0, 0},
	"createToken":            {0, 0, 0},
	"revokeToken":            {404, 404, 404}, // one of rosa's
	"listPositions":          {0, 0, 0},
	"createPosition":         {0, 403, 403},
	"getPosition":            {404, 0, 0},
	"updatePosition":         {404, 403, 403},
	"deletePosition":         {404, 403, 403},
	"getHiringManagers":      {404, 0, 0},
	"setHiringManagers":      {404, 403, 403},
	"getHiringSettings":      {0, 0, 0},
	"setHiringSettings":      {0, 403, 403}, // of the company elsewhere
	"listHiringDepartments":  {0, 403, 403},
	"setDepartmentManagers":  {404, 403, 403},
	"listCandidateAccess":    {404, 403, 403},
	"listCandidates":         {0, 403, 403},
	"createCandidate":        {0, 403, 403},
	"getCandidate":           {404, 403, 403},
	"updateCandidate":        {404, 403, 403},
	"exportCandidate":        {404, 403, 403},
	"getDebrief":             {404, 404, 0},
	"exportDebrief":          {404, 404, 0},
	"listCandidateFiles":     {404, 404, 0},
	"uploadCandidateFile":    {404, 403, 403},
	"readFile":               {404, 404, 0},
	"deleteFile":             {404, 403, 403},
	"previewErasure":         {404, 403, 403},
	"eraseCandidate":         {404, 403, 403},
	"holdCandidate":          {404, 403, 403},
	"releaseCandidate":       {404, 403, 403},
	"listErasures":           {0, 403, 403},
	"listAudit":              {0, 403, 403},
	"exportAudit":            {0, 403, 403},
	"verifyAudit":            {0, 403, 403},
	"getSystemStatus":        {0, 403, 403},
	"runSystemChecks":        {0, 403, 403},
	"listQuestions":          {0, 0, 0},
	"createQuestion":         {0, 403, 403},
	"exportQuestions":        {0, 403, 403},
	"previewQuestionImport":  {0, 403, 403},
	"importQuestions":        {409, 403, 403}, // of another preview
	"getQuestionLibrary":     {0, 403, 403},
	"getLibraryQuestion":     {404, 403, 403},
	"addLibraryQuestions":    {0, 403, 403},
	"getQuestion":            {404, 404, 0},
	"updateQuestion":         {404, 403, 403},
	"listQuestionVersions":   {404, 404, 0},
	"getQuestionVersion":     {404, 404, 0},
	"restoreQuestion":        {404, 403, 403},
	"getQuestionHealth":      {404, 403, 403},
	"checkQuestion":          {404, 403, 403},
	"cancelQuestionCheck":    {404, 403, 403},
	"setQuestionReview":      {404, 403, 403},
	"generateStarterCode":    {200, 403, 403},
	"listScorecardTemplates": {0, 0, 0},
	"listInterviews":         {0, 0, 0},
	"scheduleInterview":      {422, 403, 403},
	"getInterview":           {404, 404, 0},
	"updateInterview":        {404, 404, 403},
	"cancelInterview":        {404, 404, 403},
	"respondToInterview":     {404, 404, 0},
	"startInterview":         {404, 404, 0},
	"endInterview":           {404, 404, 409},
	"createCandidateLink":    {404, 404, 403},
	"listInterviewMessages":  {404, 404, 403},
	"listScorecards":         {404, 404, 0},
	"getScorecard":           {404, 404, 0},
	"saveScorecard":          {404, 404, 409},
	"submitScorecard":        {404, 404, 409},
	"decideInterview":        {404, 404, 403},
	"openScorecards":         {404, 404, 403},
	"remindInterviewer":      {404, 404, 403},
	"excuseInterviewer":      {404, 404, 403},
	"requireScorecard":       {404, 404, 403},
	"listMessages":           {0, 403, 403},
	"retryMessage":           {404, 403, 403},
	"getSignInOptions":       {0, 0, 0},
	"getJoin":                {404, 404, 404},
	"join":                   {404, 404, 404},

	"listNotes":  {404, 404, 0},
	"createNote": {404, 404, 0},
	"updateNote": {404, 404, 0}, // one of lin's
	"deleteNote": {404, 404, 0},

	"getConsentText": {0, 403, 403},
	"setConsentText": {0, 403, 403},
	"listConsents":   {404, 404, 403},

	"listMailTemplates":        {0, 403, 403},
	"getMailTemplate":          {0, 403, 403},
	"setMailTemplate":          {0, 403, 403},
	"listMailTemplateVersions": {0, 403, 403},
	"previewMailTemplate":      {0, 403, 403},

	"getDecisionMailSettings": {0, 403, 403},
	"setDecisionMailSettings": {0, 403, 403},
	"getDecisionMail":         {404, 403, 403},
	"saveDecisionMail":        {404, 403, 403},
	"cancelDecisionMail":      {404, 403, 403},

	"getApprovalSettings": {0, 403, 403},
	"setApprovalSettings": {0, 403, 403},
	"getApprovalTemplate": {422, 403, 403}, // without an id
	"testApproval":        {409, 403, 403},
	"getApproval":         {404, 404, 403},
	"applyForApproval":    {404, 404, 403},

	"getSmartBotSettings": {0, 403, 403},
	"setSmartBotSettings": {0, 403, 403},

	"getCustomerServiceSettings":  {0, 403, 403},
	"setCustomerServiceSettings":  {0, 403, 403},
	"listCustomerServiceAccounts": {503, 403, 403},
	"getConversation":             {404, 403, 403},
	"answerCandidate":             {404, 403, 403},
	"renewConversationLink":       {404, 403, 403},

	"getPool":             {404, 403, 403},
	"updatePool":          {404, 403, 403},
	"proposeInterviewers": {404, 403, 403},
	"listLateNotices":     {404, 404, 0},
	"reportLate":          {404, 404, 409},
	"getSubstitutions":    {404, 403, 403},
	"setSubstitution":     {404, 403, 403},
	"proposeLoop":         {422, 403, 403},
	"createLoop":          {422, 403, 403},
	"getLoop":             {404, 404, 0},
	"moveLoop":            {404, 403, 403},
	"cancelLoop":          {404, 403, 403},
	"listOffers":          {0, 403, 403},
	"createOffer":         {422, 403, 403},
	"getOffer":            {404, 403, 403},
	"setOfferTimes":       {404, 403, 403},
	"withdrawOffer":       {404, 403, 403},
	"showOfferLink":       {404, 403, 403},
	"getBooking":          {404, 404, 404},
	"bookSlot":            {404, 404, 404},
	"requestOtherTime":    {404, 404, 404},

	"listWebhooks":          {0, 403, 403},
	"createWebhook":         {0, 403, 403},
	"getWebhook":            {404, 403, 403},
	"updateWebhook":         {404, 403, 403},
	"deleteWebhook":         {404, 403, 403},
	"rotateWebhook":         {404, 403, 403},
	"testWebhook":           {404, 403, 403},
	"listWebhookDeliveries": {404, 403, 403},
	"resendWebhook":         {404, 403, 403},
	"previewImport":         {0, 403, 403},
	"commitImport":          {404, 404, 404}, // one of rosa's
	"getImportTemplate":     {0, 0, 0},

	"retryRoom":               {404, 404, 403},
	"getInterviewHistory":     {404, 404, 403},
	"showCandidateLink":       {404, 404, 403},
	"listAppointments":        {404, 404, 0},
	"retryAppointments":       {404, 404, 403},
	"getAppointmentSettings":  {0, 0, 0},
	"setAppointmentSettings":  {0, 403, 403}, // of the company elsewhere
	"findAvailability":        {0, 403, 403}, // lin elsewhere
	"getCompanyAvailability":  {0, 0, 0},
	"setCompanyAvailability":  {0, 403, 403}, // of the company elsewhere
	"getMemberAvailability":   {404, 0, 403}, // mei is the colleague
	"setMemberAvailability":   {404, 0, 403},
	"getCompanyNotifications": {0, 0, 0},
	"setCompanyNotifications": {0, 403, 403}, // of the company elsewhere
	"getOwnNotifications":     {0, 0, 0},
	"setOwnNotifications":     {0, 0, 0},
	"getRoomSettings":         {0, 0, 0},
	"setRoomSettings":         {0, 403, 403}, // of the company elsewhere
	"getShowMeBug":            {0, 403, 403},
	"connectShowMeBug":        {503, 403, 403},
	"disconnectShowMeBug":     {0, 403, 403},
	"checkShowMeBug":          {409, 403, 403},
	"listShowMeBugMembers":    {0, 403, 403},
	"setShowMeBugContact":     {404, 403, 403},
	"syncShowMeBugMember":     {404, 403, 403},
	"listExams":               {409, 403, 403},
	"listSittings":            {404, 403, 403},
	"sendExam":                {404, 403, 403},
	"refreshSitting":          {404, 403, 403},
	"getEmbeddedResume":       {404, 404, 404},
	"getEmbeddedEvaluation":   {404, 404, 404},
	"saveEmbeddedEvaluation":  {404, 404, 404},

	"createScorecardTemplate":       {0, 403, 403},
	"getScorecardTemplate":          {404, 403, 403},
	"updateScorecardTemplate":       {404, 403, 403},
	"archiveScorecardTemplate":      {404, 403, 403},
	"listScorecardTemplateVersions": {404, 403, 403},
	"getScorecardTemplateVersion":   {404, 403, 403},
}

// TestAuthorizationMatrix checks every operation of the API.
func TestAuthorizationMatrix(t *testing.T) {
	var api struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	f := newFixture(t, dbtest.Open(t, db.SQLite), withoutRateLimits)
	raw, err := server.OpenAPI(f.Interviews.RoomProviders)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &api); err != nil {
		t.Fatal(err)
	}
	f.insertRoles()
	seen := 0
	for path, methods := range api.Paths {
		for method, o := range methods {
			seen++
			rule, ok := operationRules[o.OperationID]
			if !ok {
				t.Errorf("%s is not in the table: add its expected statuses", o.OperationID)
				continue
			}
			t.Run(o.OperationID, func(t *testing.T) {
				sub := *f
				sub.T = t
				sub.checkOperation(strings.ToUpper(method), path, o.OperationID, rule)
			})
		}
	}
	if seen != len(operationRules) {
		t.Errorf("the API has %d operations and the table %d", seen, len(operationRules))
	}
}

var parameter = regexp.MustCompile(`\{\w+\}`)

func (f *fixture) checkOperation(method, path, id string, rule expectedStatuses) {
	f.T.Helper()
	i := f.ScheduleInterview()
	object := i.ID
	switch {
	case strings.HasPrefix(path, "/api/positions/"):
		object = i.Position.ID
	case strings.HasPrefix(path, "/api/candidates/"):
		object = i.Candidate.ID
	case strings.HasPrefix(path, "/api/files/"):
		object = f.uploadFile(f.SignIn("rosa"), i.Candidate.ID, "cv.pdf", "%PDF-1.7").ID
	case strings.HasPrefix(path, "/api/questions/"):
		object = f.createAssignedQuestion(i.ID)
	case strings.HasPrefix(path, "/api/notes/"):
		object = apptest.DecodeBody[resource.Note](f.SignIn("lin").Call("POST", "/api/interviews/"+i.ID+"/notes", requestBodies["createNote"]), http.StatusCreated).ID
	case strings.HasPrefix(path, "/api/members/"), strings.HasPrefix(path, "/api/showmebug/members/"):
		object = "mei"
	case strings.HasPrefix(path, "/api/messages/"):
		list := apptest.DecodeBody[resource.List[server.Message]](f.SignIn("rosa").Call("GET", "/api/messages", nil), http.StatusOK)
		object = list.Items[0].ID
	case strings.HasPrefix(path, "/api/tokens/"):
		object = apptest.DecodeBody[integration.NewToken](f.SignIn("rosa").Call("POST", "/api/tokens", requestBodies["createToken"]), http.StatusCreated).Token.ID
	case strings.HasPrefix(path, "/api/loops/"):
		object = f.createLoop(i.Position.ID)
	case strings.HasPrefix(path, "/api/offers/"):
		object = f.CreateOffer(i.Position.ID).ID
	case strings.HasPrefix(path, "/api/scorecard-templates/"):
		body := strings.ReplaceAll(requestBodies["createScorecardTemplate"], `"x"`, `"`+i.ID+`"`) // titles are unique
		object = apptest.DecodeBody[scorecardtemplates.EditableTemplate](f.SignIn("rosa").Call("POST", "/api/scorecard-templates", body), http.StatusCreated).ID
	case strings.HasPrefix(path, "/api/settings/mail-templates/"):
		object = "invite"
	case strings.HasPrefix(path, "/api/webhook"):
		object = f.createWebhook(path)
	case strings.HasPrefix(path, "/api/imports/{id}"):
		object = apptest.DecodeBody[integration.Import](upload(f.SignIn("rosa"), "/api/imports?kind=candidates", requestBodies["previewImport"]), http.StatusCreated).ID
	}
	address := parameter.ReplaceAllString(path, object)
	if id == "previewImport" || id == "getImportTemplate" {
		address += "?kind=candidates"
	}
	if id == "getQuestionLibrary" || id == "getLibraryQuestion" {
		address += "?language=en"
	}
	if id == "importQuestions" {
		address += "?plan=x"
	}
	if id == "getQuestionVersion" || id == "getScorecardTemplateVersion" {
		address = strings.TrimSuffix(address, object) + "1"
	}
	if id == "findAvailability" {
		address += "?interviewer=lin&from=" + clocktest.Date(1) + "T00:00:00Z"
	}
	if id == "proposeInterviewers" {
		address += "?startsAt=" + clocktest.Date(1) + "T04:00:00Z"
	}
	switch id {
	case "listInsightRows":
		address += "?figure=held&interviewer=lin"
	case "exportInsight":
		address += "?table=rounds"
	}
	var body any
	if b, ok := requestBodies[id]; ok {
		body = b
	}
	check := func(name string, b *apptest.Browser, status int) {
		f.T.Helper()
		got := b.Call(method, address, body)
		if good := got.Status/100 == 2; got.Status != status && (status != 0 || !good) {
			f.T.Errorf("%s: %d, want %d: %s", name, got.Status, status, got.Body)
		}
	}
	signedOut, forged, candidate := f.NewBrowser(), f.NewBrowser(), f.NewBrowser()
	forged.Headers["Cookie"] = "huimian_session=" + strings.Repeat("A", 43)
	candidate.Headers["Cookie"] = f.candidateCookie(i)
	for name, b := range map[string]*apptest.Browser{"signed out": signedOut, "forged session": forged, "candidate": candidate} {
		status := http.StatusUnauthorized
		if strings.HasPrefix(path, "/api/join") || strings.HasPrefix(path, "/api/book") || strings.HasPrefix(path, "/api/embed/") {
			status = http.StatusNotFound
		}
		if id == "getSignInOptions" {
			status = 0
		}
		check(name, b, status)
	}
	check("another company", f.SignInTo("other", "eve"), rule.stranger)
	check("a namesake elsewhere", f.SignInTo("other", "lin"), namesakeStatus(id, rule))
	check("not on it", f.SignIn("mei"), rule.colleague)
	f.checkRoles(id, i.Position.ID, rule, func(user string) int { return f.SignIn(user).Call(method, address, body).Status })
	check("an interviewer", f.SignIn("lin"), rule.interviewer)
}

// createAssignedQuestion creates a question and adds it to the interview.
func (f *fixture) createAssignedQuestion(interviewID string) string {
	f.T.Helper()
	rosa := f.SignIn("rosa")
	id := apptest.DecodeBody[resource.Question](rosa.Call("POST", "/api/questions", requestBodies["createQuestion"]), http.StatusCreated).ID
	apptest.DecodeBody[server.Interview](rosa.Call("PATCH", "/api/interviews/"+interviewID, map[string]any{"questionIds": []string{id}, "overrideWarnings": true}), http.StatusOK)
	return id
}

// createWebhook creates a webhook of acme, or a delivery to it, depending on the path.
func (f *fixture) createWebhook(path string) string {
	f.T.Helper()
	ada := f.SignIn("ada")
	made := apptest.DecodeBody[integration.NewWebhook](ada.Call("POST", "/api/webhooks", requestBodies["createWebhook"]), http.StatusCreated)
	if !strings.HasPrefix(path, "/api/webhook-deliveries/") {
		return made.ID
	}
	return apptest.DecodeBody[integration.WebhookDelivery](ada.Call("POST", "/api/webhooks/"+made.ID+"/test", nil), http.StatusAccepted).ID
}

// namesakeStatus returns the expected status for a member of another company with
// the same user id and without the administrator's role.
func namesakeStatus(id string, rule expectedStatuses) int {
	switch id {
	case "setHiringManagers", "setHiringSettings", "listHiringDepartments", "setDepartmentManagers", "listCandidateAccess", "setMemberRoles", "getMemberIdentity", "setMemberIdentity", "startContactSync", "createPosition", "updatePosition", "deletePosition", "createCandidate", "getCandidate",
		"updateCandidate", "uploadCandidateFile", "deleteFile", "exportCandidate", "previewErasure", "eraseCandidate", "holdCandidate", "releaseCandidate", "listErasures", "listAudit", "exportAudit", "verifyAudit", "getSystemStatus", "runSystemChecks", "listCandidates", "getWorklist", "countWorklist", "getInsight", "exportInsight", "getInsightAgreement", "createCalibration", "updateCalibration", "deleteCalibration", "previewCalibration", "getCalibrationFigures", "createQuestion", "exportQuestions", "previewQuestionImport", "importQuestions", "getQuestionLibrary", "getLibraryQuestion", "addLibraryQuestions", "updateQuestion", "restoreQuestion", "scheduleInterview", "listMessages", "retryMessage", "generateStarterCode", "getQuestionHealth", "checkQuestion", "cancelQuestionCheck", "setQuestionReview",
		"listWebhooks", "createWebhook", "getWebhook", "updateWebhook", "deleteWebhook", "rotateWebhook", "testWebhook",
		"listWebhookDeliveries", "resendWebhook", "previewImport",
		"proposeLoop", "createLoop", "moveLoop", "cancelLoop",
		"getDecisionMailSettings", "setDecisionMailSettings", "getDecisionMail", "saveDecisionMail", "cancelDecisionMail",
		"getApprovalSettings", "setApprovalSettings", "getApprovalTemplate", "testApproval",
		"getSmartBotSettings", "setSmartBotSettings", "getCustomerServiceSettings", "setCustomerServiceSettings", "listCustomerServiceAccounts", "getConversation", "answerCandidate", "renewConversationLink",
		"createScorecardTemplate", "getScorecardTemplate", "updateScorecardTemplate", "archiveScorecardTemplate", "listScorecardTemplateVersions", "getScorecardTemplateVersion",
		"getConsentText", "setConsentText", "listMailTemplates", "getMailTemplate", "setMailTemplate", "listMailTemplateVersions", "previewMailTemplate", "getPool", "updatePool", "proposeInterviewers", "getSubstitutions", "setSubstitution",
		"listOffers", "createOffer", "getOffer", "setOfferTimes", "withdrawOffer", "showOfferLink", "findAvailability", "setCompanyAvailability", "getMemberAvailability", "setMemberAvailability", "setCompanyNotifications",
		"setRoomSettings", "setAppointmentSettings", "getShowMeBug", "connectShowMeBug", "disconnectShowMeBug", "checkShowMeBug", "listShowMeBugMembers",
		"setShowMeBugContact", "syncShowMeBugMember", "listExams", "listSittings", "sendExam", "refreshSitting":
		return http.StatusForbidden
	default:
		return rule.stranger
	}
}

// candidateCookie redeems the candidate link of an interview and returns the cookie.
func (f *fixture) candidateCookie(i server.Interview) string {
	f.T.Helper()
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
	value, _, _ := strings.Cut(f.NewBrowser().Join(token).Header.Get("Set-Cookie"), ";")
	return value
}

func TestRoomEntryAuthorization(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i, another := f.ScheduleInterview(), f.ScheduleInterview()
	for name, c := range map[string]struct {
		b      *apptest.Browser
		status int
	}{
		"signed out":           {f.NewBrowser(), http.StatusUnauthorized},
		"another company":      {f.SignInTo("other", "eve"), http.StatusNotFound},
		"a namesake elsewhere": {f.SignInTo("other", "lin"), http.StatusNotFound},
		"not on it":            {f.SignIn("mei"), http.StatusNotFound},
		"an interviewer":       {f.SignIn("lin"), http.StatusOK},
		"a recruiter":          {f.SignIn("rosa"), http.StatusOK},
	} {
		for _, path := range []string{"/api/rooms/", "/ws/rooms/"} {
			status := c.status
			if path == "/ws/rooms/" && status == http.StatusOK {
				status = http.StatusUpgradeRequired // this is no socket
			}
			if got := c.b.Call("GET", path+i.ID, nil); got.Status != status {
				t.Errorf("%s, %s: %d, want %d", name, path, got.Status, status)
			}
		}
	}
	chen := f.NewBrowser()
	chen.Headers["Cookie"] = f.candidateCookie(another)
	apptest.WantProblem(chen.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusUnauthorized, "error.unauthenticated")
	value := strings.TrimPrefix(f.candidateCookie(another), "__Host-huimian_candidate_"+another.ID)
	chen.Headers["Cookie"] = "__Host-huimian_candidate_" + i.ID + value
	apptest.WantProblem(chen.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusNotFound, "error.not_found")
}

// Everything that a candidate can call has no userid of the company's members, and no URL
// of their pictures, which name them at WeCom. The messages of the room are checked in
// package room; their people have no pictures.
func TestCandidateCallsHaveNoUserIDs(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i := f.ScheduleInterview()
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
	chen := f.NewBrowser()
	chen.Headers["Cookie"] = f.candidateCookie(i)
	if _, err := f.DB.NewRaw("UPDATE members SET avatar = 'https://wework.qpic.cn/' || user_id").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	userID := regexp.MustCompile(`\b(lin|rosa|mei)\b|qpic`)
	for call, want := range map[string]int{
		"POST /api/join/lookup":                  http.StatusOK,
		"POST /api/join":                         http.StatusOK,
		"GET /api/rooms/" + i.ID:                 http.StatusOK,
		"GET /api/rooms/" + i.ID + "/summary":    http.StatusNotFound,
		"GET /api/rooms/" + i.ID + "/replay":     http.StatusNotFound,
		"GET /api/rooms/" + i.ID + "/export":     http.StatusNotFound,
		"GET /ws/rooms/" + i.ID:                  http.StatusUpgradeRequired,
		"GET /api/interviews/" + i.ID:            http.StatusUnauthorized,
		"GET /api/interviews/" + i.ID + "/notes": http.StatusUnauthorized,
	} {
		method, path, _ := strings.Cut(call, " ")
		var body any
		if method == "POST" {
			body = map[string]any{"token": token}
		}
		got := chen.Call(method, path, body)
		if found := userID.FindString(string(got.Body) + strings.Join(got.Header.Values("Set-Cookie"), " ")); got.Status != want || found != "" {
			t.Errorf("%s: %d, with the userid %q in %s", call, got.Status, found, got.Body)
		}
	}
}

// An open socket is closed when its participant loses the role that it joined with.
func TestRoomSessionReauthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		lin := room.Participant{PersonID: "lin", Role: room.Interviewer}
		ask := func(who room.Participant) error {
			t.Helper()
			ctx, err := f.Accounts.Sessions.Load(t.Context(), "")
			if err == nil {
				err = f.Accounts.SignIn(ctx, "acme", "lin")
			}
			var token string
			if err == nil {
				token, _, err = f.Accounts.Sessions.Commit(ctx) // the check reads the stored session
			}
			if err == nil {
				ctx, err = f.Accounts.Sessions.Load(t.Context(), token)
			}
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/ws/rooms/"+i.ID, nil)
			r.SetPathValue("id", i.ID)
			r.Header.Set("Cookie", f.candidateCookie(i))
			return f.Product.CheckRoomAccess(r, who)
		}
		if err := ask(lin); err != nil {
			t.Errorf("an interviewer: %v", err)
		}
		if err := ask(room.Participant{PersonID: "lin", Role: room.Recruiter}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("as what they are not: %v", err)
		}
		if _, err := f.DB.NewRaw("UPDATE members SET active = FALSE WHERE user_id = 'lin'").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := ask(lin); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("with the candidate's cookie only: %v", err)
		}
	})
}

func TestCrossOriginRequestsRejected(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	for name, headers := range map[string]map[string]string{
		"by fetch metadata": {"Sec-Fetch-Site": "cross-site"},
		"a sister domain":   {"Sec-Fetch-Site": "same-site"},
		"by origin":         {"Origin": "https://evil.example"},
		"null origin":       {"Origin": "null"},
	} {
		rosa := f.SignIn("rosa")
		maps.Copy(rosa.Headers, headers)
		apptest.WantProblem(rosa.Call("POST", "/api/positions", `{"title":"x"}`), http.StatusForbidden, "request.cross_origin")
		if got := rosa.Call("GET", "/api/positions", nil); got.Status != http.StatusOK {
			t.Errorf("%s: reading gives %d", name, got.Status)
		}
	}
	rosa := f.SignIn("rosa")
	rosa.Headers["Origin"] = "https://interview.test" // through a proxy that changes the Host header
	apptest.DecodeBody[resource.Position](rosa.Call("POST", "/api/positions", `{"title":"x"}`), http.StatusCreated)
}

func TestFieldErrorLocalization(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i := f.ScheduleInterview()
	bad := f.InterviewInput(i.Position.ID, i.Candidate.ID, func(p map[string]any) {
		p["startsAt"], p["interviewers"] = clocktest.Date(-3)+"T04:00:00Z", []string{"gone", "<script>"}
		p["title"], p["durationMinutes"] = strings.Repeat("长", 99), 5
	})
	for lang, wanted := range map[string]string{"zh-CN": "已经过去", "en": "in the past", "ja": "過去"} {
		rosa := f.SignIn("rosa")
		apptest.DecodeBody[server.Session](rosa.Call("PATCH", "/api/session", map[string]any{"language": lang}), http.StatusOK)
		got := rosa.Call("POST", "/api/interviews", bad)
		p := apptest.WantProblem(got, http.StatusUnprocessableEntity, "error.fields")
		byPath := map[string]httpapi.ProblemField{}
		for _, fieldError := range p.Errors {
			byPath[fieldError.Path] = fieldError
			if fieldError.Message == fieldError.Code || fieldError.Warning {
				t.Errorf("%s: %+v", lang, fieldError)
			}
		}
		if len(p.Errors) != 4 || !strings.Contains(byPath["startsAt"].Message, wanted) ||
			byPath["durationMinutes"].Code != "interview.bad_duration" || byPath["interviewers[0]"].Code != "interview.not_active" ||
			byPath["interviewers[1]"].Code != "interview.not_in_company" {
			t.Errorf("%s: %+v", lang, p.Errors)
		}
		if strings.Contains(string(got.Body), "script") || strings.Contains(string(got.Body), "长长") {
			t.Errorf("what was sent is repeated: %s", got.Body)
		}
	}
}

func TestDoubleBookingWarning(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i, rosa := f.ScheduleInterview(), f.SignIn("rosa")
	again := f.InterviewInput(i.Position.ID, i.Candidate.ID)
	p := apptest.WantProblem(rosa.Call("POST", "/api/interviews", again), http.StatusUnprocessableEntity, "error.fields")
	if len(p.Errors) != 2 || !p.Errors[0].Warning || !p.Errors[1].Warning || !strings.Contains(p.Errors[0].Message, clocktest.Date(2)+" 12:00–13:00") {
		t.Errorf("warnings: %+v", p.Errors)
	}
	again["overrideWarnings"] = true
	apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", again), http.StatusCreated)
}

func TestBadRequests(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	rosa := f.SignIn("rosa")
	for name, c := range map[string]struct {
		method, path string
		body         any
		status       int
		code, fields string
	}{
		"broken JSON":        {"POST", "/api/positions", `{"title":`, 400, "request.malformed", ""},
		"no body":            {"POST", "/api/positions", nil, 400, "request.malformed", ""},
		"too large":          {"POST", "/api/positions", `{"title":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "request.too_large", ""},
		"missing":            {"POST", "/api/positions", `{}`, 422, "error.fields", "title field.required"},
		"nested":             {"POST", "/api/interviews", `{"title":"a","positionId":"a","candidateId":"a","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":[],"room":{"kind":"moon"}}`, 422, "error.fields", "room.kind field.not_one_of"},
		"wrong type":         {"POST", "/api/positions", `{"title":7}`, 422, "error.fields", "title field.invalid"},
		"too long":           {"POST", "/api/positions", `{"title":"` + strings.Repeat("长", 101) + `"}`, 422, "error.fields", "title field.too_long"},
		"not an option":      {"POST", "/api/positions", `{"title":"a","state":"ajar"}`, 422, "error.fields", "state field.not_one_of"},
		"unknown member":     {"POST", "/api/positions", `{"title":"a","secret":"hunter2"}`, 422, "error.fields", "secret field.unexpected"},
		"not a time":         {"GET", "/api/interviews?from=yesterday", nil, 422, "error.fields", "from field.invalid"},
		"limit":              {"GET", "/api/interviews?limit=1000", nil, 422, "error.fields", "limit field.too_big"},
		"bad cursor":         {"GET", "/api/interviews?cursor=!", nil, 422, "error.fields", "cursor field.invalid"},
		"NUL in the address": {"GET", "/api/positions/%00", nil, 422, "request.bad_address", ""},
		"NUL in the query":   {"GET", "/api/positions?q=%00", nil, 422, "request.bad_address", ""},
		"NUL in an id":       {"POST", "/api/interviews", `{"title":"a","positionId":"\u0000","candidateId":"\u0000b","startsAt":"` + clocktest.Date(2) + `T04:00:00Z","durationMinutes":60,"interviewers":["\u0000"],"room":{"kind":"builtin"}}`, 422, "error.fields", "interviewers[0] interview.not_in_company, positionId field.required, candidateId field.unknown"},
		"NUL in a title":     {"POST", "/api/positions", `{"title":"\u0000"}`, 422, "error.fields", "title field.required"},
		"no such address":    {"GET", "/api/nothing", nil, 404, "request.no_such_route", ""},
		"no such method":     {"DELETE", "/api/positions", nil, 404, "request.no_such_route", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := rosa.Call(c.method, c.path, c.body)
			p := apptest.WantProblem(got, c.status, c.code)
			var fields []string
			for _, fieldError := range p.Errors {
				fields = append(fields, fieldError.Path+" "+fieldError.Code)
				if strings.Contains(fieldError.Message, "{{") || strings.Contains(fieldError.Message, "<no value>") {
					t.Errorf("a text with a hole: %s", fieldError.Message)
				}
			}
			if strings.Join(fields, ", ") != c.fields {
				t.Errorf("fields %v, want %s", fields, c.fields)
			}
			if strings.Contains(string(got.Body), "hunter2") || strings.Contains(string(got.Body), "yesterday") {
				t.Errorf("what was sent is repeated: %s", got.Body)
			}
		})
	}
}

func TestInternalErrorsHideDetails(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	rosa := f.SignIn("rosa")
	if _, err := f.DB.NewRaw("DROP TABLE positions").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := rosa.Call("GET", "/api/positions", nil)
	p := apptest.WantProblem(got, http.StatusInternalServerError, "error.internal")
	if strings.Contains(string(got.Body), "positions") || !strings.Contains(p.Detail, p.RequestID) {
		t.Errorf("an internal error says %s", got.Body)
	}
	if !strings.Contains(f.Log.String(), p.RequestID) || !strings.Contains(f.Log.String(), "no such table") {
		t.Error("the log does not say what happened")
	}
}
