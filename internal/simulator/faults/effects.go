package faults

import (
	"net/http"
	"time"
)

// Delay waits for d of real time. It reports false when one of the channels is closed first: the
// caller has disconnected or the simulator is being stopped, and the call has no effect.
func Delay(d time.Duration, disconnected, stopped <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-disconnected:
	case <-stopped:
	}
	return false
}

// ProxyPage returns the HTML error page of a gateway.
func ProxyPage(status int) []byte {
	return []byte("<html>\r\n<head><title>" + http.StatusText(status) + "</title></head>\r\n<body></body>\r\n</html>\r\n")
}

// WriteProxyPage answers with the HTML error page of a gateway.
func WriteProxyPage(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = w.Write(ProxyPage(status))
}

// WriteSlowly writes a reply in ten parts over a duration. It stops when the client has
// disconnected, which makes the next write fail.
func WriteSlowly(w http.ResponseWriter, body []byte, total time.Duration) {
	flush := http.NewResponseController(w)
	beat := time.NewTicker(total / 10)
	defer beat.Stop()
	size := len(body)/10 + 1
	for len(body) > 0 {
		n := min(size, len(body))
		if _, err := w.Write(body[:n]); err != nil || flush.Flush() != nil {
			return
		}
		body = body[n:]
		<-beat.C
	}
}
