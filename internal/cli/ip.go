package cli

import (
	"context"

	"github.com/huimian/huimian/wecom"
)

type ipCommands struct {
	Callback callbackIPs `cmd:"" help:"IP addresses that WeCom sends callbacks from; allow them inbound."`
	API      apiIPs      `cmd:"" name:"api" help:"IP addresses of WeCom's API; allow them outbound."`
}

type callbackIPs struct{}

func (*callbackIPs) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]string, error) { return w.Server.GetCallbackIPs(ctx) }, singleColumnTable)
}

type apiIPs struct{}

func (*apiIPs) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]string, error) { return w.Server.GetAPIDomainIPs(ctx) }, singleColumnTable)
}
