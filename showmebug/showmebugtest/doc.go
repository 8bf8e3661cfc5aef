// Package showmebugtest is a ShowMeBug in a box: a stateful simulator of the
// Open API, the consent page, the webhooks, and the pages that interviewers,
// candidates and operators look at.
//
// It exists so that a program written for ShowMeBug can be tested, demonstrated
// and developed without an account. In a test:
//
//	sim := showmebugtest.New(t)
//	sim.AddTeam(showmebugtest.Team{Name: "Acme", ClientID: "key", ClientSecret: "secret", CallbackURL: address})
//	// point the program at sim.URL() instead of https://www.showmebug.com
//	uid := …                   // the program creates an interview
//	sim.StartInterview(uid)
//	sim.EndInterview(uid, 5)   // interview_ended has been sent once when this returns
//	sim.Advance(time.Minute)   // the repeats after 15, 15 and 30 s, if it was refused
//
// As a program it is any server that is given a *Server as its handler: the zero
// value works.
//
// The wire format follows what ShowMeBug's pages say, not the client beside this
// package, so that the two cannot agree on a mistake. Much of those pages is not
// public; what had to be guessed is marked in docs/showmebug-simulator.md, and
// the guesses that matter can be switched (Errors, TokenLifetime, QuestionsKey, …).
//
// The package imports the standard library only, and not the package testing,
// so that it can be linked into a program.
package showmebugtest
