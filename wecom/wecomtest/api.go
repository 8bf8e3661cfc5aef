package wecomtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is the maximum size of a request body in bytes. WeCom documents that there is a limit
// (40206), but not which.
const maxBody = 4 << 20

// request is one API call in progress.
type request struct {
	server         *Server
	path           string // of the endpoint
	query          url.Values
	body           []byte
	contentType    string
	ip             string
	corp           *corpState
	app            *appState
	suite          *suiteState        // the suite of the access token, when a third-party application calls
	events         []*pendingCallback // callbacks caused by the call, sent in the background
	backgroundTask func(context.Context)
}

// tokenKind is the kind of access token that an endpoint accepts.
type tokenKind int

const (
	anyToken     tokenKind = iota
	appToken               // of a regular application
	contactToken           // of the contact sync helper
	noToken
)

type endpoint struct {
	post      bool
	tokenKind tokenKind
	handle    func(*Server, *request) (any, *apiError)
	// emptyReply holds the fields that an error reply has beside errcode and errmsg.
	emptyReply any
}

var endpoints = map[string]endpoint{
	"gettoken":          {tokenKind: noToken, handle: (*Server).getToken},
	"get_api_domain_ip": {handle: (*Server).getAPIDomainIPs, emptyReply: ipReply{[]string{}}},
	"getcallbackip":     {handle: (*Server).getCallbackIPs, emptyReply: ipReply{[]string{}}},

	"user/create":       {post: true, tokenKind: contactToken, handle: (*Server).createUser},
	"user/update":       {post: true, tokenKind: contactToken, handle: (*Server).updateUser},
	"user/delete":       {tokenKind: contactToken, handle: (*Server).deleteUser},
	"user/batchdelete":  {post: true, tokenKind: contactToken, handle: (*Server).deleteUsers},
	"department/create": {post: true, tokenKind: contactToken, handle: (*Server).createDepartment},
	"department/update": {post: true, tokenKind: contactToken, handle: (*Server).updateDepartment},
	"department/delete": {tokenKind: contactToken, handle: (*Server).deleteDepartment},

	"user/authsucc":          {handle: (*Server).confirmAuthentication},
	"user/convert_to_openid": {post: true, handle: (*Server).convertToOpenID},
	"user/convert_to_userid": {post: true, handle: (*Server).convertToUserID},
	"get_launch_code":        {post: true, tokenKind: appToken, handle: (*Server).getLaunchCode},

	"tag/create":      {post: true, handle: (*Server).createTag},
	"tag/update":      {post: true, handle: (*Server).updateTag},
	"tag/delete":      {handle: (*Server).deleteTag},
	"tag/get":         {handle: (*Server).getTag},
	"tag/list":        {handle: (*Server).listTags},
	"tag/addtagusers": {post: true, handle: (*Server).addTagUsers},
	"tag/deltagusers": {post: true, handle: (*Server).delTagUsers},

	"message/send":                 {post: true, tokenKind: appToken, handle: (*Server).sendMessage},
	"message/update_template_card": {post: true, tokenKind: appToken, handle: (*Server).updateCard},
	"message/recall":               {post: true, tokenKind: appToken, handle: (*Server).recallMessage},

	"user/get":        {handle: (*Server).getUser},
	"user/list":       {handle: (*Server).listUsers, emptyReply: userListReply{[]userReply{}}},
	"user/simplelist": {handle: (*Server).simpleListUsers, emptyReply: simpleListReply{[]simpleUser{}}},
	"user/list_id":    {post: true, tokenKind: contactToken, handle: (*Server).listUserIDs},

	"department/list":       {handle: (*Server).listDepartments, emptyReply: departmentListReply{[]departmentReply{}}},
	"department/simplelist": {handle: (*Server).simpleListDepartments, emptyReply: departmentIDReply{[]departmentID{}}},
	"department/get":        {handle: (*Server).getDepartment},

	"auth/getuserinfo":         {tokenKind: appToken, handle: (*Server).getUserInfo},
	"auth/getuserdetail":       {post: true, tokenKind: appToken, handle: (*Server).getUserDetail},
	"user/getuserid":           {post: true, handle: (*Server).getUserIDByMobile},
	"user/get_userid_by_email": {post: true, handle: (*Server).getUserIDByEmail},
	"agent/set":                {post: true, tokenKind: appToken, handle: (*Server).setAgent},
	"user/getuserinfo":         {tokenKind: appToken, handle: (*Server).getUserInfoLegacy},

	"get_jsapi_ticket": {tokenKind: appToken, handle: (*Server).getJSAPITicket},
	"ticket/get":       {tokenKind: appToken, handle: (*Server).getAgentConfigTicket},

	"oa/calendar/add":             {post: true, tokenKind: appToken, handle: (*Server).addCalendar},
	"oa/calendar/update":          {post: true, tokenKind: appToken, handle: (*Server).updateCalendar},
	"oa/calendar/get":             {post: true, tokenKind: appToken, handle: (*Server).getCalendars},
	"oa/calendar/del":             {post: true, tokenKind: appToken, handle: (*Server).deleteCalendar},
	"oa/schedule/add":             {post: true, tokenKind: appToken, handle: (*Server).addSchedule},
	"oa/schedule/update":          {post: true, tokenKind: appToken, handle: (*Server).updateSchedule},
	"oa/schedule/get":             {post: true, tokenKind: appToken, handle: (*Server).getSchedules},
	"oa/schedule/del":             {post: true, tokenKind: appToken, handle: (*Server).deleteSchedule},
	"oa/schedule/add_attendees":   {post: true, tokenKind: appToken, handle: (*Server).addAttendees},
	"oa/schedule/del_attendees":   {post: true, tokenKind: appToken, handle: (*Server).delAttendees},
	"oa/schedule/get_by_calendar": {post: true, tokenKind: appToken, handle: (*Server).listSchedules},

	"appchat/create": {post: true, tokenKind: appToken, handle: (*Server).createChat},
	"appchat/update": {post: true, tokenKind: appToken, handle: (*Server).updateChat},
	"appchat/get":    {tokenKind: appToken, handle: (*Server).getChat},
	"appchat/send":   {post: true, tokenKind: appToken, handle: (*Server).sendChat},

	"media/get/jssdk":                {tokenKind: appToken, handle: (*Server).getVoice},
	"media/upload_by_url":            {post: true, tokenKind: appToken, handle: (*Server).uploadByURL},
	"media/get_upload_by_url_result": {post: true, tokenKind: appToken, handle: (*Server).getURLJobResult},
	"media/upload":                   {post: true, handle: (*Server).uploadMedia},
	"media/uploadimg":                {post: true, tokenKind: appToken, handle: (*Server).uploadImage},
	"media/get":                      {tokenKind: appToken, handle: (*Server).getMedia},

	"meeting/create":                    {post: true, tokenKind: appToken, handle: (*Server).createMeeting},
	"meeting/update":                    {post: true, tokenKind: appToken, handle: (*Server).updateMeeting},
	"meeting/cancel":                    {post: true, tokenKind: appToken, handle: (*Server).cancelMeeting},
	"meeting/get_info":                  {post: true, tokenKind: appToken, handle: (*Server).getMeeting},
	"meeting/get_user_meetingid":        {post: true, tokenKind: appToken, handle: (*Server).listMeetings},
	"meeting/create_customer_short_url": {post: true, tokenKind: appToken, handle: (*Server).createPersonalMeetingLink},

	"oa/gettemplatedetail": {post: true, tokenKind: appToken, handle: (*Server).getApprovalTemplate},
	"oa/applyevent":        {post: true, tokenKind: appToken, handle: (*Server).applyForApproval},
	"oa/getapprovaldetail": {post: true, tokenKind: appToken, handle: (*Server).getApproval},

	"batch/invite":       {post: true, handle: (*Server).inviteMembers},
	"batch/syncuser":     {post: true, tokenKind: contactToken, handle: (*Server).syncUsers},
	"batch/replaceuser":  {post: true, tokenKind: contactToken, handle: (*Server).replaceUsers},
	"batch/replaceparty": {post: true, tokenKind: contactToken, handle: (*Server).replaceParties},
	"batch/getresult":    {tokenKind: contactToken, handle: (*Server).getBatchResult},

	"agent/set_workbench_template":   {post: true, tokenKind: appToken, handle: (*Server).setWorkbenchTemplate},
	"agent/get_workbench_template":   {post: true, tokenKind: appToken, handle: (*Server).getWorkbenchTemplate},
	"agent/set_workbench_data":       {post: true, tokenKind: appToken, handle: (*Server).setWorkbenchData},
	"agent/batch_set_workbench_data": {post: true, tokenKind: appToken, handle: (*Server).batchSetWorkbenchData},
	"agent/get_workbench_data":       {post: true, tokenKind: appToken, handle: (*Server).getWorkbenchData},

	"webhook/send":         {post: true, tokenKind: noToken, handle: (*Server).sendRobotMessage},
	"webhook/upload_media": {post: true, tokenKind: noToken, handle: (*Server).uploadRobotMedia},

	"externalcontact/get_follow_user_list": {tokenKind: appToken, handle: (*Server).listFollowUsers},
	"externalcontact/list":                 {tokenKind: appToken, handle: (*Server).listCustomers},
	"externalcontact/get":                  {tokenKind: appToken, handle: (*Server).getCustomer},
	"externalcontact/remark":               {post: true, tokenKind: appToken, handle: (*Server).remarkCustomer},
	"externalcontact/add_contact_way":      {post: true, tokenKind: appToken, handle: (*Server).addContactWay},
	"externalcontact/get_contact_way":      {post: true, tokenKind: appToken, handle: (*Server).getContactWay},
	"externalcontact/del_contact_way":      {post: true, tokenKind: appToken, handle: (*Server).deleteContactWay},
	"externalcontact/send_welcome_msg":     {post: true, tokenKind: appToken, handle: (*Server).sendWelcome},

	"kf/account/list":        {post: true, tokenKind: appToken, handle: (*Server).listKFAccounts},
	"kf/account/add":         {post: true, tokenKind: appToken, handle: (*Server).addKFAccount},
	"kf/add_contact_way":     {post: true, tokenKind: appToken, handle: (*Server).getKFLink},
	"kf/sync_msg":            {post: true, tokenKind: appToken, handle: (*Server).syncKFMessages},
	"kf/send_msg":            {post: true, tokenKind: appToken, handle: (*Server).sendKFMessage},
	"kf/service_state/get":   {post: true, tokenKind: appToken, handle: (*Server).getKFState},
	"kf/service_state/trans": {post: true, tokenKind: appToken, handle: (*Server).transferKFState},
	"kf/servicer/add":        {post: true, tokenKind: appToken, handle: (*Server).addServicers},
	"kf/servicer/del":        {post: true, tokenKind: appToken, handle: (*Server).delServicers},
	"kf/servicer/list":       {tokenKind: appToken, handle: (*Server).listServicers},
	"kf/send_msg_on_event":   {post: true, tokenKind: appToken, handle: (*Server).sendKFMessageOnEvent},

	"service/get_suite_token":                      {post: true, tokenKind: noToken, handle: (*Server).suiteToken},
	"service/get_provider_token":                   {post: true, tokenKind: noToken, handle: (*Server).providerToken},
	"service/get_corp_token":                       {post: true, tokenKind: noToken, handle: bySuite((*Server).corpToken)},
	"service/get_pre_auth_code":                    {tokenKind: noToken, handle: bySuite((*Server).preAuthCode)},
	"service/set_session_info":                     {post: true, tokenKind: noToken, handle: bySuite((*Server).setSession)},
	"service/v2/get_permanent_code":                {post: true, tokenKind: noToken, handle: bySuite((*Server).permanentCode)},
	"service/v2/get_auth_info":                     {post: true, tokenKind: noToken, handle: bySuite((*Server).authInfo)},
	"service/auth/getuserinfo3rd":                  {tokenKind: noToken, handle: bySuite((*Server).userInfo3rd)},
	"service/corpid_to_opencorpid":                 {post: true, tokenKind: noToken, handle: (*Server).openCorpID},
	"batch/openuserid_to_userid":                   {post: true, tokenKind: appToken, handle: (*Server).fromOpenUserIDs},
	"service/auth/getuserdetail3rd":                {post: true, tokenKind: noToken, handle: bySuite((*Server).userDetail3rd)},
	"externalcontact/from_service_external_userid": {post: true, tokenKind: appToken, handle: (*Server).fromServiceExternalID},
	"batch/userid_to_openuserid":                   {post: true, handle: (*Server).openUserIDs},
	"agent/get_admin_list":                         {post: true, tokenKind: appToken, handle: (*Server).listAdmins},

	"agent/get":   {tokenKind: appToken, handle: (*Server).getAgent},
	"agent/list":  {tokenKind: appToken, handle: (*Server).listAgents},
	"menu/create": {post: true, tokenKind: appToken, handle: (*Server).createMenu},
	"menu/get":    {tokenKind: appToken, handle: (*Server).getMenu},
	"menu/delete": {tokenKind: appToken, handle: (*Server).deleteMenu},
}

// serveAPI handles every API call: fault rules, access token, body, handler, reply and log.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	call := Call{Method: r.Method, Path: r.URL.Path, start: time.Now()}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxUpload+1))
	if err != nil {
		return
	}
	req := &request{server: s, path: name, query: r.URL.Query(), body: body, contentType: r.Header.Get("Content-Type"), ip: remoteIP(r)}
	call.setRequest(req)
	ep, known := endpoints[name]
	if !known {
		s.serveUnknownPath(w, call)
		return
	}
	s.identifyCaller(req, &call)
	rule := s.matchFault(name, req)
	if !s.applyFaultBefore(w, r, rule, &call) {
		return
	}
	reply, apiErr := s.handleCall(ep, req, r.Method, rule)
	s.deliverInBackground(context.WithoutCancel(r.Context()), req.events)
	s.runInBackground(context.WithoutCancel(r.Context()), req.backgroundTask)
	if f, ok := reply.(*mediaFile); ok && rule == nil {
		call.setReply(req, nil, nil)
		call.Response = fmt.Sprintf("(%d bytes of %s)", len(f.data), f.mime)
		s.recordCall(call)
		f.serveFile(w, r, "attachment")
		return
	}
	out := s.encryptReplyIDs(req, s.encodeReply(ep, req, reply, apiErr))
	call.setReply(req, out, apiErr)
	s.applyFaultAfter(w, rule, out, apiErr, call)
}

// handleCall runs WeCom's checks in their documented order and then the endpoint's handler, holding
// s.mu.
func (s *Server) handleCall(ep endpoint, req *request, method string, rule *Fault) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rule != nil && rule.Errcode != 0 {
		return nil, &apiError{code: rule.Errcode, text: rule.Errmsg}
	}
	if ep.tokenKind != noToken {
		if err := s.authenticateCall(req); err != nil {
			return nil, err
		}
	}
	s.decryptRequestIDs(req)
	if err := s.checkCallQuota(req); err != nil {
		return nil, err
	}
	if upload := strings.HasPrefix(req.contentType, "multipart/"); len(req.body) > maxUpload || (len(req.body) > maxBody && !upload) {
		return nil, newAPIError(40206)
	}
	if ep.post && method != http.MethodPost {
		return nil, newAPIErrorf(40058, "invalid Request Parameter: POST is required")
	}
	switch {
	case ep.tokenKind == appToken && req.app.isContactHelper, ep.tokenKind == contactToken && !req.app.isContactHelper:
		return nil, newAPIError(48002)
	}
	return ep.handle(s, req)
}

func (s *Server) checkCallQuota(req *request) *apiError {
	corp := ""
	if req.corp != nil {
		corp = req.corp.ID
	}
	if s.NoQuotas || s.quotas.allowCall(req.path, corp, req.ip, s.currentTime()) {
		return nil
	}
	return newAPIError(45009)
}

// identifyCaller records the company and application of the access token, for fault rules and the
// log. It does so for calls that are refused later, too.
func (s *Server) identifyCaller(req *request, call *Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tokens.get(req.query.Get("access_token")); ok {
		req.corp, req.app = t.corp, t.app
	}
	s.seq++
	call.Seq, call.Time = s.seq, s.currentTime()
}

// encodeReply encodes the JSON reply: errcode and errmsg, then the fields of reply.
func (s *Server) encodeReply(ep endpoint, req *request, reply any, err *apiError) []byte {
	head := replyHeader{Errmsg: "ok"}
	if err != nil {
		s.mu.Lock()
		head = replyHeader{err.code, err.fullMessage(s.newErrorHint(), req.ip)}
		s.mu.Unlock()
		if reply == nil {
			reply = ep.emptyReply
		}
	}
	if _, ok := reply.(headerlessReply); ok && err == nil {
		return encodeJSON(reply)
	}
	if m, ok := reply.(successMessenger); ok && err == nil {
		head.Errmsg = m.successMessage()
	}
	return mergeJSONObjects(head, reply)
}

// successMessenger is a reply whose errmsg on success is not "ok".
type successMessenger interface{ successMessage() string }

type replyHeader struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

// mergeJSONObjects encodes two structs as one JSON object.
func mergeJSONObjects(head, tail any) []byte {
	out := encodeJSON(head)
	if tail == nil {
		return out
	}
	rest := encodeJSON(tail)
	if len(rest) <= 2 {
		return out
	}
	out[len(out)-1] = ','
	return append(out, rest[1:]...)
}

// encodeJSON encodes v without HTML escapes, as WeCom does. It panics on an error, because all
// encoded values are structs of this package.
func encodeJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("wecomtest: encode %T: %v", v, err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

func writeReply(w http.ResponseWriter, out []byte, err *apiError) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	if err != nil {
		h.Set("Error-Code", fmt.Sprint(err.code))
		h.Set("Error-Msg", err.shortMessage())
	}
	_, _ = w.Write(out)
}

// serveUnknownPath replies 404 with an empty body, as WeCom does, and fails the test unless the
// path is in AllowUnknown.
func (s *Server) serveUnknownPath(w http.ResponseWriter, call Call) {
	w.Header()["Content-Type"] = nil
	w.WriteHeader(http.StatusNotFound)
	call.Status = http.StatusNotFound
	s.mu.Lock()
	s.seq++
	call.Seq, call.Time = s.seq, s.currentTime()
	tb := s.tb
	allowed := s.allowedPaths[call.Path]
	s.mu.Unlock()
	s.recordCall(call)
	if tb != nil && !allowed {
		tb.Errorf("wecomtest: %s %s is an unknown path", call.Method, call.Path)
	}
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}

// decodeBody decodes the JSON body of a call. Invalid JSON is 40058, with the warning that WeCom
// adds to errmsg.
func (r *request) decodeBody(v any) *apiError {
	if len(bytes.TrimSpace(r.body)) == 0 {
		return newAPIErrorf(40058, "invalid Request Parameter: empty body")
	}
	if err := json.Unmarshal(r.body, v); err != nil {
		return newAPIErrorf(40058, "Warning: wrong json format. invalid Request Parameter")
	}
	return nil
}
