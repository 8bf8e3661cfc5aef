package customers

import (
	"context"
	"fmt"
	"net/http"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
)

// SendKFImage implements the method of wecomtest.Server.
func (s *Service) SendKFImage(ctx context.Context, corpID, externalUserID, openKFID, name string, data []byte) error {
	kind := http.DetectContentType(data)
	if kind != "image/jpeg" && kind != "image/png" || len(data) > messaging.MediaLimits["image"] {
		return fmt.Errorf("send a picture to customer service: %s of %d bytes", kind, len(data))
	}
	s.Mu.Lock()
	out, err := s.addKFImage(corpID, externalUserID, openKFID, &core.MediaFile{Kind: "image", Name: name, Mime: kind, Data: data})
	s.Mu.Unlock()
	if err != nil {
		return err
	}
	return s.DeliverAll(ctx, out)
}

func (s *Service) addKFImage(corpID, externalUserID, openKFID string, f *core.MediaFile) ([]*core.PendingCallback, error) {
	corp, ok := s.CorpStates[corpID]
	if !ok || corp.External.KFAccounts[openKFID] == nil {
		return nil, fmt.Errorf("send a picture to customer service: there is no account %q", openKFID)
	}
	k := corp.External.KFAccounts[openKFID]
	talk, entered := k.Conversations.Get(externalUserID)
	if !entered {
		return nil, fmt.Errorf("send a picture to customer service: %q has not entered %q", externalUserID, openKFID)
	}
	talk.LastWroteAt, talk.ReplyCount = s.CurrentTime(), 0
	id := s.Messaging.StoreMedia(&core.Request{Corp: corp}, f)
	return s.appendKFEntry(corp, k, map[string]any{"open_kfid": k.ID, "external_userid": externalUserID,
		"origin": 3, "msgtype": "image", "image": map[string]any{"media_id": id}}), nil
}
