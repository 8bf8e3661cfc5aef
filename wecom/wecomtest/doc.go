// Package wecomtest is a WeCom (企业微信) in a box: a stateful, strict simulator
// of the server API, the sign-in pages, the callbacks and the client that
// members look at.
//
// It exists so that a program written for WeCom can be tested, demonstrated and
// developed without a company account. In a test:
//
//	sim := wecomtest.New(t)
//	sim.AddCorp(wecomtest.Corp{ID: "ww1", Name: "Acme"})
//	sim.AddApp(wecomtest.App{CorpID: "ww1", AgentID: 1000002, Name: "Interviews", Secret: "s"})
//	sim.AddMember(wecomtest.Member{CorpID: "ww1", UserID: "zhangsan", Name: "张三"})
//	// point the program at sim.URL() instead of https://qyapi.weixin.qq.com
//
// As a program it is cmd/wecomsim, or any server that is given a *Server as its
// handler: the zero value works.
//
// The wire format follows WeCom's own pages, not the client beside this
// package, so that the two cannot agree on a mistake. Where WeCom's pages are
// silent or disagree, the choice made here is written in
// docs/simulator-differences.md.
//
// The package imports the standard library only, and not the package testing,
// so that it can be linked into a program.
package wecomtest
