package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/server/fileapi"
)

var (
	nginxFence    = regexp.MustCompile("(?s)```nginx\n(.*?)```")
	nginxComment  = regexp.MustCompile(`(?m)#.*$`)
	nginxVariable = regexp.MustCompile(`\$\w+`)
	nginxMap      = regexp.MustCompile(`map +\$\w+ +(\$\w+)`)
	nginxReplica  = regexp.MustCompile(`(?m)^ +server 127\.0\.0\.1:8080(.*);$`)
	nginxBodySize = regexp.MustCompile(`client_max_body_size (\d+)m;`)
)

// readNginxBlock returns the configuration of docs/operations.md.
func readNginxBlock(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := nginxFence.FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 1 {
		t.Fatalf("docs/operations.md has %d configurations of nginx", len(blocks))
	}
	return blocks[0][1]
}

// TestNginxBlock checks what can be checked without nginx.
func TestNginxBlock(t *testing.T) {
	block := nginxComment.ReplaceAllString(readNginxBlock(t), "")
	if opened, closed := strings.Count(block, "{"), strings.Count(block, "}"); opened != closed {
		t.Errorf("%d braces are opened and %d closed", opened, closed)
	}
	known := map[string]bool{"$http_upgrade": true, "$host": true, "$remote_addr": true} // of nginx itself
	for _, m := range nginxMap.FindAllStringSubmatch(block, -1) {
		known[m[1]] = true
	}
	for _, name := range nginxVariable.FindAllString(block, -1) {
		if !known[name] {
			t.Errorf("%s is not defined", name)
		}
	}
	size := nginxBodySize.FindStringSubmatch(block)
	if size == nil {
		t.Fatal("there is no client_max_body_size: the default is 1 MB")
	}
	if n, err := strconv.Atoi(size[1]); err != nil || n<<20 < fileapi.MaxUpload {
		t.Errorf("bodies of %d MB are accepted, and the server accepts %d bytes", n, fileapi.MaxUpload)
	}
	if m := nginxReplica.FindStringSubmatch(block); m == nil || !strings.Contains(m[1], "max_fails=0") {
		t.Errorf("the replicas have the parameters %q: a restart of all of them would cause 502 for 10 s", m)
	}
}

// findNginx returns the path of nginx. Without it the test is skipped.
func findNginx(t *testing.T) string {
	t.Helper()
	path, err := cluster.FindNginx()
	if err != nil {
		t.Skipf("the configuration is not run: %v", err)
	}
	return path
}

// startNginx runs nginx with the block for the replicas, on a Unix socket, and returns a
// client of it.
func startNginx(t *testing.T, program, block string, replicas ...string) *http.Client {
	t.Helper()
	dir, err := os.MkdirTemp("", "nginx") // t.TempDir can be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	block = strings.Replace(block, "# listen, server_name and ssl_certificate …", "listen unix:"+socket+";", 1)
	block = nginxReplica.ReplaceAllStringFunc(block, func(line string) string {
		var lines []string
		for _, address := range replicas {
			lines = append(lines, strings.Replace(line, "127.0.0.1:8080", address, 1))
		}
		return strings.Join(lines, "\n")
	})
	main := fmt.Sprintf("worker_processes 1;\npid %[1]s/pid;\nerror_log %[1]s/error.log;\nevents {}\nhttp {\naccess_log off;\n", dir)
	if os.Geteuid() == 0 {
		main = "user root;\n" + main // of the workers, which write to the directory
	}
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		main += fmt.Sprintf("%s_temp_path %s/%s;\n", name, dir, name)
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(main+block+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(ctx context.Context, args ...string) {
		t.Helper()
		args = append([]string{"-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", file}, args...)
		if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
			t.Fatalf("nginx %v: %v\n%s", args, err, out)
		}
	}
	run(t.Context(), "-t")
	run(t.Context()) // returns when the socket accepts connections
	t.Cleanup(func() { run(context.WithoutCancel(t.Context()), "-s", "stop") })
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
}

// serveReplica responds with the size of the body and the headers that the proxy sets,
// and echoes one message of a WebSocket.
func serveReplica(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/ws/rooms/1" {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return // the response has the error
		}
		defer func() { _ = conn.CloseNow() }()
		if kind, b, err := conn.Read(r.Context()); err == nil {
			_ = conn.Write(r.Context(), kind, b) // the client notices the loss
		}
		return
	}
	n, err := io.Copy(io.Discard, r.Body)
	_, _ = fmt.Fprint(w, n, " ", err, " ", r.Host, " ", r.Header.Get("X-Forwarded-For")) // the client notices the loss
}

func callNginx(t *testing.T, c *http.Client, method string, body []byte) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://interview.example.com/api/imports", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", "203.0.113.9")
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// TestNginxBlockRuns runs the configuration of docs/operations.md.
func TestNginxBlockRuns(t *testing.T) {
	program, block := findNginx(t), readNginxBlock(t)
	replica := httptest.NewServer(http.HandlerFunc(serveReplica))
	defer replica.Close()
	c := startNginx(t, program, block, replica.Listener.Addr().String())

	want := fmt.Sprintf("%d <nil> interview.example.com ", fileapi.MaxUpload)
	if status, text := callNginx(t, c, http.MethodPost, make([]byte, fileapi.MaxUpload)); status != http.StatusOK || !strings.HasPrefix(text, want) {
		t.Errorf("the largest file: status %d, %q", status, text)
	} else if strings.Contains(text, "203.0.113.9") {
		t.Errorf("the client's own X-Forwarded-For is passed on: %q", text)
	}
	conn, _, err := websocket.Dial(t.Context(), "ws://interview.example.com/ws/rooms/1", &websocket.DialOptions{HTTPClient: c})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	if err := conn.Write(t.Context(), websocket.MessageText, []byte("会面")); err != nil {
		t.Fatal(err)
	}
	if _, b, err := conn.Read(t.Context()); err != nil || string(b) != "会面" {
		t.Errorf("the socket received %q, %v", b, err)
	}
}

// restartReplica listens again on the address of a stopped replica.
func restartReplica(t *testing.T, address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	replica := httptest.NewUnstartedServer(http.HandlerFunc(serveReplica))
	_ = replica.Listener.Close() // in place of which the address is used
	replica.Listener = listener
	replica.Start()
	t.Cleanup(replica.Close)
}

// While a replica restarts, the others respond; after all of them have been stopped, the
// first that is back responds at once.
func TestNginxReplicas(t *testing.T) {
	program, block := findNginx(t), readNginxBlock(t)
	var addresses []string
	var replicas []*httptest.Server
	for range 2 {
		r := httptest.NewServer(http.HandlerFunc(serveReplica))
		replicas, addresses = append(replicas, r), append(addresses, r.Listener.Addr().String())
	}
	c := startNginx(t, program, block, addresses...)
	wantStatus := func(situation string, want int) {
		t.Helper()
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodGet, http.MethodPatch} {
			if status, text := callNginx(t, c, method, []byte("{}")); status != want {
				t.Errorf("%s: %s: status %d: %s", situation, method, status, text)
			}
		}
	}
	wantStatus("both replicas run", http.StatusOK)
	replicas[0].Close()
	wantStatus("the first is stopped", http.StatusOK)
	replicas[1].Close()
	wantStatus("both are stopped", http.StatusBadGateway)
	restartReplica(t, addresses[0])
	wantStatus("the first runs again", http.StatusOK)
}
