package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// putApp changes an application, for example its addresses when a program takes a free port each time
// it starts, or adds one if the request has a secret. A field that is absent keeps its value; the
// callback address is taken as verified.
func (s *Service) putApp(_ context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.App{}, body)
	if err != nil {
		return nil, err
	}
	var given struct {
		HomeURL        *string         `json:"homeUrl"`
		TrustedDomains json.RawMessage `json:"trustedDomains"`
	}
	if err := json.Unmarshal(body, &given); err != nil {
		return nil, err
	}
	s.Mu.Lock()
	old := s.FindApp(in.CorpID, in.AgentID)
	if old != nil {
		in, err = webpage.Merge(old.App, body)
		if given.HomeURL != nil && given.TrustedDomains == nil {
			in.TrustedDomains = nil // then the host of the home page is trusted
		}
	}
	s.Mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case !s.hasCorp(in.CorpID), in.AgentID == 0, old == nil && in.Secret == "":
		return nil, core.ErrNotFound
	}
	if err := checkApp(&in); err != nil {
		return nil, err
	}
	s.AddApp(in)
	return nil, nil
}

func checkApp(a *model.App) error {
	for _, address := range []string{a.CallbackURL, a.HomeURL} {
		if address != "" && !core.IsHTTPURL(address) {
			return fmt.Errorf("%q does not begin with http:// or https://", address)
		}
	}
	if a.Secret == "" {
		return errors.New("secret is empty")
	}
	if _, err := core.DecodeAESKey(a.EncodingAESKey); err != nil && a.CallbackURL != "" {
		return errors.New("the application has no EncodingAESKey")
	}
	return nil
}
