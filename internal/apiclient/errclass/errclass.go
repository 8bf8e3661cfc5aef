// Package errclass groups the errors of an API by the action that they require. Each public client
// exports the classes that its service can return.
package errclass

import "errors"

// Class groups errors by how to react to them.
type Class int

// All classes of both clients.
const (
	Unknown    Class = iota // not a documented error, or an error of another package
	Retry                   // the service is busy: the same call may succeed later
	Token                   // the token was rejected, and so was a newly fetched one
	Limit                   // called too often, or a quota per time is exhausted
	Quota                   // what was bought is used up
	Config                  // a setting here or at the service is wrong
	Consent                 // the account's owner has to authorize the application again
	Argument                // the request is invalid
	Permission              // the application lacks a permission
	State                   // the object is gone, used up, or in another state
	Final                   // permanent failure
	Network                 // no response, or an unreadable one
)

var names = [...]string{"unknown", "retry", "token", "limit", "quota", "config", "consent", "argument",
	"permission", "state", "final", "network"}

// String returns the class in lower case, such as "retry", and "unknown" for a value without a name.
func (c Class) String() string {
	if c < 0 || int(c) >= len(names) {
		return names[Unknown]
	}
	return names[c]
}

// Of returns the class of err: classOf of the first E in its chain, Argument for an F, a request that was
// refused before it was sent, and Unknown for nil and for all other errors.
func Of[E, F error](err error, classOf func(E) Class) Class {
	if e, ok := errors.AsType[E](err); ok {
		return classOf(e)
	}
	if _, ok := errors.AsType[F](err); ok {
		return Argument
	}
	return Unknown
}
