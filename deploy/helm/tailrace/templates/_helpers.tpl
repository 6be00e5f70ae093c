{{- define "tailrace.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}
{{- end }}

{{- define "tailrace.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tailrace.labels" -}}
{{ include "tailrace.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tailrace.bootstrapServers" -}}
{{ required "kafka.bootstrapServers: missing (expected: host:port, ...)" .Values.kafka.bootstrapServers }}
{{- end }}

{{- define "tailrace.gatewaySelector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tailrace.gatewayLabels" -}}
{{ include "tailrace.gatewaySelector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Names of ingest topics in the setting, without patterns and encodings, separated by spaces. */}}
{{- define "tailrace.ingestTopics" -}}
{{- $names := list }}
{{- range dig "topics" "ingest" "otlp_spans" .Values.config | splitList "," }}
{{- $name := splitList "=" . | first | trim }}
{{- if regexMatch "^[a-zA-Z0-9._-]+$" $name }}
{{- $names = append $names $name }}
{{- end }}
{{- end }}
{{- join " " $names }}
{{- end }}
