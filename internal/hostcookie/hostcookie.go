// Package hostcookie names and creates the product's cookies. Where the public URL is
// https, names have the prefix __Host-: browsers then accept the cookie from this host
// only, with Secure, the path / and no Domain, so that another host of the same domain
// cannot set it.
package hostcookie

import "net/http"

const prefix = "__Host-"

// Cookies creates cookies for a public URL.
type Cookies struct {
	Secure bool // the public URL is https
}

// Name returns the name of a cookie in the browser.
func (c Cookies) Name(name string) string {
	if c.Secure {
		return prefix + name
	}
	return name
}

// New returns a cookie for all paths. It expires after maxAge seconds; a negative
// maxAge deletes it.
func (c Cookies) New(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure wherever the public URL is https
		Name: c.Name(name), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode,
	}
}

// Value returns the value of a cookie, or "".
func (c Cookies) Value(r *http.Request, name string) string {
	return value(r, c.Name(name))
}

// Unprefixed returns the value of a cookie that a version before the prefix has set, or
// "". Where names have no prefix, there is none.
func (c Cookies) Unprefixed(r *http.Request, name string) string {
	if !c.Secure {
		return ""
	}
	return value(r, name)
}

// ClearUnprefixed deletes a cookie that a version before the prefix has set for a path.
func (c Cookies) ClearUnprefixed(w http.ResponseWriter, name, path string) {
	deleted := c.New(name, "", -1) //nolint:gosec // it has the attributes of New
	deleted.Name, deleted.Path = name, path
	http.SetCookie(w, deleted)
}

func value(r *http.Request, name string) string {
	found, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return found.Value
}
