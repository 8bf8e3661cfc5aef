package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Applications on the command line share the corp id and the URLs, and no secrets.
func TestReadWeComSettings(t *testing.T) {
	t.Setenv("HUIMIAN_WECOM_CORP_ID", "ww1")
	t.Setenv("HUIMIAN_WECOM_AGENT_ID", "1000002")
	t.Setenv("HUIMIAN_WECOM_SECRET", "first")
	t.Setenv("HUIMIAN_WECOM_BASE_URL", "http://127.0.0.1:1")
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("second\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUIMIAN_WECOM_CONTACT_SYNC_SECRET_FILE", path)

	w, err := ReadWeComSettings("")
	if err != nil || w.CorpID != "ww1" || w.AgentID != 1000002 || w.Secret != "first" {
		t.Errorf("product: %+v, %v", w, err)
	}
	w, err = ReadWeComSettings("contact-sync")
	if err != nil || w.CorpID != "ww1" || w.AgentID != 0 || w.Secret != "second" || w.BaseURL != "http://127.0.0.1:1" {
		t.Errorf("named application: %+v, %v", w, err)
	}
	if w, err = ReadWeComSettings("other"); err != nil || w.Secret != "" {
		t.Errorf("a name without settings has a secret: %v, %v", w.Secret != "", err)
	}
	t.Setenv("HUIMIAN_WECOM_OTHER_AGENT_ID", "many")
	if _, err = ReadWeComSettings("other"); err == nil || !strings.Contains(err.Error(), "HUIMIAN_WECOM_OTHER_AGENT_ID") {
		t.Errorf("invalid agent id: %v", err)
	}
}
