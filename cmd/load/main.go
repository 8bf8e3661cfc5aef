// Command load puts the product under the load of a working day, prints what it takes, and fails
// when something that was confirmed is lost.
package main

import (
	"context"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/load"
)

// options are the flags of the program.
type options struct {
	Seed      uint64        `default:"1" help:"Of the people."`
	People    int           `default:"200" help:"Signed-in members, without those in rooms; one in 50 is a recruiter."`
	Reads     float64       `default:"20" help:"Requests for pages, a second."`
	Schedules float64       `default:"60" help:"Interviews that are scheduled, a minute."`
	Rooms     int           `default:"20" help:"Rooms, each with two interviewers and a candidate who type."`
	Interval  time.Duration `default:"2s" help:"Mean time between two edits of a person."`
	Duration  time.Duration `default:"1m" help:"Of the load, without the sign-ins before and the checks after it."`
	Restart   time.Duration `help:"Interval at which all processes are restarted, one after the other; 0 is never."`
	Nginx     bool          `help:"Put nginx in front of the processes, which must be installed; default: the built-in load balancer."`

	cluster.Flags `embed:""`
}

func main() {
	cluster.Main(context.Background(), "load", func(ctx context.Context) error {
		var o options
		kong.Parse(&o, kong.Name("load"), kong.Description("People read pages, schedule interviews and type in rooms at fixed rates."))
		return run(ctx, o)
	})
}

func run(ctx context.Context, o options) error {
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		return err
	}
	options := load.Options{
		Seed: o.Seed, People: o.People, Reads: o.Reads, Schedules: o.Schedules, Rooms: o.Rooms, Interval: o.Interval,
		Duration: o.Duration, Restart: o.Restart, Replicas: o.Replicas, DatabaseURL: o.DatabaseURL,
		Replica: replica, Logger: o.Logger(), Logs: o.ProcessLogs(), Progress: os.Stdout,
	}
	if o.Nginx {
		if options.Nginx, err = cluster.FindNginx(); err != nil {
			return err
		}
	}
	report, err := load.Run(ctx, options)
	if err != nil {
		return err
	}
	return o.PrintReport(report, report.Violations)
}
