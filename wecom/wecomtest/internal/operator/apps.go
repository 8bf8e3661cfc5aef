package operator

import (
	"context"
	"errors"
	"fmt"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// setAppAddresses changes where an application can be reached, for programs that
// take a free port each time they start. A field that is absent stays; the
// callback address is taken as verified.
func (s *Service) setAppAddresses(_ context.Context, in struct {
	agentRef
	CallbackURL *string `json:"callbackUrl"`
	HomeURL     *string `json:"homeUrl"`
}) (any, error) {
	for _, address := range []*string{in.CallbackURL, in.HomeURL} {
		if address != nil && *address != "" && !core.IsHTTPURL(*address) {
			return nil, fmt.Errorf("%q does not begin with http:// or https://", *address)
		}
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	a := s.FindApp(in.CorpID, in.AgentID)
	if a == nil {
		return nil, core.ErrNotFound
	}
	if in.CallbackURL != nil {
		if _, err := core.DecodeAESKey(a.EncodingAESKey); err != nil && *in.CallbackURL != "" {
			return nil, errors.New("the application has no EncodingAESKey")
		}
		a.CallbackURL = *in.CallbackURL
	}
	if in.HomeURL != nil {
		a.HomeURL, a.TrustedDomains = *in.HomeURL, nil // then the host of the home page is trusted
	}
	s.NotifyChange(core.Change{Kind: "directory", CorpID: in.CorpID})
	return nil, nil
}
