package bench

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db/dbtest"
)

const (
	rounds    = 41
	sendsEach = 150
	quickEach = 1500
)

// TestTable runs all measurements and prints the table. It fails on wrong
// counts; a time that misses its target is only marked.
func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	var b strings.Builder
	b.WriteString("\n| client | cold storm: gettoken / lost | 42001: gettoken / lost | 40014: gettoken / lost |\n|---|---|---|---|\n")
	for i := range newClients("", nil)[1:] {
		writeTokenRow(t, &b, i+1)
	}
	if os.Getenv(dbtest.PostgresURLEnv) != "" {
		got := runProcesses(t)
		fmt.Fprintf(&b, "\n4 processes on one PostgreSQL, 1,000 messages: %d gettoken, %d lost\n", got.gettokens, got.lost)
	}
	writeCostRows(&b, "send, warm", 1.15, 40, sendCosts(t, rounds, sendsEach))
	writeCostRows(&b, "callback: verify, decrypt, read", 0.9, 100, receiveCosts(t, rounds, quickEach))
	writeCostRows(&b, "JS-SDK signature, warm ticket", 1.2, 0, signatureCosts(t, rounds, 4*quickEach))
	fmt.Println(b.String())
}

func writeTokenRow(t *testing.T, b *strings.Builder, which int) {
	open := func(base string) client { return newClients(base, http.RoundTripper(newWideTransport()))[which] }
	cold, expired, invalid := runTokenStorm(t, open), runTokenRejection(t, 42001, open), runTokenRejection(t, 40014, open)
	fmt.Fprintf(b, "| %s | %d / %d | %d / %d | %d / %d |\n", newClients("", nil)[which].name,
		cold.gettokens, cold.lost, expired.gettokens, expired.lost, invalid.gettokens, invalid.lost)
}

// writeCostRows writes one table; the floor is the row with ratio 1.
func writeCostRows(b *strings.Builder, what string, maxRatio, maxAllocs float64, costs map[string]cost) {
	fmt.Fprintf(b, "\n| %s | CPU, × the floor | CPU each | allocations |\n|---|---|---|---|\n", what)
	for _, name := range []string{floorName, "sha1, AES, encoding/xml", ourName, "xen0n/go-workwx v2.0.0-alpha.1", "silenceper/wechat v2.1.14"} {
		c, measured := costs[name]
		if !measured {
			continue
		}
		note := ""
		if name == ourName && (c.ratio > maxRatio || maxAllocs > 0 && c.allocs > maxAllocs) {
			note = fmt.Sprintf(" (above the target of %.2f and %.0f allocations)", maxRatio, maxAllocs)
		}
		fmt.Fprintf(b, "| %s | %.2f%s | %v | %.0f |\n", name, c.ratio, note, c.each, c.allocs)
	}
}
