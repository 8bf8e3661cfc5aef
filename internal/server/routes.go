package server

import (
	"context"
	"net/http"
	"net/http/pprof"

	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/access"
	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/dataexport"
	"github.com/huimian/huimian/internal/debrief"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/insight"
	"github.com/huimian/huimian/internal/interview/note"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/internal/question/library"
	"github.com/huimian/huimian/internal/server/accessapi"
	"github.com/huimian/huimian/internal/server/approvals"
	"github.com/huimian/huimian/internal/server/calibrations"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/customerserviceapi"
	"github.com/huimian/huimian/internal/server/debriefs"
	"github.com/huimian/huimian/internal/server/decisionmails"
	"github.com/huimian/huimian/internal/server/fileapi"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/mailtemplates"
	"github.com/huimian/huimian/internal/server/notifications"
	"github.com/huimian/huimian/internal/server/previewframe"
	"github.com/huimian/huimian/internal/server/questionhealth"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/server/scorecardtemplates"
	"github.com/huimian/huimian/internal/server/smartbotapi"
	v1 "github.com/huimian/huimian/internal/server/v1"
	"github.com/huimian/huimian/internal/spreadsheet"
)

// newRouter registers every route; registerOperations those of the JSON API.
func (s *Server) newRouter() http.Handler {
	mux := http.NewServeMux()
	signed := sessionMux{mux, func(next http.Handler) http.Handler {
		return s.Accounts.LoadSession(s.loadCandidate(s.limitSession(next)))
	}}

	s.registerOperations(newAPI(signed))
	s.newAPIv1().Routes(mux)
	mux.HandleFunc("/api/", s.notFound)
	mux.HandleFunc("GET /openapi.json", s.openAPI)

	signIn := signInHandlers{s.Accounts, s.Logger}
	signed.HandleFunc("GET /auth/wecom/start", signIn.startSignIn)
	signed.HandleFunc("GET /auth/wecom/callback", signIn.finishSignIn)
	signed.HandleFunc("GET /auth/oidc/start", signIn.startOIDCSignIn)
	signed.HandleFunc("GET "+account.OIDCCallbackPath, signIn.finishOIDCSignIn)

	rooms := s.roomHandlers()
	signed.HandleFunc("GET /api/rooms/{id}", rooms.getRoom)
	signed.HandleFunc("GET /api/rooms/{id}/replay", rooms.getReplay)
	signed.HandleFunc("GET /api/rooms/{id}/summary", rooms.getSummary)
	signed.HandleFunc("GET /api/rooms/{id}/export", rooms.exportReplay)
	signed.HandleFunc("GET /ws/rooms/{id}", rooms.serveRoomSocket)
	signed.HandleFunc("GET /go/interviews/{id}", rooms.goToInterview)

	embedded := s.embedHandlers()
	mux.HandleFunc("POST /showmebug/callback/{corpId}", integration.ShowMeBugHandlers{ShowMeBug: s.ShowMeBug}.ReceiveEvent)
	mux.HandleFunc("GET /embed/resume/{token}", embedded.embedPage)
	mux.HandleFunc("GET /embed/evaluation/{token}", embedded.embedPage)

	mux.HandleFunc("GET /wecom/callback/{corpId}/{agentId}", s.serveWeComCallback)
	mux.HandleFunc("POST /wecom/callback/{corpId}/{agentId}", s.serveWeComCallback)
	mux.HandleFunc("GET /wecom/bot/{corpId}", s.serveBotCallback)
	mux.HandleFunc("POST /wecom/bot/{corpId}", s.serveBotCallback)

	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /metrics", s.localMetrics)

	for name, body := range s.Files {
		mux.HandleFunc("GET /"+name, serveTextFile(body))
	}
	mux.HandleFunc("GET "+previewframe.Path, previewframe.Serve)
	mux.Handle("/", s.static)
	return mux
}

// Private returns the handler of the private address: metrics and profiles. Profiles contain
// texts of memory, so the public address does not serve them.
func (s *Server) Private() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.Handle("/", s.Metrics())
	return mux
}

func (s *Server) roomHandlers() roomHandlers {
	return roomHandlers{
		interviews: s.Interviews, consents: s.Consents, accounts: s.Accounts, cookies: s.cookies(), rooms: s.Rooms, transcripts: s.Transcripts, lateNotices: s.LateNotices, sandbox: s.Sandbox, publicURL: s.PublicURL, logger: s.Logger,
	}
}

func (s *Server) joinHandlers() joinHandlers {
	return joinHandlers{interviews: s.Interviews, consents: s.Consents, accounts: s.Accounts, customerService: s.CustomerService, cookies: s.cookies(), now: s.Now}
}

func (s *Server) offerHandlers() offerHandlers {
	return offerHandlers{bookings: s.Bookings, accounts: s.Accounts, publicURL: s.PublicURL, now: s.Now}
}

func (s *Server) embedHandlers() embedHandlers {
	return embedHandlers{showmebug: s.ShowMeBug, interviews: s.Interviews, static: s.static, publicURL: s.PublicURL}
}

func (s *Server) accessHandlers() accessapi.Handlers {
	return accessapi.Handlers{Hiring: s.Hiring, Access: &access.Service{Accounts: s.Accounts, Interviews: s.Interviews, Hiring: s.Hiring, Pools: s.Pools}}
}

// sampleMailValues returns the values of a preview of a mail to candidates.
func (s *Server) sampleMailValues(ctx context.Context, k mailtemplate.Kind, lang string) mailtemplate.Values {
	corp := caller.Profile(ctx).Corp
	return notify.Sample{Company: corp.Name, TimeZone: corp.TimeZone, PublicURL: s.PublicURL, Now: s.Now()}.Values(k, lang)
}

// newAPIv1 returns the API for other systems.
func (s *Server) newAPIv1() *v1.API {
	return v1.New(v1.Config{
		Tokens: s.Tokens, Accounts: s.Accounts, Rooms: s.Rooms, Transcripts: s.Transcripts,
		Questions: s.Questions, QuestionFiles: s.questionFiles, Positions: s.Positions, Candidates: s.Candidates, Scorecards: s.Scorecards, Interviews: s.Interviews, DecisionMails: s.DecisionMails, Approvals: s.Approvals, Availability: s.Availability, Bookings: s.Bookings, Pools: s.Pools, Erasures: s.Erasures, Audit: s.Audit,
		Events: func(ctx context.Context, corpID string, after int64, types []string, limit int) ([]event.Row, int64, error) {
			return event.List(ctx, s.Interviews.DB, corpID, after, types, limit)
		},
		PublicURL: s.PublicURL, Logger: s.Logger, Now: s.Now, Rate: s.TokenRate,
	})
}

// sessionMux wraps every handler in the session middleware.
type sessionMux struct {
	*http.ServeMux
	loadSession func(http.Handler) http.Handler
}

// HandleFunc registers a handler with the session middleware and the rate limit of
// sessions.
func (m sessionMux) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, m.loadSession(http.HandlerFunc(handle)))
}

// registerOperations registers every operation of the JSON API.
func (s *Server) registerOperations(api huma.API) {
	resource.WithRoomKinds(api.OpenAPI().Components.Schemas, s.Interviews.RoomProviders, func() {
		staff := registrar{api: api, logger: s.Logger, guard: huma.Middlewares{s.requireSession}}
		s.registerCompanyOperations(staff)
		s.registerCatalogOperations(staff)
		s.registerInterviewOperations(staff)
		s.registerRoomOperations(staff)
		s.registerIntegrationOperations(staff)
		s.registerPublicOperations(registrar{api: api, logger: s.Logger})
	})
}

// registerCompanyOperations registers the session, the members and the API tokens.
func (s *Server) registerCompanyOperations(r registrar) {
	session := sessionHandlers{s.Accounts, s.Rooms, s.Sandbox, s.WeComState, s.MailConfigured, s.SendsNothing}
	register(r, "GET /api/session", "getSession", "Get the session", session.getSession)
	register(r, "PATCH /api/session", "updateSession", "Set the language", session.updateSession)
	register(r, "DELETE /api/session", "deleteSession", "Sign out", session.deleteSession)

	members := memberHandlers{s.Accounts}
	register(r, "GET /api/members", "listMembers", "List members", members.listMembers)
	register(r, "PUT /api/members/{userId}/roles", "setMemberRoles", "Set the roles of a member", members.setMemberRoles)
	register(r, "GET /api/members/{userId}/identity", "getMemberIdentity", "Get the account at the OpenID Connect provider with which a member may sign in", members.getMemberIdentity)
	register(r, "PUT /api/members/{userId}/identity", "setMemberIdentity", "Change or remove the account at the OpenID Connect provider of a member", members.setMemberIdentity)
	register(r, "GET /api/departments", "listDepartments", "Get the department tree", members.listDepartments)
	register(r, "GET /api/contacts/sync", "getContactSync", "Get the state of the contact synchronization", members.getContactSync)
	register(r, "POST /api/contacts/sync", "startContactSync", "Synchronize contacts with WeCom now", members.startContactSync, http.StatusAccepted)

	status := systemStatusHandlers{s.SystemStatus, s.Now}
	register(r, "GET /api/system/status", "getSystemStatus", "Describe the state of this installation in sentences, with what to do", status.getSystemStatus)
	register(r, "POST /api/system/checks", "runSystemChecks", "Run the checks of huimian doctor, without that of the sandbox", status.runSystemChecks)

	free := availabilityHandlers{s.Availability}
	register(r, "GET /api/availability", "findAvailability", "Get the time of interviewers, and when all of them are free", free.findAvailability)
	register(r, "GET /api/settings/availability", "getCompanyAvailability", "Get the working hours, holidays and limits of the company", free.getCompanyAvailability)
	register(r, "PUT /api/settings/availability", "setCompanyAvailability", "Change the working hours, holidays and limits of the company", free.setCompanyAvailability)
	register(r, "GET /api/members/{userId}/availability", "getMemberAvailability", "Get the working hours, limits and days away of a member", free.getMemberAvailability)
	register(r, "PUT /api/members/{userId}/availability", "setMemberAvailability", "Change the working hours, limits and days away of a member", free.setMemberAvailability)

	settings := notifications.Handlers{Settings: s.Notifications}
	register(r, "GET /api/settings/notifications", "getCompanyNotifications", "Get the quiet hours of the company, and when its members get a digest", settings.GetCompany)
	register(r, "PUT /api/settings/notifications", "setCompanyNotifications", "Change the quiet hours of the company, and when its members get a digest", settings.SetCompany)
	register(r, "GET /api/session/notifications", "getOwnNotifications", "Get the muted messages and the quiet hours of the signed-in member", settings.GetOwn)
	register(r, "PUT /api/session/notifications", "setOwnNotifications", "Change the muted messages and the quiet hours of the signed-in member", settings.SetOwn)

	mails := mailtemplates.Handlers{Templates: s.MailTemplates, SampleValues: s.sampleMailValues}
	register(r, "GET /api/settings/mail-templates", "listMailTemplates", "List the templates of mails to candidates", mails.ListTemplates)
	register(r, "GET /api/settings/mail-templates/{kind}", "getMailTemplate", "Get the template of a mail to candidates", mails.GetTemplate)
	register(r, "PUT /api/settings/mail-templates/{kind}", "setMailTemplate", "Save a new version of the template of a mail to candidates", mails.SetTemplate)
	register(r, "GET /api/settings/mail-templates/{kind}/versions", "listMailTemplateVersions", "List the versions of a template", mails.ListVersions)
	register(r, "POST /api/settings/mail-templates/{kind}/preview", "previewMailTemplate", "Fill a text with sample data", mails.Preview)

	results := decisionmails.Handlers{Mails: s.DecisionMails}
	register(r, "GET /api/settings/decision-mails", "getDecisionMailSettings", "Get whether and when results are mailed to candidates", results.GetSettings)
	register(r, "PUT /api/settings/decision-mails", "setDecisionMailSettings", "Change whether and when results are mailed to candidates", results.SetSettings)
	register(r, "GET /api/interviews/{id}/decision-mail", "getDecisionMail", "Get the mail with the result, and the text of a new one", results.Get)
	register(r, "PUT /api/interviews/{id}/decision-mail", "saveDecisionMail", "Schedule the mail with the result, or change one that has not left", results.Save)
	register(r, "POST /api/interviews/{id}/decision-mail/cancel", "cancelDecisionMail", "Cancel the mail with the result before it leaves", results.Cancel)

	approved := approvals.Handlers{Approvals: s.Approvals}
	register(r, "GET /api/settings/approval", "getApprovalSettings", "Get the settings of approvals in WeCom", approved.GetSettings)
	register(r, "PUT /api/settings/approval", "setApprovalSettings", "Choose the template and the approvers of decisions, after WeCom has returned the template", approved.SetSettings)
	register(r, "GET /api/settings/approval/template", "getApprovalTemplate", "Get a template of approvals from WeCom", approved.GetTemplate)
	register(r, "POST /api/settings/approval/test", "testApproval", "Call WeCom as a request would, without submitting one", approved.Test)
	register(r, "GET /api/interviews/{id}/approval", "getApproval", "Get the approvals of the decision in WeCom", approved.Get)
	register(r, "POST /api/interviews/{id}/approval", "applyForApproval", "Submit the decision for approval in WeCom", approved.Apply)

	wechat := customerserviceapi.Handlers{CustomerService: s.CustomerService}
	register(r, "GET /api/settings/customer-service", "getCustomerServiceSettings", "Get the settings of WeChat customer service", wechat.GetSettings)
	register(r, "PUT /api/settings/customer-service", "setCustomerServiceSettings", "Choose the account of WeChat customer service, after WeCom has confirmed that the application may use it", wechat.SetSettings)
	register(r, "GET /api/settings/customer-service/accounts", "listCustomerServiceAccounts", "List the customer service accounts from WeCom", wechat.ListAccounts)
	register(r, "GET /api/interviews/{id}/conversation", "getConversation", "Get the conversation with the candidate in WeChat", wechat.GetConversation)
	register(r, "POST /api/interviews/{id}/conversation", "answerCandidate", "Send a text to the candidate in WeChat", wechat.Answer)
	register(r, "POST /api/interviews/{id}/conversation/link", "renewConversationLink", "Revoke the link to customer service and create another one", wechat.RenewLink)

	bot := smartbotapi.Handlers{SmartBot: s.SmartBot}
	register(r, "GET /api/settings/smart-bot", "getSmartBotSettings", "Get the settings of the smart bot in WeCom", bot.GetSettings)
	register(r, "PUT /api/settings/smart-bot", "setSmartBotSettings", "Change the settings of the smart bot in WeCom", bot.SetSettings)

	tokens := integration.TokenHandlers{Tokens: s.Tokens, Now: s.Now}
	register(r, "GET /api/tokens", "listTokens", "List API tokens", tokens.ListTokens)
	register(r, "POST /api/tokens", "createToken", "Create a token; its secret is returned only once", tokens.CreateToken, http.StatusCreated)
	register(r, "DELETE /api/tokens/{id}", "revokeToken", "Revoke a token", tokens.RevokeToken)
}

// registerCatalogOperations registers positions, candidates and questions.
func (s *Server) registerCatalogOperations(r registrar) {
	positions := positionHandlers{s.Positions}
	register(r, "GET /api/positions", "listPositions", "List positions", positions.listPositions)
	register(r, "POST /api/positions", "createPosition", "Create a position", positions.createPosition, http.StatusCreated)
	register(r, "GET /api/positions/{id}", "getPosition", "Get a position", positions.getPosition)
	register(r, "PATCH /api/positions/{id}", "updatePosition", "Change a position", positions.updatePosition)
	register(r, "DELETE /api/positions/{id}", "deletePosition", "Delete a position that nothing refers to", positions.deletePosition)

	pools := poolHandlers{s.Pools}
	register(r, "GET /api/positions/{id}/pool", "getPool", "Get the interviewers of a position", pools.getPool)
	register(r, "PATCH /api/positions/{id}/pool", "updatePool", "Change the interviewers of a position", pools.updatePool)
	register(r, "GET /api/positions/{id}/pool/proposal", "proposeInterviewers", "Propose interviewers of a position for a time, with the reasons", pools.proposeInterviewers)

	who := s.accessHandlers()
	register(r, "GET /api/positions/{id}/hiring-managers", "getHiringManagers", "Get the hiring managers of a position", who.GetManagers)
	register(r, "PUT /api/positions/{id}/hiring-managers", "setHiringManagers", "Replace the hiring managers of a position", who.SetManagers)
	register(r, "GET /api/settings/hiring/departments", "listHiringDepartments", "List the departments of positions with their hiring managers", who.ListDepartments)
	register(r, "PUT /api/settings/hiring/departments", "setDepartmentManagers", "Replace the hiring managers of a department", who.SetDepartmentManagers)
	register(r, "GET /api/settings/hiring", "getHiringSettings", "Get what the company permits to hiring managers", who.GetSettings)
	register(r, "PUT /api/settings/hiring", "setHiringSettings", "Change what the company permits to hiring managers", who.SetSettings)
	register(r, "GET /api/candidates/{id}/access", "listCandidateAccess", "List the members who can see a candidate, with the reasons", who.ListViewers)

	candidates := candidateHandlers{s.Candidates}
	register(r, "GET /api/candidates", "listCandidates", "List candidates", candidates.listCandidates)
	register(r, "POST /api/candidates", "createCandidate", "Create a candidate", candidates.createCandidate, http.StatusCreated)
	register(r, "GET /api/candidates/{id}", "getCandidate", "Get a candidate", candidates.getCandidate)
	register(r, "PATCH /api/candidates/{id}", "updateCandidate", "Change a candidate", candidates.updateCandidate)

	compared := debriefs.Handlers{Debriefs: &debrief.Service{Interviews: s.Interviews}, Logger: s.Logger}
	register(r, "GET /api/candidates/{id}/debrief", "getDebrief", "Compare the scorecards of all rounds of a candidate that the caller may see", compared.Get)
	register(r, "GET "+debriefs.ExportPath, "exportDebrief", "Export the comparison of a candidate's scorecards as a spreadsheet; the export is recorded", compared.Export)
	describeFile(r.api, debriefs.ExportPath, spreadsheet.MediaType)

	files := fileapi.Handlers{Files: s.CandidateFiles, Logger: s.Logger}
	register(r, "GET /api/candidates/{id}/files", "listCandidateFiles", "List the files of a candidate, the newest first", files.ListFiles)
	register(r.forUploads(fileapi.MaxUpload, actor.EditFiles), "POST /api/candidates/{id}/files", "uploadCandidateFile", "Upload a file of a candidate: PDF, DOCX, PNG or JPEG", files.UploadFile, http.StatusCreated)
	register(r, "GET "+fileapi.ContentPath, "readFile", "Read a file; the access is recorded", files.ReadFile)
	describeFile(r.api, fileapi.ContentPath, fileapi.MediaTypes...)
	register(r, "DELETE /api/files/{id}", "deleteFile", "Delete a file", files.DeleteFile)

	erasures := erasureHandlers{s.Erasures, &dataexport.Service{DB: s.Interviews.DB, Files: s.CandidateFiles.Store, Now: s.Now}, s.Logger}
	register(r, "GET "+candidateExportPath, "exportCandidate", "Export the data of a candidate as a ZIP; the export is recorded", erasures.exportCandidate)
	describeFile(r.api, candidateExportPath, "application/zip")
	register(r, "GET /api/candidates/{id}/erasure", "previewErasure", "Get what the erasure of a candidate would delete", erasures.previewErasure)
	register(r, "POST /api/candidates/{id}/erasure", "eraseCandidate", "Erase a candidate permanently", erasures.eraseCandidate, http.StatusCreated)
	register(r, "PUT /api/candidates/{id}/hold", "holdCandidate", "Set the legal hold of a candidate", erasures.holdCandidate)
	register(r, "POST /api/candidates/{id}/hold/release", "releaseCandidate", "Release the legal hold of a candidate", erasures.releaseCandidate)
	register(r, "GET /api/erasures", "listErasures", "List the receipts of erased candidates", erasures.listErasures)

	logged := auditHandlers{s.Audit, s.Logger}
	register(r, "GET /api/audit", "listAudit", "List the audit log", logged.listAudit)
	register(r, "GET /api/audit/verification", "verifyAudit", "Compare the newest 100,000 entries of the audit log with its hash chain; recorded in the audit log", logged.verifyAudit)
	register(r, "GET "+auditExportPath, "exportAudit", "Export the newest 50,000 entries of the audit log as CSV; the export is recorded", logged.exportAudit)
	describeFile(r.api, auditExportPath, "text/csv")

	questions := questionHandlers{s.Questions}
	register(r, "GET /api/questions", "listQuestions", "List questions", questions.listQuestions)
	register(r, "POST /api/questions", "createQuestion", "Create a question", questions.createQuestion, http.StatusCreated)
	exchange := integration.QuestionFileHandlers{Files: s.questionFiles}
	register(r, "POST /api/questions/starter-code", "generateStarterCode", "Generate starter code", questions.generateStarterCode)
	register(r, "GET "+questionExportPath, "exportQuestions", "Export questions as a JSON document or a folder; the export is recorded", exchange.ExportQuestions)
	resource.DescribeQuestionExport(r.api, questionExportPath)
	register(r.forUploads(integration.MaxUpload, actor.EditQuestions), "POST "+questionPreviewPath, "previewQuestionImport", "Preview the import of a file with questions without changing anything", exchange.PreviewQuestionImport)
	register(r.forUploads(integration.MaxUpload, actor.EditQuestions).forBatches(), "POST "+questionImportPath, "importQuestions", "Import the questions of a file as previewed, all or none", exchange.ImportQuestions)
	bundled := libraryHandlers{library.Service{Questions: s.Questions}}
	register(r, "GET /api/question-library", "getQuestionLibrary", "Get the questions that come with the product", bundled.getQuestionLibrary)
	register(r, "GET /api/question-library/{id}", "getLibraryQuestion", "Get a question that comes with the product", bundled.getLibraryQuestion)
	register(r, "PUT /api/question-library", "addLibraryQuestions", "Add questions that come with the product to the question bank; those that were added before do not change", bundled.addLibraryQuestions)
	register(r, "GET /api/questions/{id}", "getQuestion", "Get a question", questions.getQuestion)
	register(r, "PATCH /api/questions/{id}", "updateQuestion", "Change a question", questions.updateQuestion)
	register(r, "GET /api/questions/{id}/versions", "listQuestionVersions", "List the versions of a question", questions.listVersions)
	register(r, "GET /api/questions/{id}/versions/{number}", "getQuestionVersion", "Get a version of a question", questions.getVersion)
	register(r, "POST /api/questions/{id}/restore", "restoreQuestion", "Make the content of an earlier version the present one", questions.restoreVersion)
	checks := questionhealth.Handlers{Health: s.QuestionHealth, Questions: s.Questions}
	register(r, "GET /api/questions/{id}/health", "getQuestionHealth", "Get the newest check of a question, and how interviews have used its versions", checks.GetHealth)
	register(r, "POST /api/questions/{id}/check", "checkQuestion", "Queue a check of a question: its reference solutions, and wrong variants of one, against its test cases", checks.RequestCheck, http.StatusAccepted)
	register(r, "DELETE /api/questions/{id}/check", "cancelQuestionCheck", "Cancel the check of a question that waits or runs", checks.CancelCheck)
	register(r, "PUT /api/questions/{id}/review", "setQuestionReview", "Set the date by which a question is to be reviewed or retired", checks.SetReview)
}

// registerInterviewOperations registers interviews, their scorecards and their
// messages.
func (s *Server) registerInterviewOperations(r registrar) {
	interviews := interviewHandlers{s.Interviews, s.Loops, s.MailTemplates, s.CustomerService, s.PublicURL}
	register(r, "GET /api/overview", "getOverview", "Get what needs attention", interviews.getOverview)
	register(r, "GET /api/worklist", "getWorklist", "List the interviews on which a recruiter has to act, by reason", interviews.getWorklist)
	register(r, "GET /api/worklist/counts", "countWorklist", "Count the interviews on which a recruiter has to act, by reason", interviews.countWorklist)
	figures := insightHandlers{interviews, insight.Service{Interviews: s.Interviews}, s.Logger}
	register(r, "GET /api/insight", "getInsight", "Get the figures of the interviews of a period", figures.getInsight)
	register(r, "GET /api/insight/mine", "getOwnInsight", "Get the caller's own figures of a period", figures.getOwnInsight)
	register(r, "GET /api/insight/agreement", "getInsightAgreement", "Get how far the interviewers of the interviews of a period agree", figures.getAgreement)
	register(r, "GET /api/insight/rows", "listInsightRows", "List the interviews that a figure counts, the latest first", figures.listRows)
	register(r, "GET "+insightExportPath, "exportInsight", "Export the table of a chart as CSV; the export is recorded", figures.exportTable)
	describeFile(r.api, insightExportPath, "text/csv")
	register(r, "GET /api/interviews", "listInterviews", "List interviews", interviews.listInterviews)
	register(r, "POST /api/interviews", "scheduleInterview", "Schedule an interview", interviews.scheduleInterview, http.StatusCreated)
	register(r, "GET /api/interviews/{id}", "getInterview", "Get an interview", interviews.getInterview)
	register(r, "PATCH /api/interviews/{id}", "updateInterview", "Change an interview", interviews.updateInterview)
	register(r, "POST /api/interviews/{id}/cancel", "cancelInterview", "Cancel an interview", interviews.cancelInterview)
	register(r, "POST /api/interviews/{id}/response", "respondToInterview", "Respond to an invitation", interviews.respondToInterview)
	register(r, "POST /api/interviews/{id}/start", "startInterview", "Start an interview", interviews.startInterview)
	register(r, "POST /api/interviews/{id}/end", "endInterview", "End an interview", interviews.endInterview)
	register(r, "POST /api/interviews/{id}/candidate-link", "createCandidateLink", "Create a new candidate link; the previous one becomes invalid", interviews.createCandidateLink, http.StatusCreated)
	register(r, "GET /api/interviews/{id}/candidate-link", "showCandidateLink", "Show the candidate link again, with a text to send", interviews.showCandidateLink)
	register(r, "PUT /api/interviews/{id}/result", "decideInterview", "Set the result of an interview", interviews.decideInterview)
	register(r, "POST /api/interviews/{id}/room/retry", "retryRoom", "Retry the creation of the room", interviews.retryRoom)

	register(r, "GET /api/interviews/{id}/history", "getInterviewHistory", "Get what happened to an interview", interviews.getHistory)

	late := lateNoticeHandlers{s.LateNotices}
	register(r, "GET /api/interviews/{id}/late-notices", "listLateNotices", "List the interviewers who will be late", late.listLateNotices)
	register(r, "POST /api/interviews/{id}/late-notices", "reportLate", "Give notice that the caller will be late", late.reportLate)

	consents := consentHandlers{s.Consents, s.Interviews}
	register(r, "GET /api/settings/consent", "getConsentText", "Get the text that candidates accept before they enter a room", consents.getConsentText)
	register(r, "PUT /api/settings/consent", "setConsentText", "Save a new version of the text that candidates accept", consents.setConsentText)
	register(r, "GET /api/interviews/{id}/consents", "listConsents", "List what the candidate of an interview has accepted", consents.listConsents)

	pools := poolHandlers{s.Pools}
	register(r, "GET /api/interviews/{id}/substitutions", "getSubstitutions", "Get the requests to replace interviewers who cannot attend", pools.getSubstitutions)
	register(r, "PUT /api/interviews/{id}/substitutions", "setSubstitution", "Set whether interviewers who cannot attend are replaced from the pool", pools.setSubstitution)

	loops := loopHandlers{s.Loops}
	register(r, "POST /api/loops/proposals", "proposeLoop", "Propose times for several interviews of a candidate on one day", loops.proposeLoop)
	register(r, "POST /api/loops", "createLoop", "Schedule several interviews of a candidate, all or none", loops.createLoop, http.StatusCreated)
	register(r, "GET /api/loops/{id}", "getLoop", "Get the interviews of a loop", loops.getLoop)
	register(r, "POST /api/loops/{id}/move", "moveLoop", "Move the rounds that have not started by the same time", loops.moveLoop)
	register(r, "POST /api/loops/{id}/cancel", "cancelLoop", "Cancel the rounds that have not started", loops.cancelLoop)

	offers := s.offerHandlers()
	register(r, "GET /api/offers", "listOffers", "List the times that are offered to candidates", offers.listOffers)
	register(r, "POST /api/offers", "createOffer", "Offer times to a candidate, who books one of them", offers.createOffer, http.StatusCreated)
	register(r, "GET /api/offers/{id}", "getOffer", "Get an offer with the state of its slots", offers.getOffer)
	register(r, "PUT /api/offers/{id}/times", "setOfferTimes", "Offer other slots, or extend the deadline", offers.setOfferTimes)
	register(r, "POST /api/offers/{id}/withdraw", "withdrawOffer", "Withdraw an offer", offers.withdrawOffer)
	register(r, "GET /api/offers/{id}/link", "showOfferLink", "Show the candidate's page again", offers.showOfferLink)

	appointments := appointmentHandlers{s.Appointments}
	register(r, "GET /api/interviews/{id}/appointments", "listAppointments", "List the schedule and the meeting of an interview in WeCom", appointments.listAppointments)
	register(r, "POST /api/interviews/{id}/appointments/retry", "retryAppointments", "Write the schedule and the meeting again", appointments.retryAppointments)
	register(r, "GET /api/settings/appointments", "getAppointmentSettings", "Get the settings of calendar and meetings", appointments.getAppointmentSettings)
	register(r, "PATCH /api/settings/appointments", "setAppointmentSettings", "Change the settings of calendar and meetings", appointments.setAppointmentSettings)

	scorecards := scorecardHandlers{s.Interviews, s.Scorecards}
	register(r, "GET /api/scorecard-templates", "listScorecardTemplates", "List scorecard templates", scorecards.listScorecardTemplates)
	templates := scorecardtemplates.Handlers{Templates: s.Scorecards}
	register(r, "POST /api/scorecard-templates", "createScorecardTemplate", "Create a scorecard template", templates.Create, http.StatusCreated)
	register(r, "GET /api/scorecard-templates/{id}", "getScorecardTemplate", "Get a scorecard template in all languages", templates.Get)
	register(r, "PUT /api/scorecard-templates/{id}", "updateScorecardTemplate", "Save a new version of a scorecard template", templates.Update)
	register(r, "PUT /api/scorecard-templates/{id}/archive", "archiveScorecardTemplate", "Archive a scorecard template, or take it back", templates.SetArchived)
	register(r, "GET /api/scorecard-templates/{id}/versions", "listScorecardTemplateVersions", "List the newest versions of a scorecard template", templates.ListVersions)
	register(r, "GET /api/scorecard-templates/{id}/versions/{version}", "getScorecardTemplateVersion", "Get a version of a scorecard template", templates.GetVersion)
	register(r, "GET /api/interviews/{id}/scorecards", "listScorecards", "List the scorecards, once all are submitted or a recruiter opens them", scorecards.listScorecards)
	register(r, "POST /api/interviews/{id}/scorecards/open", "openScorecards", "Show the submitted scorecards before all are in", scorecards.openScorecards)
	register(r, "POST /api/interviews/{id}/interviewers/{userId}/scorecard-reminder", "remindInterviewer", "Remind an interviewer of a missing scorecard", scorecards.remindInterviewer)
	register(r, "PUT /api/interviews/{id}/interviewers/{userId}/scorecard-excuse", "excuseInterviewer", "Excuse an interviewer from the scorecard", scorecards.excuseInterviewer)
	register(r, "DELETE /api/interviews/{id}/interviewers/{userId}/scorecard-excuse", "requireScorecard", "Take the excuse of an interviewer back", scorecards.requireScorecard)
	register(r, "GET /api/interviews/{id}/scorecard", "getScorecard", "Get the caller's scorecard", scorecards.getScorecard)
	register(r, "PUT /api/interviews/{id}/scorecard", "saveScorecard", "Save a draft of the caller's scorecard", scorecards.saveScorecard)
	register(r, "POST /api/interviews/{id}/scorecard/submit", "submitScorecard", "Submit the caller's scorecard", scorecards.submitScorecard)

	s.registerCalibrationOperations(r)

	notes := noteHandlers{note.Service{Interviews: s.Interviews}}
	register(r, "GET /api/interviews/{id}/notes", "listNotes", "List the caller's notes and the shared ones, by their moments", notes.listNotes)
	register(r, "POST /api/interviews/{id}/notes", "createNote", "Write a note about a moment of an interview", notes.createNote, http.StatusCreated)
	register(r, "PATCH /api/notes/{id}", "updateNote", "Change or share a note of the caller", notes.updateNote)
	register(r, "DELETE /api/notes/{id}", "deleteNote", "Delete a note of the caller", notes.deleteNote)

	messages := messageHandlers{s.Interviews, s.Accounts}
	register(r, "GET /api/interviews/{id}/messages", "listInterviewMessages", "List the messages of an interview", messages.listInterviewMessages)
	register(r, "GET /api/messages", "listMessages", "List the message log", messages.listMessages)
	register(r, "POST /api/messages/{id}/retry", "retryMessage", "Retry a failed message", messages.retryMessage)
}

// registerCalibrationOperations registers the exercises in which members rate finished interviews.
func (s *Server) registerCalibrationOperations(r registrar) {
	exercises := calibrations.Handlers{Exercises: s.Calibrations, Logger: s.Logger}
	register(r, "GET /api/calibration/exercises", "listCalibrations", "List the calibration exercises that the caller may see", exercises.List)
	register(r, "POST /api/calibration/exercises", "createCalibration", "Make a finished interview a calibration exercise and invite its raters", exercises.Create, http.StatusCreated)
	register(r, "GET /api/calibration/exercises/{id}", "getCalibration", "Get a calibration exercise", exercises.Get)
	register(r, "PUT /api/calibration/exercises/{id}", "updateCalibration", "Change, close or reopen a calibration exercise", exercises.Update)
	register(r, "DELETE /api/calibration/exercises/{id}", "deleteCalibration", "Delete a calibration exercise with its ratings", exercises.Delete)
	register(r, "GET "+calibrations.ReplayPath, "getCalibrationReplay", "Get the replay of an exercise without names", exercises.Replay)
	describeFile(r.api, calibrations.ReplayPath, "application/json")
	register(r, "GET "+calibrations.PreviewPath, "previewCalibration", "Get the replay of an interview as raters would see it", exercises.Preview)
	describeFile(r.api, calibrations.PreviewPath, "application/json")
	register(r, "GET /api/calibration/exercises/{id}/rating", "getCalibrationRating", "Get the caller's rating", exercises.GetRating)
	register(r, "PUT /api/calibration/exercises/{id}/rating", "saveCalibrationRating", "Save a draft of the caller's rating", exercises.SaveRating)
	register(r, "POST /api/calibration/exercises/{id}/rating/submit", "submitCalibrationRating", "Submit the caller's rating", exercises.SubmitRating)
	register(r, "GET /api/calibration/exercises/{id}/result", "getCalibrationResult", "Compare the submitted ratings of an exercise, once the caller has submitted an expected one", exercises.Result)
	register(r, "GET /api/calibration/figures", "getCalibrationFigures", "Get the agreement on each criterion and the drift of each member", exercises.Figures)
	register(r, "GET /api/calibration/drift", "getOwnCalibrationDrift", "Get the caller's own drift", exercises.OwnDrift)
}

// registerRoomOperations registers the room settings and ShowMeBug.
func (s *Server) registerRoomOperations(r registrar) {
	settings := roomSettingsHandlers{s.Interviews}
	register(r, "GET /api/settings/rooms", "getRoomSettings", "Get the room settings", settings.getRoomSettings)
	register(r, "PUT /api/settings/rooms", "setRoomSettings", "Set the default kind of room", settings.setRoomSettings)

	bug := integration.ShowMeBugHandlers{ShowMeBug: s.ShowMeBug}
	register(r, "GET /api/settings/showmebug", "getShowMeBug", "Get the connection to ShowMeBug", bug.GetShowMeBug)
	register(r, "PUT /api/settings/showmebug", "connectShowMeBug", "Test and store the credentials of the ShowMeBug team", bug.ConnectShowMeBug)
	register(r, "DELETE /api/settings/showmebug", "disconnectShowMeBug", "Delete the ShowMeBug credentials", bug.DisconnectShowMeBug)
	register(r, "POST /api/settings/showmebug/check", "checkShowMeBug", "Check the connection to ShowMeBug now", bug.CheckShowMeBug)
	register(r, "GET /api/showmebug/members", "listShowMeBugMembers", "List the mapping of interviewers to ShowMeBug users", bug.ListShowMeBugMembers)
	register(r, "PUT /api/showmebug/members/{userId}", "setShowMeBugContact", "Set a member's e-mail address or mobile number for ShowMeBug", bug.SetShowMeBugContact)
	register(r, "POST /api/showmebug/members/{userId}/sync", "syncShowMeBugMember", "Synchronize a member with ShowMeBug now", bug.SyncShowMeBugMember)
	register(r, "GET /api/showmebug/exams", "listExams", "List the written tests of the ShowMeBug team", bug.ListExams)
	register(r, "GET /api/candidates/{id}/exams", "listSittings", "List the written tests sent to a candidate", bug.ListSittings)
	register(r, "POST /api/candidates/{id}/exams", "sendExam", "Send a written test to a candidate", bug.SendExam, http.StatusCreated)
	register(r, "POST /api/showmebug/sittings/{id}/refresh", "refreshSitting", "Refresh the state of a written test, or retry it", bug.RefreshSitting)
}

// registerIntegrationOperations registers webhooks and imports.
func (s *Server) registerIntegrationOperations(r registrar) {
	webhooks := integration.WebhookHandlers{Webhooks: s.Webhooks}
	register(r, "GET /api/webhooks", "listWebhooks", "List webhooks", webhooks.ListWebhooks)
	register(r, "POST /api/webhooks", "createWebhook", "Create a webhook; its secret is returned only once", webhooks.CreateWebhook, http.StatusCreated)
	register(r, "GET /api/webhooks/{id}", "getWebhook", "Get a webhook", webhooks.GetWebhook)
	register(r, "PATCH /api/webhooks/{id}", "updateWebhook", "Change a webhook", webhooks.UpdateWebhook)
	register(r, "DELETE /api/webhooks/{id}", "deleteWebhook", "Delete a webhook and its delivery log", webhooks.DeleteWebhook)
	register(r, "POST /api/webhooks/{id}/rotate", "rotateWebhook", "Rotate the secret; the previous one stays valid for a day", webhooks.RotateWebhook)
	register(r, "POST /api/webhooks/{id}/test", "testWebhook", "Send a test event", webhooks.TestWebhook, http.StatusAccepted)
	register(r, "GET /api/webhooks/{id}/deliveries", "listWebhookDeliveries", "List the deliveries of a webhook", webhooks.ListWebhookDeliveries)
	register(r, "POST /api/webhook-deliveries/{id}/resend", "resendWebhook", "Resend a delivery", webhooks.ResendWebhook, http.StatusAccepted)

	imports := integration.ImportHandlers{Imports: s.Imports, Now: s.Now}
	register(r.forUploads(integration.MaxUpload, actor.ImportData), "POST "+importPath, "previewImport", "Preview a spreadsheet (.xlsx, CSV) without creating anything", imports.PreviewImport, http.StatusCreated)
	register(r.forBatches(), "POST "+importPath+"/{id}/commit", "commitImport", "Create the valid rows of a preview (idempotent)", imports.CommitImport)
	register(r, "GET "+importPath+"/template", "getImportTemplate", "Download a spreadsheet template", imports.GetImportTemplate)
	describeFile(r.api, importPath+"/template", spreadsheet.MediaType)
}

// registerPublicOperations registers operations without a session, whose URLs
// contain a token.
func (s *Server) registerPublicOperations(r registrar) {
	embedded := s.embedHandlers()
	register(r, "GET /api/embed/resume/{token}", "getEmbeddedResume", "Get the candidate, for ShowMeBug's frame", embedded.getEmbeddedResume)
	register(r, "GET /api/embed/evaluation/{token}", "getEmbeddedEvaluation", "Get a scorecard, for ShowMeBug's frame", embedded.getEmbeddedEvaluation)
	register(r, "PUT /api/embed/evaluation/{token}", "saveEmbeddedEvaluation", "Save a draft of the scorecard, in ShowMeBug's frame", embedded.saveEmbeddedEvaluation)

	register(r, "GET /api/sign-in", "getSignInOptions", "Get the ways to sign in", signInHandlers{s.Accounts, s.Logger}.getSignInOptions)

	candidate := s.joinHandlers()
	register(r, "POST /api/join/lookup", "getJoin", "Resolve a candidate link", candidate.getJoin)
	register(r, "POST /api/join", "join", "Join as the candidate", candidate.joinAsCandidate)

	booking := s.offerHandlers()
	register(r, "POST /api/book/lookup", "getBooking", "Resolve the candidate's page of an offer", booking.getBooking)
	register(r, "POST /api/book", "bookSlot", "Book a slot as the candidate", booking.bookSlot)
	register(r, "POST /api/book/request", "requestOtherTime", "Ask for another time as the candidate", booking.requestOtherTime)
}
