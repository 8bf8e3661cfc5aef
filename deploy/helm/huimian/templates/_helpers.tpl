{{- define "huimian.labels" -}}
app.kubernetes.io/name: huimian
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "huimian.server" -}}
{{ include "huimian.labels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "huimian.runner" -}}
{{ include "huimian.labels" . }}
app.kubernetes.io/component: runner
{{- end }}

{{- define "huimian.host" -}}
{{- $url := urlParse (required "publicURL is required, such as https://interview.example.com" .Values.publicURL) -}}
{{- if ne $url.scheme "https" }}{{ fail "publicURL must begin with https://" }}{{ end -}}
{{- $url.host -}}
{{- end }}

{{- define "huimian.image" -}}
{{ .Values.image.repository }}:{{ required "image.tag is required" .Values.image.tag }}
{{- end }}

{{/* The environment of the server and of the migration. */}}
{{- define "huimian.environment" -}}
envFrom:
  - secretRef:
      name: {{ required "existingSecret is required" .Values.existingSecret }}
env:
  - name: HUIMIAN_PUBLIC_URL
    value: {{ .Values.publicURL | quote }}
  - name: HUIMIAN_COMPANY_NAME
    value: {{ required "companyName is required" .Values.companyName | quote }}
  - name: HUIMIAN_WECOM_CORP_ID
    value: {{ required "wecom.corpID is required" .Values.wecom.corpID | quote }}
  - name: HUIMIAN_WECOM_AGENT_ID
    value: {{ required "wecom.agentID is required" .Values.wecom.agentID | int64 | quote }}
  - name: HUIMIAN_ADMINISTRATORS
    value: {{ join "," .Values.administrators | quote }}
  - name: HUIMIAN_SANDBOX
    value: {{ ternary "runners" "off" .Values.runner.enabled }}
  - name: HUIMIAN_LISTEN
    value: ":8080"
  - name: HUIMIAN_METRICS_LISTEN
    value: ":9090"
  - name: HUIMIAN_TRUSTED_PROXIES
    value: {{ join "," .Values.trustedProxies | quote }}
  {{- if not .Values.settings.HUIMIAN_FILES_S3_BUCKET }}
  - name: HUIMIAN_FILES_DIR
    value: /var/lib/huimian/files
  {{- end }}
  # Endpoints are updated while the Pod stops: keep serving until then.
  - name: HUIMIAN_SHUTDOWN_DELAY
    value: 5s
  {{- range $name, $value := .Values.settings }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
{{- end }}

{{- define "huimian.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
{{- end }}

{{- define "huimian.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end }}
