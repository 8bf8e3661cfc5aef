// Package showmebugtest is a stateful simulator of ShowMeBug: the Open API, the
// consent page, the webhooks, and the pages of interviewers, candidates and the
// operator.
//
// Use it to test, demonstrate and develop programs for ShowMeBug without an
// account. In a test:
//
//	sim := showmebugtest.New(t)
//	sim.AddTeam(showmebugtest.Team{Name: "Acme", ClientID: "key", ClientSecret: "secret", CallbackURL: address})
//	// use sim.URL() as the base URL instead of https://www.showmebug.com
//	uid := …                   // the program creates an interview
//	sim.StartInterview(uid)
//	sim.EndInterview(uid, 5)   // returns after the first attempt to send interview_ended
//	sim.Advance(time.Minute)   // retries after 15, 15 and 30 s, if the receiver refused it
//
// It also runs in any HTTP server with a *Server as its handler: the zero value
// is ready to use.
//
// The wire format follows ShowMeBug's documentation rather than the client
// beside this package, so that the two cannot share a mistake. Much of that
// documentation is not public; docs/showmebug-simulator.md lists the guesses,
// and fields of Server change the important ones (Errors, TokenLifetime,
// QuestionsKey, …).
//
// The package has no dependencies outside this module and the standard library, and does not
// import the package testing, so that programs can link it.
package showmebugtest
