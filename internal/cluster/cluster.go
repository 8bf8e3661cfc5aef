// Package cluster runs processes of the product on one database, with a load balancer in front and
// the simulator of WeCom beside them. It is for programs and tests that put the product under
// faults or load; production programs do not link it.
package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Options describe a cluster. Replica is required.
type Options struct {
	// Replica returns the command of a process that calls ServeReplica. Its environment is set.
	Replica     func(ctx context.Context) *exec.Cmd
	Replicas    int       // processes; more than one needs PostgreSQL. 0 is one
	DatabaseURL string    // an empty database; "": a temporary SQLite file
	Members     []string  // userids of the company beside the recruiters
	Recruiters  []string  // userids of members with the rights of an administrator; required
	Logs        io.Writer // of the processes; nil discards

	Faults Faults // of the built-in load balancer
	Nginx  string // path of nginx, which is used in place of the built-in load balancer; "" for none
}

// ErrReplicas is returned for more than one process on SQLite.
var ErrReplicas = errors.New("more than one process needs PostgreSQL: give the URL of an empty database")

// IsPostgres reports whether the database is on PostgreSQL.
func (o *Options) IsPostgres() bool { return strings.HasPrefix(o.DatabaseURL, "postgres") }

// Cluster is the running product.
type Cluster struct {
	Processes []*Process
	Balancer  *Balancer // nil with nginx

	options Options
	dir     string
	front   front
	company *company
	addressCounter
}

// front is the load balancer.
type front interface {
	publicURL() string
	// markReady and markEnded bracket the time in which a process accepts connections.
	markReady(address string)
	markEnded(address string)
	closeFront() error
}

// Start starts the simulator of WeCom, the load balancer and the processes. The caller closes the
// cluster also after an error.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	o.Replicas = cmp.Or(o.Replicas, 1)
	if o.Logs == nil {
		o.Logs = io.Discard
	}
	c := &Cluster{options: o}
	if o.Replicas > 1 && !o.IsPostgres() {
		return c, ErrReplicas
	}
	var err error
	if c.dir, err = os.MkdirTemp("", "huimian-cluster"); err != nil {
		return c, fmt.Errorf("creating a temporary folder: %w", err)
	}
	addresses, err := freeAddresses(ctx, o.Replicas)
	if err != nil {
		return c, err
	}
	if err := c.startFront(ctx, addresses); err != nil {
		return c, err
	}
	if c.company, err = newCompany(c.URL(), o.Recruiters, o.Members); err != nil {
		return c, err
	}
	for n, address := range addresses {
		process := c.newProcess(n, address)
		c.Processes = append(c.Processes, process)
		if err := process.startProcess(ctx); err != nil { // one after the other: the first migrates the database
			return c, err
		}
	}
	return c, nil
}

func (c *Cluster) startFront(ctx context.Context, addresses []string) error {
	if c.options.Nginx != "" {
		front, err := startNginx(ctx, c.options.Nginx, c.dir, addresses)
		if err != nil {
			return err
		}
		c.front = front
		return nil
	}
	balancer, err := newBalancer(ctx, c.options.Faults)
	if err != nil {
		return err
	}
	c.Balancer, c.front = balancer, balancer
	return nil
}

// URL returns the address of the load balancer.
func (c *Cluster) URL() string { return c.front.publicURL() }

// Database returns sqlite or postgres.
func (c *Cluster) Database() string {
	if c.options.IsPostgres() {
		return "postgres"
	}
	return "sqlite"
}

// Replace ends a process, by SIGKILL or by SIGTERM as an upgrade does, and starts it again.
func (c *Cluster) Replace(ctx context.Context, p *Process, isKill bool) error {
	c.front.markEnded(p.address)
	end := p.stopProcess
	if isKill {
		end = p.killProcess
	}
	if err := end(); err != nil {
		return err
	}
	return p.startProcess(ctx)
}

// Close ends all parts and removes the files.
func (c *Cluster) Close() error {
	var errs []error
	for _, process := range c.Processes {
		errs = append(errs, process.killProcess())
	}
	if c.front != nil {
		errs = append(errs, c.front.closeFront())
	}
	if c.company != nil {
		c.company.wecom.Close()
	}
	if c.dir != "" {
		errs = append(errs, os.RemoveAll(c.dir))
	}
	return errors.Join(errs...)
}
