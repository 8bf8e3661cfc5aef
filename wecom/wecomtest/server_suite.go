package wecomtest

import (
	"context"
)

// VerifySuite verifies both callback addresses of a suite, as the provider's console does on
// saving. The receive id is the provider's company, which also replaces $CORPID$.
//
// https://developer.work.weixin.qq.com/document/path/90595
func (s *Server) VerifySuite(ctx context.Context, suiteID string) error {
	s.init()
	return s.suite.VerifySuite(ctx, suiteID)
}

// AddSuite adds a third-party application, or replaces its settings. It has no
// ticket yet: PushTicket sends the first, PushDueTickets the next ones.
func (s *Server) AddSuite(su Suite) {
	s.init()
	s.suite.AddSuite(su)
}

// PushTicket creates a new suite_ticket and sends it to the instruct address, as
// the button of the provider's console does. It returns when it was taken.
//
// https://developer.work.weixin.qq.com/document/path/90628
func (s *Server) PushTicket(ctx context.Context, suiteID string) error {
	s.init()
	return s.suite.PushTicket(ctx, suiteID)
}

// PushDueTickets sends the tickets that are due by the simulated clock: to every
// suite that has had one, when ten minutes have passed since. After a longer
// time that is one and not several, as only the newest is of use.
func (s *Server) PushDueTickets(ctx context.Context) error {
	s.init()
	return s.suite.PushDueTickets(ctx)
}

// SuiteTicket returns the newest ticket, for tests that receive nothing; empty
// before the first.
func (s *Server) SuiteTicket(suiteID string) string {
	s.init()
	return s.suite.SuiteTicket(suiteID)
}

// Install installs a suite as an administrator does from the market: create_auth
// brings the instruct address a code to exchange for the permanent one. The
// application is agentID in the company and sees all of it.
//
// https://developer.work.weixin.qq.com/document/path/100964
func (s *Server) Install(ctx context.Context, suiteID, corpID, adminUserID string, agentID int64) error {
	s.init()
	return s.suite.Install(ctx, suiteID, corpID, adminUserID, agentID)
}

// FollowInstall walks through the page of an installation that began at the
// provider's site, given its address, and returns where it leads back to, with
// auth_code and state. Such an installation sends no create_auth.
//
// https://developer.work.weixin.qq.com/document/path/90597
func (s *Server) FollowInstall(installURL, corpID, adminUserID string, agentID int64) (string, error) {
	s.init()
	return s.suite.FollowInstall(installURL, corpID, adminUserID, agentID)
}

// Uninstall removes a suite from a company: cancel_auth follows, its tokens and
// its permanent code are invalid.
func (s *Server) Uninstall(ctx context.Context, suiteID, corpID string) error {
	s.init()
	return s.suite.Uninstall(ctx, suiteID, corpID)
}

// SuiteSignInCode creates a code for a member of any company as the sign-in pages
// of a suite would. It is empty for an unknown suite or member.
//
// https://developer.work.weixin.qq.com/document/path/91120
func (s *Server) SuiteSignInCode(suiteID, corpID, userID string) string {
	s.init()
	return s.suite.SuiteSignInCode(suiteID, corpID, userID)
}

// RevokeSuiteTokens ends the tokens of a suite before their time, as WeCom may
// do: calls are answered with 40082. It returns how many died.
func (s *Server) RevokeSuiteTokens(suiteID string) int {
	s.init()
	return s.suite.RevokeSuiteTokens(suiteID)
}

// ChangeRange changes what a suite sees of a company, as an administrator does:
// change_auth follows. All three empty means the whole company.
func (s *Server) ChangeRange(ctx context.Context, suiteID, corpID string, users []string, parties, tags []int64) error {
	s.init()
	return s.suite.ChangeRange(ctx, suiteID, corpID, users, parties, tags)
}

// RunSuites performs WeCom's periodic work for suites until ctx ends: it sends
// each its first ticket, with retries until it is accepted, then one every ten
// minutes of the simulated clock, and create_auth for the installations of a
// file once the first ticket has been taken.
func (s *Server) RunSuites(ctx context.Context) {
	s.init()
	s.suite.RunSuites(ctx)
}

// Suites lists the third-party applications by id.
func (s *Server) Suites() []Suite {
	s.init()
	return s.suite.Suites()
}
