{{- /* 52: leaves room for the hash that Kubernetes adds to labels of StatefulSets, and for -gateway. */}}
{{- define "tailrace.name" -}}
{{- $chart := default .Chart.Name .Values.nameOverride }}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name $chart) (contains $chart .Release.Name) }}
{{- default $name .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "tailrace.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Labels of objects. Pods have none that a new chart changes: that would restart them. */}}
{{- define "tailrace.labels" -}}
{{ include "tailrace.selector" . }}
{{ include "tailrace.releaseLabels" . }}
{{- end }}

{{- define "tailrace.releaseLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* A separate name: selectors of instances must not match gateways. */}}
{{- define "tailrace.gatewaySelector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tailrace.gatewayLabels" -}}
{{ include "tailrace.gatewaySelector" . }}
{{ include "tailrace.releaseLabels" . }}
{{- end }}

{{- define "tailrace.serviceAccount" -}}
{{ ternary (default (include "tailrace.name" .) .Values.serviceAccount.name) (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create }}
{{- end }}

{{- define "tailrace.image" -}}
{{- $i := .Values.image }}
{{- $repository := required "image.repository: missing (expected: REGISTRY/tailrace, an image that the cluster can pull)" $i.repository }}
{{- if $i.digest }}{{ $repository }}@{{ $i.digest }}{{ else }}{{ $repository }}:{{ default .Chart.AppVersion $i.tag }}{{ end }}
{{- end }}

{{- define "tailrace.bootstrapServers" -}}
{{ required "kafka.bootstrapServers: missing (expected: host:port, ...)" .Values.kafka.bootstrapServers }}
{{- end }}

{{- /* The CPU request, rounded up. Without a limit, the JVM sees all cores of the node. */}}
{{- define "tailrace.threads" -}}
{{- $cpu := dig "requests" "cpu" "" .Values.resources | toString }}
{{- if .Values.threads }}{{ int .Values.threads }}
{{- else if not $cpu }}2
{{- else if hasSuffix "m" $cpu }}{{ max 1 (div (add (trimSuffix "m" $cpu | int64) 999) 1000) }}
{{- else }}{{ max 1 (ceil (float64 $cpu) | int) }}
{{- end }}
{{- end }}

{{- /* Properties of the Kafka clients, and what instances and gateways need of the settings. */}}
{{- define "tailrace.settings" -}}
{{- $config := .Values.config }}
{{- range list (list "admin" "host") (list "admin" "port") (list "admin" "token") }}
{{- if hasKey (default dict (get $config (first .))) (last .) }}
{{- fail (printf "config.%s: set (expected: absent; the chart sets it: service.port, console.tokenSecret)" (join "." .)) }}
{{- end }}
{{- end }}
{{- if hasKey $config "state_dir" }}{{ fail "config.state_dir: set (expected: absent; it is the volume of persistence)" }}{{ end }}
{{- $kafka := merge (dict "bootstrap.servers" (include "tailrace.bootstrapServers" .)) .Values.kafka.properties }}
{{- if .Values.kafka.caSecret }}{{ $_ := set $kafka "ssl.truststore.type" "PEM" }}{{ end }}
{{- $own := dict "kafka" $kafka }}
{{- if .Values.strimzi.enabled }}{{ $_ := set $own "topics" (dict "create" false) }}{{ end }}
{{- mergeOverwrite $own (deepCopy $config) | toYaml }}
{{- end }}

{{- define "tailrace.config" -}}
{{- $own := dict "state_dir" "/var/lib/tailrace" "threads" (include "tailrace.threads" . | int) "admin" (dict "host" "0.0.0.0" "port" (int .Values.service.port)) }}
{{- if .Values.bootstrapPolicies }}{{ $_ := set $own "policies" (dict "bootstrap" "/etc/tailrace/policies.yaml") }}{{ end -}}
tailrace.yaml: |
  {{- mergeOverwrite $own (include "tailrace.settings" . | fromYaml) | toYaml | nindent 2 }}
{{- with .Values.bootstrapPolicies }}
policies.yaml: |
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Without the settings of instances: their change does not restart gateways. */}}
{{- define "tailrace.gatewayConfig" -}}
{{- $all := include "tailrace.settings" . | fromYaml }}
{{- range list "threads" "policies" "decision_wait" "decision_wait_after_root_received" "verdict_retention" "buffer" "operations" "commit_interval" "processing_guarantee" }}
{{- $_ := unset $all . }}
{{- end -}}
tailrace.yaml: |
  {{- $all | toYaml | nindent 2 }}
{{- end }}

{{- /* Secret with the login. Strimzi makes one for its KafkaUser, in the namespace of that. */}}
{{- define "tailrace.userSecret" -}}
{{- $s := .Values.strimzi }}
{{- if .Values.kafka.userSecret }}{{ .Values.kafka.userSecret }}
{{- else if and $s.enabled $s.createUser }}{{ $s.user }}
{{- end }}
{{- end }}

{{- define "tailrace.gatewayUserSecret" -}}
{{- $s := .Values.strimzi }}
{{- if .Values.gateway.userSecret }}{{ .Values.gateway.userSecret }}
{{- else if and $s.enabled $s.createUser $s.gatewayUser }}{{ $s.gatewayUser }}
{{- end }}
{{- end }}

{{- define "tailrace.loginEnv" -}}
- name: TAILRACE_KAFKA_SASL_JAAS_CONFIG
  valueFrom: {secretKeyRef: {name: {{ .secret }}, key: {{ .key }}}}
{{- end }}

{{- /* What all processes have. */}}
{{- define "tailrace.commonEnv" -}}
- name: TAILRACE_ADMIN_HOST
  value: 0.0.0.0
- name: TAILRACE_LOG_FORMAT
  value: {{ .Values.logFormat }}
{{- with .Values.kafka.caSecret }}
- name: TAILRACE_KAFKA_SSL_TRUSTSTORE_CERTIFICATES
  valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $.Values.kafka.caSecretKey }}}}
{{- end }}
{{- end }}

{{- /* Variables without duplicates: the last of a name wins. */}}
{{- define "tailrace.env" -}}
{{- $last := dict }}
{{- range . }}{{ $_ := set $last .name . }}{{ end }}
{{- $out := list }}
{{- range . }}
{{- if hasKey $last .name }}
{{- $out = append $out (get $last .name) }}
{{- $_ := unset $last .name }}
{{- end }}
{{- end }}
{{- toYaml $out }}
{{- end }}

{{- define "tailrace.apart" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- . | nindent 12 }}
{{- end }}

{{- /* Where pods run: values of the instances or of the gateway. */}}
{{- define "tailrace.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
  {{- if .values.affinity }}
  {{- toYaml .values.affinity | nindent 2 }}
  {{- else }}
  {{- include "tailrace.apart" .selector | nindent 2 }}
  {{- end }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints: {{- toYaml . | nindent 2 }}
{{- end }}
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

{{- /* Topic that gateways write: the first by name with encoding otlp_proto. */}}
{{- define "tailrace.gatewayTopic" -}}
{{- $found := "" }}
{{- $default := dig "ingest" "encoding" "otlp_proto" .Values.config }}
{{- range dig "topics" "ingest" "otlp_spans" .Values.config | splitList "," }}
{{- $parts := splitList "=" . }}
{{- $encoding := ternary (last $parts | trim) $default (gt (len $parts) 1) }}
{{- $name := first $parts | trim }}
{{- if and (not $found) (eq $encoding "otlp_proto") (not (hasPrefix "^" $name)) }}{{ $found = $name }}{{ end }}
{{- end }}
{{- $found }}
{{- end }}
