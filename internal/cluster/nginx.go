package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
)

// nginxTemplate has the settings of docs/operations.md, except that the clients send their own
// addresses.
var nginxTemplate = template.Must(template.New("nginx").Parse(`daemon off;
master_process on;
worker_processes 1;
worker_rlimit_nofile 65536;
{{if .Root}}user root;
{{end}}pid {{.Dir}}/nginx.pid;
error_log {{.Dir}}/nginx-error.log;
events { worker_connections 32768; }
http {
    access_log off;
    client_body_temp_path {{.Dir}}/client_body;
    proxy_temp_path {{.Dir}}/proxy;
    fastcgi_temp_path {{.Dir}}/fastcgi;
    uwsgi_temp_path {{.Dir}}/uwsgi;
    scgi_temp_path {{.Dir}}/scgi;
    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }
    upstream huimian {
{{- range .Servers}}
        server {{.}} max_fails=0;
{{- end}}
    }
    server {
        listen {{.Listen}} backlog=4096;
        client_max_body_size 11m;
        location / {
            proxy_pass http://huimian;
            proxy_http_version 1.1;
            proxy_connect_timeout 2s;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Forwarded-For $http_x_forwarded_for;
            proxy_read_timeout 1h;
        }
    }
}
`))

// nginx is a process of nginx that forwards requests to all processes of the product, also to
// those that are ended: it passes a request that one does not accept to the next.
type nginx struct {
	address string
	command *exec.Cmd
	ended   chan struct{}
}

func startNginx(ctx context.Context, program, dir string, servers []string) (*nginx, error) {
	addresses, err := freeAddresses(ctx, 1)
	if err != nil {
		return nil, err
	}
	var config strings.Builder
	err = nginxTemplate.Execute(&config, struct {
		Root    bool
		Dir     string
		Listen  string
		Servers []string
	}{os.Geteuid() == 0, dir, addresses[0], servers})
	if err != nil {
		return nil, fmt.Errorf("writing the configuration of nginx: %w", err)
	}
	file, log := filepath.Join(dir, "nginx.conf"), filepath.Join(dir, "nginx-error.log")
	if err := os.WriteFile(file, []byte(config.String()), 0o600); err != nil {
		return nil, fmt.Errorf("writing the configuration of nginx: %w", err)
	}
	command := exec.CommandContext(context.WithoutCancel(ctx), program, "-p", dir, "-e", log, "-c", file) // #nosec G204 -- a path of the command line
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting nginx: %w", err)
	}
	n := &nginx{address: addresses[0], command: command, ended: make(chan struct{})}
	go func() {
		_ = command.Wait() // killed, or seen by awaitStart
		close(n.ended)
	}()
	if err := awaitStart(ctx, n.ended, n.isListening); err != nil {
		reason, _ := os.ReadFile(log) // #nosec G304 -- of this process; without a reason the error is still true
		return nil, errors.Join(fmt.Errorf("starting nginx: %w: %s", err, reason), n.closeFront())
	}
	return n, nil
}

func (n *nginx) isListening(ctx context.Context) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", n.address)
	return err == nil && conn.Close() == nil
}

func (n *nginx) publicURL() string { return "http://" + n.address }

func (n *nginx) markReady(string) {}

func (n *nginx) markEnded(string) {}

func (n *nginx) closeFront() error {
	if err := n.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping nginx: %w", err)
	}
	<-n.ended
	return nil
}

// FindNginx returns the path of nginx, which Debian installs outside of a user's PATH.
func FindNginx() (path string, err error) {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("finding nginx (Debian: apt-get install nginx-light): %w", err)
}
