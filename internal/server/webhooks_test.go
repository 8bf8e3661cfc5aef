package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestWebhooks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ada := f.SignIn("ada")
		made := apptest.DecodeBody[integration.NewWebhook](ada.Call("POST", "/api/webhooks", map[string]any{
			"url": "https://example.com/hooks", "eventTypes": []string{"candidate.created"}, "description": "ATS",
		}), http.StatusCreated)
		if !strings.HasPrefix(made.Secret, "whsec_") || made.State != "enabled" {
			t.Errorf("made %+v", made)
		}
		path := "/api/webhooks/" + made.ID
		if body := string(ada.Call("GET", path, nil).Body); strings.Contains(body, "whsec_") || !strings.Contains(body, "candidate.created") {
			t.Errorf("read back %s", body)
		}
		got := apptest.DecodeBody[integration.Webhook](ada.Call("PATCH", path, map[string]any{"enabled": false, "eventTypes": []string{}}), http.StatusOK)
		if got.State != "disabled" || len(got.EventTypes) != 0 || got.Description != "ATS" {
			t.Errorf("changed %+v", got)
		}
		turned := apptest.DecodeBody[integration.NewWebhook](ada.Call("POST", path+"/rotate", nil), http.StatusOK)
		if turned.Secret == made.Secret || turned.OldSecretUntil == nil {
			t.Errorf("rotated %+v", turned)
		}
		sent := apptest.DecodeBody[integration.WebhookDelivery](ada.Call("POST", path+"/test", nil), http.StatusAccepted)
		log := apptest.DecodeBody[resource.List[integration.WebhookDelivery]](ada.Call("GET", path+"/deliveries", nil), http.StatusOK)
		if len(log.Items) != 1 || log.Items[0].ID != sent.ID || log.Items[0].Type != "webhook.test" {
			t.Errorf("log %+v", log)
		}
		apptest.DecodeBody[integration.WebhookDelivery](ada.Call("POST", "/api/webhook-deliveries/"+sent.ID+"/resend", nil), http.StatusAccepted)
		apptest.WantProblem(ada.Call("POST", "/api/webhooks", map[string]any{"url": "https://10.0.0.1/"}), http.StatusUnprocessableEntity, "error.fields")

		for _, who := range []*apptest.Browser{f.SignIn("rosa"), f.SignIn("lin")} {
			apptest.WantProblem(who.Call("GET", "/api/webhooks", nil), http.StatusForbidden, "webhook.for_administrators")
			apptest.WantProblem(who.Call("POST", path+"/rotate", nil), http.StatusForbidden, "webhook.for_administrators")
		}
		eve := f.SignInTo("other", "eve")
		for _, ask := range []string{"GET " + path, "DELETE " + path, "POST " + path + "/rotate", "POST " + path + "/test",
			"GET " + path + "/deliveries", "POST /api/webhook-deliveries/" + sent.ID + "/resend"} {
			method, address, _ := strings.Cut(ask, " ")
			apptest.WantProblem(eve.Call(method, address, nil), http.StatusNotFound, "error.not_found")
		}
		if got := ada.Call("DELETE", path, nil); got.Status != http.StatusNoContent {
			t.Errorf("deleting: %d %s", got.Status, got.Body)
		}
		apptest.WantProblem(ada.Call("GET", path, nil), http.StatusNotFound, "error.not_found")
	})
}
