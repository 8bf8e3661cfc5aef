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

// maxBody bounds a request body. WeCom has a bound (40206) but no figure.
const maxBody = 4 << 20

// request is one call of the API while it is being answered.
type request struct {
	server      *Server
	path        string // of the endpoint
	query       url.Values
	body        []byte
	contentType string
	ip          string
	corp        *corpState
	app         *appState
	suite       *suiteState // whose token it is, if a suite calls
	later       []*outgoing // the events that follow from the call
	after       func(context.Context)
}

// caller says whose token an endpoint accepts.
type caller int

const (
	anyToken    caller = iota
	appOnly            // the token of a real application
	contactOnly        // the token of the contact sync helper
	noToken
)

type endpoint struct {
	post   bool
	caller caller
	handle func(*Server, *request) (any, *apiError)
	// empty is what a failing reply still carries beside errcode and errmsg.
	empty any
}

var endpoints = map[string]endpoint{
	"gettoken":          {caller: noToken, handle: (*Server).getToken},
	"get_api_domain_ip": {handle: (*Server).domainIPs, empty: ipReply{[]string{}}},
	"getcallbackip":     {handle: (*Server).callbackIPs, empty: ipReply{[]string{}}},

	"user/create":       {post: true, caller: contactOnly, handle: (*Server).createUser},
	"user/update":       {post: true, caller: contactOnly, handle: (*Server).updateUser},
	"user/delete":       {caller: contactOnly, handle: (*Server).deleteUser},
	"user/batchdelete":  {post: true, caller: contactOnly, handle: (*Server).deleteUsers},
	"department/create": {post: true, caller: contactOnly, handle: (*Server).createDepartment},
	"department/update": {post: true, caller: contactOnly, handle: (*Server).updateDepartment},
	"department/delete": {caller: contactOnly, handle: (*Server).deleteDepartment},

	"user/authsucc":          {handle: (*Server).authSucc},
	"user/convert_to_openid": {post: true, handle: (*Server).toOpenID},
	"user/convert_to_userid": {post: true, handle: (*Server).fromOpenID},
	"get_launch_code":        {post: true, caller: appOnly, handle: (*Server).launchCode},

	"tag/create":      {post: true, handle: (*Server).createTag},
	"tag/update":      {post: true, handle: (*Server).updateTag},
	"tag/delete":      {handle: (*Server).deleteTag},
	"tag/get":         {handle: (*Server).getTag},
	"tag/list":        {handle: (*Server).listTags},
	"tag/addtagusers": {post: true, handle: (*Server).addTagUsers},
	"tag/deltagusers": {post: true, handle: (*Server).delTagUsers},

	"message/send":                 {post: true, caller: appOnly, handle: (*Server).sendMessage},
	"message/update_template_card": {post: true, caller: appOnly, handle: (*Server).updateCard},
	"message/recall":               {post: true, caller: appOnly, handle: (*Server).recallMessage},

	"user/get":        {handle: (*Server).getUser},
	"user/list":       {handle: (*Server).listUsers, empty: userListReply{[]userReply{}}},
	"user/simplelist": {handle: (*Server).simpleListUsers, empty: simpleListReply{[]simpleUser{}}},
	"user/list_id":    {post: true, caller: contactOnly, handle: (*Server).listUserIDs},

	"department/list":       {handle: (*Server).listDepartments, empty: departmentListReply{[]departmentReply{}}},
	"department/simplelist": {handle: (*Server).simpleListDepartments, empty: departmentIDReply{[]departmentID{}}},
	"department/get":        {handle: (*Server).getDepartment},

	"auth/getuserinfo":         {caller: appOnly, handle: (*Server).getUserInfo},
	"auth/getuserdetail":       {post: true, caller: appOnly, handle: (*Server).getUserDetail},
	"user/getuserid":           {post: true, handle: (*Server).userIDByMobile},
	"user/get_userid_by_email": {post: true, handle: (*Server).userIDByEmail},
	"agent/set":                {post: true, caller: appOnly, handle: (*Server).setAgent},
	"user/getuserinfo":         {caller: appOnly, handle: (*Server).getUserInfoOld},

	"get_jsapi_ticket": {caller: appOnly, handle: (*Server).corpTicket},
	"ticket/get":       {caller: appOnly, handle: (*Server).appTicket},

	"oa/calendar/add":             {post: true, caller: appOnly, handle: (*Server).addCalendar},
	"oa/calendar/update":          {post: true, caller: appOnly, handle: (*Server).updateCalendar},
	"oa/calendar/get":             {post: true, caller: appOnly, handle: (*Server).getCalendars},
	"oa/calendar/del":             {post: true, caller: appOnly, handle: (*Server).deleteCalendar},
	"oa/schedule/add":             {post: true, caller: appOnly, handle: (*Server).addSchedule},
	"oa/schedule/update":          {post: true, caller: appOnly, handle: (*Server).updateSchedule},
	"oa/schedule/get":             {post: true, caller: appOnly, handle: (*Server).getSchedules},
	"oa/schedule/del":             {post: true, caller: appOnly, handle: (*Server).deleteSchedule},
	"oa/schedule/add_attendees":   {post: true, caller: appOnly, handle: (*Server).addAttendees},
	"oa/schedule/del_attendees":   {post: true, caller: appOnly, handle: (*Server).delAttendees},
	"oa/schedule/get_by_calendar": {post: true, caller: appOnly, handle: (*Server).listSchedules},

	"appchat/create": {post: true, caller: appOnly, handle: (*Server).createChat},
	"appchat/update": {post: true, caller: appOnly, handle: (*Server).updateChat},
	"appchat/get":    {caller: appOnly, handle: (*Server).getChat},
	"appchat/send":   {post: true, caller: appOnly, handle: (*Server).sendChat},

	"media/get/jssdk":                {caller: appOnly, handle: (*Server).getVoice},
	"media/upload_by_url":            {post: true, caller: appOnly, handle: (*Server).uploadByURL},
	"media/get_upload_by_url_result": {post: true, caller: appOnly, handle: (*Server).urlJobResult},
	"media/upload":                   {post: true, handle: (*Server).uploadMedia},
	"media/uploadimg":                {post: true, caller: appOnly, handle: (*Server).uploadImage},
	"media/get":                      {caller: appOnly, handle: (*Server).getMedia},

	"meeting/create":                    {post: true, caller: appOnly, handle: (*Server).createMeeting},
	"meeting/update":                    {post: true, caller: appOnly, handle: (*Server).updateMeeting},
	"meeting/cancel":                    {post: true, caller: appOnly, handle: (*Server).cancelMeeting},
	"meeting/get_info":                  {post: true, caller: appOnly, handle: (*Server).getMeeting},
	"meeting/get_user_meetingid":        {post: true, caller: appOnly, handle: (*Server).listMeetings},
	"meeting/create_customer_short_url": {post: true, caller: appOnly, handle: (*Server).personalMeetingLink},

	"oa/gettemplatedetail": {post: true, caller: appOnly, handle: (*Server).getApprovalTemplate},
	"oa/applyevent":        {post: true, caller: appOnly, handle: (*Server).applyForApproval},
	"oa/getapprovaldetail": {post: true, caller: appOnly, handle: (*Server).getApproval},

	"batch/invite":       {post: true, handle: (*Server).invite},
	"batch/syncuser":     {post: true, caller: contactOnly, handle: (*Server).syncUsers},
	"batch/replaceuser":  {post: true, caller: contactOnly, handle: (*Server).replaceUsers},
	"batch/replaceparty": {post: true, caller: contactOnly, handle: (*Server).replaceParties},
	"batch/getresult":    {caller: contactOnly, handle: (*Server).batchResult},

	"agent/set_workbench_template":   {post: true, caller: appOnly, handle: (*Server).setWorkbenchTemplate},
	"agent/get_workbench_template":   {post: true, caller: appOnly, handle: (*Server).getWorkbenchTemplate},
	"agent/set_workbench_data":       {post: true, caller: appOnly, handle: (*Server).setWorkbenchData},
	"agent/batch_set_workbench_data": {post: true, caller: appOnly, handle: (*Server).setWorkbenchDataOfMany},
	"agent/get_workbench_data":       {post: true, caller: appOnly, handle: (*Server).getWorkbenchData},

	"webhook/send":         {post: true, caller: noToken, handle: (*Server).sendRobot},
	"webhook/upload_media": {post: true, caller: noToken, handle: (*Server).uploadRobotMedia},

	"externalcontact/get_follow_user_list": {caller: appOnly, handle: (*Server).followUsers},
	"externalcontact/list":                 {caller: appOnly, handle: (*Server).listCustomers},
	"externalcontact/get":                  {caller: appOnly, handle: (*Server).getCustomer},
	"externalcontact/remark":               {post: true, caller: appOnly, handle: (*Server).remarkCustomer},
	"externalcontact/add_contact_way":      {post: true, caller: appOnly, handle: (*Server).addContactWay},
	"externalcontact/get_contact_way":      {post: true, caller: appOnly, handle: (*Server).getContactWay},
	"externalcontact/del_contact_way":      {post: true, caller: appOnly, handle: (*Server).deleteContactWay},
	"externalcontact/send_welcome_msg":     {post: true, caller: appOnly, handle: (*Server).sendWelcome},

	"kf/account/list":        {post: true, caller: appOnly, handle: (*Server).listKFAccounts},
	"kf/account/add":         {post: true, caller: appOnly, handle: (*Server).addKFAccount},
	"kf/add_contact_way":     {post: true, caller: appOnly, handle: (*Server).kfLink},
	"kf/sync_msg":            {post: true, caller: appOnly, handle: (*Server).syncKF},
	"kf/send_msg":            {post: true, caller: appOnly, handle: (*Server).sendKF},
	"kf/service_state/get":   {post: true, caller: appOnly, handle: (*Server).kfState},
	"kf/service_state/trans": {post: true, caller: appOnly, handle: (*Server).moveKF},
	"kf/servicer/add":        {post: true, caller: appOnly, handle: (*Server).addServicers},
	"kf/servicer/del":        {post: true, caller: appOnly, handle: (*Server).delServicers},
	"kf/servicer/list":       {caller: appOnly, handle: (*Server).listServicers},
	"kf/send_msg_on_event":   {post: true, caller: appOnly, handle: (*Server).greetKF},

	"service/get_suite_token":                      {post: true, caller: noToken, handle: (*Server).suiteToken},
	"service/get_provider_token":                   {post: true, caller: noToken, handle: (*Server).providerToken},
	"service/get_corp_token":                       {post: true, caller: noToken, handle: bySuite((*Server).corpToken)},
	"service/get_pre_auth_code":                    {caller: noToken, handle: bySuite((*Server).preAuthCode)},
	"service/set_session_info":                     {post: true, caller: noToken, handle: bySuite((*Server).setSession)},
	"service/v2/get_permanent_code":                {post: true, caller: noToken, handle: bySuite((*Server).permanentCode)},
	"service/v2/get_auth_info":                     {post: true, caller: noToken, handle: bySuite((*Server).authInfo)},
	"service/auth/getuserinfo3rd":                  {caller: noToken, handle: bySuite((*Server).userInfo3rd)},
	"service/corpid_to_opencorpid":                 {post: true, caller: noToken, handle: (*Server).openCorpID},
	"batch/openuserid_to_userid":                   {post: true, caller: appOnly, handle: (*Server).fromOpenUserIDs},
	"service/auth/getuserdetail3rd":                {post: true, caller: noToken, handle: bySuite((*Server).userDetail3rd)},
	"externalcontact/from_service_external_userid": {post: true, caller: appOnly, handle: (*Server).fromServiceExternalID},
	"batch/userid_to_openuserid":                   {post: true, handle: (*Server).openUserIDs},
	"agent/get_admin_list":                         {post: true, caller: appOnly, handle: (*Server).listAdmins},

	"agent/get":   {caller: appOnly, handle: (*Server).getAgent},
	"agent/list":  {caller: appOnly, handle: (*Server).listAgents},
	"menu/create": {post: true, caller: appOnly, handle: (*Server).createMenu},
	"menu/get":    {caller: appOnly, handle: (*Server).getMenu},
	"menu/delete": {caller: appOnly, handle: (*Server).deleteMenu},
}

// serveAPI is the one way through which every call of the API goes: fault,
// token, body, handler, envelope, log.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	call := Call{Method: r.Method, Path: r.URL.Path, start: time.Now()}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxUpload+1))
	if err != nil {
		return
	}
	req := &request{server: s, path: name, query: r.URL.Query(), body: body, contentType: r.Header.Get("Content-Type"), ip: remoteIP(r)}
	call.describe(req)
	ep, known := endpoints[name]
	if !known {
		s.unknownPath(w, call)
		return
	}
	s.identify(req, &call)
	rule := s.matchFault(name, req)
	if !s.before(w, r, rule, &call) {
		return
	}
	reply, apiErr := s.run(ep, req, r.Method, rule)
	s.deliverLater(context.WithoutCancel(r.Context()), req.later)
	s.background(context.WithoutCancel(r.Context()), req.after)
	if f, ok := reply.(*mediaFile); ok && rule == nil {
		call.answered(req, nil, nil)
		call.Response = fmt.Sprintf("(%d bytes of %s)", len(f.data), f.mime)
		s.record(call)
		f.serve(w, r, "attachment")
		return
	}
	out := s.veil(req, s.envelope(ep, req, reply, apiErr))
	call.answered(req, out, apiErr)
	s.after(w, rule, out, apiErr, call)
}

// run answers the call with the state locked: the checks in WeCom's order, then
// the handler.
func (s *Server) run(ep endpoint, req *request, method string, rule *Rule) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rule != nil && rule.Errcode != 0 {
		return nil, &apiError{code: rule.Errcode, text: rule.Errmsg}
	}
	if ep.caller != noToken {
		if err := s.authenticate(req); err != nil {
			return nil, err
		}
	}
	s.unveil(req)
	if err := s.countCall(req); err != nil {
		return nil, err
	}
	if upload := strings.HasPrefix(req.contentType, "multipart/"); len(req.body) > maxUpload || (len(req.body) > maxBody && !upload) {
		return nil, fail(40206)
	}
	if ep.post && method != http.MethodPost {
		return nil, failf(40058, "invalid Request Parameter: POST is required")
	}
	switch {
	case ep.caller == appOnly && req.app.contacts, ep.caller == contactOnly && !req.app.contacts:
		return nil, fail(48002)
	}
	return ep.handle(s, req)
}

func (s *Server) countCall(req *request) *apiError {
	corp := ""
	if req.corp != nil {
		corp = req.corp.ID
	}
	if s.NoQuotas || s.quotas.calls(req.path, corp, req.ip, s.now()) {
		return nil
	}
	return fail(45009)
}

// identify notes whose token a call carries, for fault rules and the log, even
// if the call is then refused.
func (s *Server) identify(req *request, call *Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tokens.get(req.query.Get("access_token")); ok {
		req.corp, req.app = t.corp, t.app
	}
	s.seq++
	call.Seq, call.Time = s.seq, s.now()
}

// envelope is the JSON reply: errcode and errmsg, then the fields.
func (s *Server) envelope(ep endpoint, req *request, reply any, err *apiError) []byte {
	head := envelopeHead{Errmsg: "ok"}
	if err != nil {
		s.mu.Lock()
		head = envelopeHead{err.code, err.message(s.hint(), req.ip)}
		s.mu.Unlock()
		if reply == nil {
			reply = ep.empty
		}
	}
	if _, ok := reply.(headless); ok && err == nil {
		return encode(reply)
	}
	if m, ok := reply.(messenger); ok && err == nil {
		head.Errmsg = m.errmsg()
	}
	return joinObjects(head, reply)
}

// messenger is a reply whose success text is not "ok".
type messenger interface{ errmsg() string }

type envelopeHead struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

// joinObjects encodes two structs as one JSON object.
func joinObjects(head, tail any) []byte {
	out := encode(head)
	if tail == nil {
		return out
	}
	rest := encode(tail)
	if len(rest) <= 2 {
		return out
	}
	out[len(out)-1] = ','
	return append(out, rest[1:]...)
}

// encode is JSON without the HTML escapes that WeCom does not use either. The
// values encoded here are structs of this package, which cannot fail.
func encode(v any) []byte {
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
		h.Set("Error-Msg", err.headline())
	}
	_, _ = w.Write(out)
}

// unknownPath answers as WeCom does, 404 and nothing else, and fails the test.
func (s *Server) unknownPath(w http.ResponseWriter, call Call) {
	w.Header()["Content-Type"] = nil
	w.WriteHeader(http.StatusNotFound)
	call.Status = http.StatusNotFound
	s.mu.Lock()
	s.seq++
	call.Seq, call.Time = s.seq, s.now()
	tb := s.tb
	allowed := s.allowed[call.Path]
	s.mu.Unlock()
	s.record(call)
	if tb != nil && !allowed {
		tb.Errorf("wecomtest: %s %s is no path of WeCom that the simulator knows", call.Method, call.Path)
	}
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}

// decode reads the JSON body of a call. Broken JSON is 40058, with the remark
// that WeCom mixes into errmsg.
func (r *request) decode(v any) *apiError {
	if len(bytes.TrimSpace(r.body)) == 0 {
		return failf(40058, "invalid Request Parameter: empty body")
	}
	if err := json.Unmarshal(r.body, v); err != nil {
		return failf(40058, "Warning: wrong json format. invalid Request Parameter")
	}
	return nil
}
