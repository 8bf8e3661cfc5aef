// Package wecomtest is a stateful, strict simulator of WeCom (企业微信): the
// server API, the sign-in pages, the callbacks and the client UI.
//
// Use it to test, demonstrate and develop programs for WeCom without a company
// account. In a test:
//
//	sim := wecomtest.New(t)
//	sim.AddCorp(wecomtest.Corp{ID: "ww1", Name: "Acme"})
//	sim.AddApp(wecomtest.App{CorpID: "ww1", AgentID: 1000002, Name: "Interviews", Secret: "s"})
//	sim.AddMember(wecomtest.Member{CorpID: "ww1", UserID: "zhangsan", Name: "张三"})
//	// use sim.URL() as the base URL instead of https://qyapi.weixin.qq.com
//
// It also runs as the program cmd/wecomsim, and in any HTTP server with a
// *Server as its handler: the zero value is ready to use.
//
// The wire format follows WeCom's documentation rather than the client beside
// this package, so that the two cannot share a mistake. Where the documentation
// is silent or contradictory, docs/simulator-differences.md describes the
// choice.
//
// The package has no dependencies outside this module and the standard library, and does not
// import the package testing, so that programs can link it.
package wecomtest
