// Command torture lets people type in rooms of the product while its processes are killed and its
// connections are cut, and fails on the first difference between what was acknowledged, what is
// stored and what people see.
package main

import (
	"context"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/torture"
)

// options are the flags of the program.
type options struct {
	Seed     uint64        `default:"1" help:"Of the people and the faults."`
	Rooms    int           `default:"10" help:"Rooms, each with two interviewers and a candidate."`
	Edits    int           `default:"300" help:"Edits of each person."`
	Interval time.Duration `default:"50ms" help:"Mean time between two edits of a person. The product accepts 40 edits a second."`
	Kills    int           `default:"2" help:"Processes that are killed (SIGKILL) and started again."`
	Restarts int           `default:"1" help:"Processes that are stopped (SIGTERM) and started again."`
	CutAfter int           `default:"50000" help:"Mean bytes after which a connection is cut; 0 for never."`
	Delay    time.Duration `default:"20ms" help:"Maximum delay of each piece of a connection; one in 50 is delayed by 600 ms more."`
	Timeout  time.Duration `default:"10m" help:"Time after which the run has failed."`

	cluster.Flags `embed:""`
}

func main() {
	cluster.Main(context.Background(), "torture", func(ctx context.Context) error {
		var o options
		kong.Parse(&o, kong.Name("torture"), kong.Description("People type in rooms while processes are killed and connections are cut and delayed."))
		return run(ctx, o)
	})
}

func run(ctx context.Context, o options) error {
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	report, err := torture.Run(ctx, torture.Options{
		Seed: o.Seed, Rooms: o.Rooms, Edits: o.Edits, Interval: o.Interval, Replicas: o.Replicas, DatabaseURL: o.DatabaseURL,
		Kills: o.Kills, Restarts: o.Restarts, CutAfter: o.CutAfter, Delay: o.Delay,
		Replica: replica, Logger: o.Logger(), Logs: o.ProcessLogs(), Progress: os.Stdout,
	})
	if err != nil {
		return err
	}
	return o.PrintReport(report, report.Violations)
}
