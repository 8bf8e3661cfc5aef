package deploycheck

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// readUnit returns the values of each directive of a unit.
func readUnit(t *testing.T, file string) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for line := range strings.Lines(readFile(t, file)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			values[name] = append(values[name], value)
		}
	}
	return values
}

func TestUnits(t *testing.T) {
	for name, command := range map[string]string{"huimian": "serve", "huimian-runner": "runner"} {
		t.Run(name, func(t *testing.T) {
			file := "deploy/systemd/" + name + ".service"
			unit := readUnit(t, file)
			var variables []string
			for _, pair := range unit["Environment"] {
				variable, _, _ := strings.Cut(pair, "=")
				variables = append(variables, variable)
			}
			checkVariables(t, file, command, variables)
			checkCommand(t, file, command)
			if got := strings.Join(unit["ExecStart"], "\n"); got != "/opt/huimian/huimian "+command {
				t.Errorf("starts %q", got)
			}
			want := map[string]string{"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": "", "StateDirectory": name}
			if command == "runner" {
				want["Delegate"] = "yes" // control groups
				for _, hidden := range []string{"ProtectKernelTunables", "ProtectKernelLogs", "ProtectControlGroups", "ProcSubset", "ProtectProc", "RestrictNamespaces", "PrivateUsers"} {
					if unit[hidden] != nil {
						t.Errorf("%s= prevents the sandbox", hidden)
					}
				}
			}
			for directive, value := range want {
				if got := unit[directive]; len(got) != 1 || got[0] != value {
					t.Errorf("%s is %q, want %q", directive, got, value)
				}
			}
		})
	}
}

// addDropIn adds a file to the drop-ins of a unit.
func addDropIn(t *testing.T, unit, file string) {
	t.Helper()
	folder := unit + ".d"
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "tls.conf"), []byte(readFile(t, file)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The drop-in for TLS sets settings of the server, and adds one capability.
func TestTLSDropIn(t *testing.T) {
	const file = "deploy/systemd/huimian-tls.conf"
	unit := readUnit(t, file)
	var variables []string
	for _, pair := range unit["Environment"] {
		variable, _, _ := strings.Cut(pair, "=")
		variables = append(variables, variable)
	}
	if len(variables) != 2 {
		t.Errorf("the drop-in sets %v", variables)
	}
	checkVariables(t, file, "serve", variables)
	for _, directive := range []string{"AmbientCapabilities", "CapabilityBoundingSet"} {
		if got := strings.Join(unit[directive], " "); got != "CAP_NET_BIND_SERVICE" {
			t.Errorf("%s is %q", directive, got)
		}
	}
}

// systemd accepts the units, with a program that exists.
func TestUnitsAreValid(t *testing.T) {
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	for _, name := range []string{"huimian.service", "huimian-runner.service"} {
		text := strings.ReplaceAll(readFile(t, "deploy/systemd/"+name), "/opt/huimian/huimian", "/bin/true")
		dir := t.TempDir()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "huimian.service" {
			addDropIn(t, file, "deploy/systemd/huimian-tls.conf")
		}
		if out, err := exec.CommandContext(t.Context(), verify, "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
