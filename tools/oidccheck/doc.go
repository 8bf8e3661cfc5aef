// Package oidccheck contains the tests of the sign-in against an OpenID Connect provider.
package oidccheck
