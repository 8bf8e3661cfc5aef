package deploycheck

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// object is what the test knows about every manifest.
type object struct {
	Kind     string
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	text string
}

// newType returns an empty object of each kind that the chart may contain. ServiceMonitor is
// not one of Kubernetes' types.
var newType = map[string]func() any{
	"Deployment": func() any { return new(appsv1.Deployment) }, "Service": func() any { return new(corev1.Service) },
	"Job": func() any { return new(batchv1.Job) }, "Ingress": func() any { return new(networkingv1.Ingress) },
	"NetworkPolicy": func() any { return new(networkingv1.NetworkPolicy) }, "PodDisruptionBudget": func() any { return new(policyv1.PodDisruptionBudget) },
	"ServiceMonitor": func() any { return new(map[string]any) },
}

// chartValues are the values that an installation must set.
const chartValues = `
publicURL: https://interview.example.com
companyName: 云杉科技
wecom: {corpID: ww0123456789abcdef, agentID: 1000002}
administrators: [LinYue, ChenMo]
existingSecret: huimian
trustedProxies: [10.0.0.0/8]
image: {tag: "1.0"}
files: {existingClaim: huimian-files}
ingress: {tlsSecret: huimian-tls}
runner: {existingSecret: huimian-runner}
`

// render renders the chart and decodes each manifest strictly: a field that Kubernetes does
// not have is an error.
func render(t *testing.T, values string, more ...string) (map[string]object, error) {
	t.Helper()
	chart, err := loader.LoadDir(filepath.Join(root, "deploy/helm/huimian"))
	if err != nil {
		t.Fatal(err)
	}
	merged := chartutil.Values{}
	for _, text := range append([]string{values}, more...) {
		v, err := chartutil.ReadValues([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		merged = chartutil.CoalesceTables(v, merged)
	}
	all, err := chartutil.ToRenderValues(chart, merged, chartutil.ReleaseOptions{Name: "hm", Namespace: "hr", IsInstall: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := engine.Render(chart, all)
	if err != nil {
		return nil, err
	}
	objects := map[string]object{}
	for name, file := range files {
		for _, text := range strings.Split(file, "\n---\n") {
			if strings.HasSuffix(name, ".yaml") && strings.TrimSpace(text) != "" {
				o := decode(t, name, text)
				objects[o.Kind+" "+o.Metadata.Name] = o
			}
		}
	}
	return objects, nil
}

func decode(t *testing.T, name, text string) object {
	t.Helper()
	o := object{text: text}
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	create := newType[o.Kind]
	if create == nil {
		t.Fatalf("%s has a %q\n%s", name, o.Kind, text)
	}
	if err := yaml.UnmarshalStrict([]byte(text), create()); err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
	}
	return o
}

func mustRender(t *testing.T, more ...string) map[string]object {
	t.Helper()
	objects, err := render(t, chartValues, more...)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// read decodes an object of the rendered chart.
func read[T any](t *testing.T, objects map[string]object, name string) T {
	t.Helper()
	var v T
	o, ok := objects[name]
	if !ok {
		t.Fatalf("there is no %s in %v", name, slices.Sorted(maps.Keys(objects)))
	}
	if err := yaml.Unmarshal([]byte(o.text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Settings and commands in the chart exist, and no container has privileges.
func TestChartNamesExist(t *testing.T) {
	objects := mustRender(t, "settings: {HUIMIAN_MAIL_HOST: smtp.example.com:587}", "serviceMonitor: {enabled: true, labels: {release: prometheus}}")
	pods := map[string]corev1.PodSpec{
		"serve":   read[appsv1.Deployment](t, objects, "Deployment hm").Spec.Template.Spec,
		"runner":  read[appsv1.Deployment](t, objects, "Deployment hm-runner").Spec.Template.Spec,
		"migrate": read[batchv1.Job](t, objects, "Job hm-migrate").Spec.Template.Spec,
	}
	for command, pod := range pods {
		c := pod.Containers[0]
		if !slices.Equal(c.Args, []string{command}) {
			t.Errorf("%s has the arguments %v", command, c.Args)
		}
		checkCommand(t, "the chart", command)
		var names []string
		for _, v := range c.Env {
			names = append(names, v.Name)
			if v.Value == "" {
				t.Errorf("%s: %s is empty", command, v.Name)
			}
		}
		checkVariables(t, "the chart", command, names)
		if s := c.SecurityContext; *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || !slices.Contains(s.Capabilities.Drop, "ALL") || !*pod.SecurityContext.RunAsNonRoot || *pod.AutomountServiceAccountToken {
			t.Errorf("%s is not hardened: %+v %+v", command, s, pod.SecurityContext)
		}
		for _, mount := range c.VolumeMounts {
			if !slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name }) {
				t.Errorf("%s mounts %s, which is no volume", command, mount.Name)
			}
		}
	}
	if len(objects) != 9 {
		t.Errorf("the chart has %v", slices.Sorted(maps.Keys(objects)))
	}
}

// Services, probes and policies refer to ports and Pods that exist.
func TestChartReferences(t *testing.T) {
	objects := mustRender(t)
	server := read[appsv1.Deployment](t, objects, "Deployment hm")
	labels, container := server.Spec.Template.Labels, server.Spec.Template.Spec.Containers[0]
	ports := map[string]bool{}
	for _, p := range container.Ports {
		ports[p.Name] = true
	}
	service := read[corev1.Service](t, objects, "Service hm")
	for _, p := range service.Spec.Ports {
		if !ports[p.TargetPort.String()] {
			t.Errorf("the service leads to the port %s", p.TargetPort.String())
		}
	}
	for name, selector := range map[string]map[string]string{
		"Service": service.Spec.Selector, "Deployment": server.Spec.Selector.MatchLabels,
		"PodDisruptionBudget": read[policyv1.PodDisruptionBudget](t, objects, "PodDisruptionBudget hm").Spec.Selector.MatchLabels,
		"NetworkPolicy":       read[networkingv1.NetworkPolicy](t, objects, "NetworkPolicy hm").Spec.PodSelector.MatchLabels,
	} {
		if !maps.Equal(selector, labels) {
			t.Errorf("%s selects %v, the Pods have %v", name, selector, labels)
		}
	}
	if got := container.ReadinessProbe.HTTPGet.Path + container.LivenessProbe.HTTPGet.Path; got != "/readyz/healthz" {
		t.Errorf("the probes request %s", got)
	}
	rule := read[networkingv1.Ingress](t, objects, "Ingress hm").Spec.Rules[0]
	if rule.Host != "interview.example.com" || rule.HTTP.Paths[0].Backend.Service.Name != service.Name {
		t.Errorf("the ingress has the rule %+v", rule)
	}
	if hook := objects["Job hm-migrate"].Metadata.Annotations["helm.sh/hook"]; hook != "pre-install,pre-upgrade" {
		t.Errorf("the migration is the hook %q", hook)
	}
}

// Runners have neither the server's Secret nor its labels, and no way to the Internet.
func TestChartSeparatesTheRunner(t *testing.T) {
	objects := mustRender(t)
	runner := read[appsv1.Deployment](t, objects, "Deployment hm-runner").Spec.Template
	if from := runner.Spec.Containers[0].EnvFrom; len(from) != 1 || from[0].SecretRef.Name != "huimian-runner" || strings.Contains(objects["Deployment hm-runner"].text, "WECOM") {
		t.Errorf("the runner has the settings of %+v", from)
	}
	policy := read[networkingv1.NetworkPolicy](t, objects, "NetworkPolicy hm-runner")
	if !maps.Equal(policy.Spec.PodSelector.MatchLabels, runner.Labels) || len(policy.Spec.PolicyTypes) != 2 || len(policy.Spec.Ingress) != 0 {
		t.Errorf("the policy is %+v", policy.Spec)
	}
	for _, rule := range policy.Spec.Egress {
		if len(rule.To) == 0 || len(rule.Ports) == 0 {
			t.Errorf("the runner may connect to %+v", rule)
		}
	}
	if off := mustRender(t, "runner: {enabled: false}"); off["Deployment hm-runner"].Kind != "" || !strings.Contains(off["Deployment hm"].text, "value: off") && !strings.Contains(off["Deployment hm"].text, `value: "off"`) {
		t.Error("runner.enabled is false, and the sandbox is not off")
	}
}

// A value that is missing or does not fit is an error with a sentence.
func TestChartRequiresValues(t *testing.T) {
	for values, want := range map[string]string{
		`publicURL: ""`: "publicURL is required",
		"publicURL: http://interview.example.com": "must begin with https://",
		`companyName: ""`:                         "companyName is required",
		`wecom: {corpID: ""}`:                     "wecom.corpID is required",
		`existingSecret: ""`:                      "existingSecret is required",
		`image: {tag: ""}`:                        "image.tag is required",
		`files: {existingClaim: ""}`:              "files.existingClaim is required",
		`ingress: {tlsSecret: ""}`:                "ingress.tlsSecret is required",
		`runner: {existingSecret: ""}`:            "runner.existingSecret is required",
		"networkPolicy: {databaseTo: []}":         "networkPolicy.databaseTo is required",
	} {
		if _, err := render(t, chartValues, values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", values, err, want)
		}
	}
	if _, err := render(t, chartValues, `files: {existingClaim: ""}`, "replicas: 1"); err != nil {
		t.Errorf("one replica without a claim: %v", err)
	}
	objects := mustRender(t, `files: {existingClaim: ""}`, "settings: {HUIMIAN_FILES_S3_BUCKET: huimian}")
	for _, v := range read[appsv1.Deployment](t, objects, "Deployment hm").Spec.Template.Spec.Containers[0].Env {
		if v.Name == "HUIMIAN_FILES_DIR" {
			t.Error("the chart sets a folder and a bucket")
		}
	}
}
