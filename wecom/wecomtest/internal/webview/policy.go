package webview

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// scriptHash returns the source expression of an inline script in a content security policy.
func scriptHash(script string) string {
	if script == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(script))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// relaxPolicy changes a policy as little as the web view needs: the page may be
// framed (another policy limits by which origins), the one script with this hash may
// run, and the application's origin is replaced by that of the proxy.
func relaxPolicy(policy, hash string, app *url.URL, mine string) string {
	proxyHost := strings.TrimPrefix(mine, "http://")
	var out []string
	effective := -1 // which directive rules inline scripts
	for directive := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
		name = strings.ToLower(name)
		switch name {
		case "", "frame-ancestors", "upgrade-insecure-requests":
			continue
		case "script-src-elem":
			effective = len(out)
		case "script-src":
			if effective < 0 || !strings.HasPrefix(out[effective], "script-src-elem") {
				effective = len(out)
			}
		case "default-src":
			if effective < 0 {
				effective = len(out)
			}
		}
		out = append(out, strings.TrimSpace(name+" "+swapHosts(value, app, proxyHost)))
	}
	if effective >= 0 && hash != "" {
		out[effective] = allowScript(out[effective], hash)
	}
	return strings.Join(out, "; ")
}

// swapHosts replaces the application by the proxy in a source list.
func swapHosts(value string, app *url.URL, proxyHost string) string {
	sources := strings.Fields(value)
	for i, source := range sources {
		switch source {
		case "http://" + app.Host, "https://" + app.Host:
			sources[i] = "http://" + proxyHost
		case "ws://" + app.Host, "wss://" + app.Host:
			sources[i] = "ws://" + proxyHost
		case app.Host:
			sources[i] = proxyHost
		}
	}
	return strings.Join(sources, " ")
}

// allowScript adds a hash to a directive. Where inline scripts are allowed
// anyway it must not: a hash would forbid the others. A default-src gets a
// script-src beside it, so that only scripts are touched.
func allowScript(directive, hash string) string {
	name, value, _ := strings.Cut(directive, " ")
	sources := strings.Fields(value)
	strict := slices.ContainsFunc(sources, func(s string) bool {
		return strings.HasPrefix(s, "'nonce-") || strings.HasPrefix(s, "'sha") || s == "'strict-dynamic'"
	})
	if slices.Contains(sources, "'unsafe-inline'") && !strict {
		return directive
	}
	sources = append(slices.DeleteFunc(sources, func(s string) bool { return s == "'none'" }), hash)
	if name == "default-src" {
		return directive + "; script-src " + strings.Join(sources, " ")
	}
	return name + " " + strings.Join(sources, " ")
}
