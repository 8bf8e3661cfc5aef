package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestWebhooks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ada := w.signIn("ada")
		made := decodeBody[server.NewWebhook](ada.do("POST", "/api/webhooks", map[string]any{
			"url": "https://example.com/hooks", "eventTypes": []string{"candidate.created"}, "description": "ATS",
		}), http.StatusCreated)
		if !strings.HasPrefix(made.Secret, "whsec_") || made.State != "enabled" {
			t.Errorf("made %+v", made)
		}
		path := "/api/webhooks/" + made.ID
		if body := string(ada.do("GET", path, nil).body); strings.Contains(body, "whsec_") || !strings.Contains(body, "candidate.created") {
			t.Errorf("read back %s", body)
		}
		got := decodeBody[server.Webhook](ada.do("PATCH", path, map[string]any{"enabled": false, "eventTypes": []string{}}), http.StatusOK)
		if got.State != "disabled" || len(got.EventTypes) != 0 || got.Description != "ATS" {
			t.Errorf("changed %+v", got)
		}
		turned := decodeBody[server.NewWebhook](ada.do("POST", path+"/rotate", nil), http.StatusOK)
		if turned.Secret == made.Secret || turned.OldSecretUntil == nil {
			t.Errorf("rotated %+v", turned)
		}
		sent := decodeBody[server.WebhookDelivery](ada.do("POST", path+"/test", nil), http.StatusAccepted)
		log := decodeBody[resource.List[server.WebhookDelivery]](ada.do("GET", path+"/deliveries", nil), http.StatusOK)
		if len(log.Items) != 1 || log.Items[0].ID != sent.ID || log.Items[0].Type != "webhook.test" {
			t.Errorf("log %+v", log)
		}
		decodeBody[server.WebhookDelivery](ada.do("POST", "/api/webhook-deliveries/"+sent.ID+"/resend", nil), http.StatusAccepted)
		wantProblem(ada.do("POST", "/api/webhooks", map[string]any{"url": "https://10.0.0.1/"}), http.StatusUnprocessableEntity, "fault.fields")

		for _, who := range []*browser{w.signIn("rosa"), w.signIn("lin")} {
			wantProblem(who.do("GET", "/api/webhooks", nil), http.StatusForbidden, "webhook.for_administrators")
			wantProblem(who.do("POST", path+"/rotate", nil), http.StatusForbidden, "webhook.for_administrators")
		}
		eve := w.signInTo("other", "eve")
		for _, ask := range []string{"GET " + path, "DELETE " + path, "POST " + path + "/rotate", "POST " + path + "/test",
			"GET " + path + "/deliveries", "POST /api/webhook-deliveries/" + sent.ID + "/resend"} {
			method, address, _ := strings.Cut(ask, " ")
			wantProblem(eve.do(method, address, nil), http.StatusNotFound, "fault.not_found")
		}
		if got := ada.do("DELETE", path, nil); got.status != http.StatusNoContent {
			t.Errorf("deleting: %d %s", got.status, got.body)
		}
		wantProblem(ada.do("GET", path, nil), http.StatusNotFound, "fault.not_found")
	})
}
