package io.tailrace.serdes;

import io.tailrace.serdes.SpanDraft.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Extracts resource and scope attributes from the tags of a Zipkin span. Zipkin has neither:
 * OpenTelemetry exporters write both as tags of each span.
 */
final class ZipkinResource {
  /** The resource attributes that the Collector 0.155 extracts from the tags of a span. */
  private static final Set<String> ATTRIBUTES =
      Set.of(
          """
          aws.ecs.cluster.arn aws.ecs.container.arn aws.ecs.launchtype aws.ecs.task.arn
          aws.ecs.task.family aws.ecs.task.revision aws.eks.cluster.arn aws.log.group.arns
          aws.log.group.names aws.log.stream.arns aws.log.stream.names
          cloud.account.id cloud.availability_zone cloud.platform cloud.provider cloud.region
          cloud.resource_id
          container.id container.image.name container.image.tag container.name container.runtime
          deployment.environment
          device.id device.manufacturer device.model.identifier device.model.name
          faas.id faas.instance faas.max_memory faas.name faas.version
          host.arch host.id host.image.id host.image.name host.image.version host.name host.type
          k8s.cluster.name k8s.container.name k8s.container.restart_count k8s.cronjob.name
          k8s.cronjob.uid k8s.daemonset.name k8s.daemonset.uid k8s.deployment.name
          k8s.deployment.uid k8s.job.name k8s.job.uid k8s.namespace.name k8s.node.name k8s.node.uid
          k8s.pod.name k8s.pod.uid k8s.replicaset.name k8s.replicaset.uid k8s.statefulset.name
          k8s.statefulset.uid
          opencensus.exporterversion opencensus.resourcetype opencensus.starttime
          os.description os.name os.type os.version
          process.command process.command_args process.command_line process.executable.name
          process.executable.path process.owner process.pid process.runtime.description
          process.runtime.name process.runtime.version
          service.instance.id service.name service.namespace service.version
          telemetry.auto.version telemetry.sdk.language telemetry.sdk.name telemetry.sdk.version
          webengine.description webengine.name webengine.version
          """
              .trim()
              .split("\\s+"));

  private ZipkinResource() {}

  /** Removes the resource attributes from the tags and returns them. */
  static Map<String, Object> take(String serviceName, Map<String, Object> tags) {
    Map<String, Object> resource = new LinkedHashMap<>();
    String nameOf = SpanDraft.takeText(tags, "otlp.service.name.source");
    if (!serviceName.isEmpty()) {
      resource.put(nameOf == null || nameOf.isEmpty() ? "service.name" : nameOf, serviceName);
    }
    tags.entrySet()
        .removeIf(
            tag -> {
              boolean ofResource = ATTRIBUTES.contains(tag.getKey());
              if (ofResource) {
                resource.put(tag.getKey(), tag.getValue());
              }
              return ofResource;
            });
    return resource;
  }

  /** Removes the scope from the tags and returns it. Also accepts the older library tags. */
  static Scope takeScope(Map<String, Object> tags) {
    return new Scope(
        first(tags, "otel.scope.name", "otel.library.name"),
        first(tags, "otel.scope.version", "otel.library.version"));
  }

  private static String first(Map<String, Object> tags, String key, String otherKey) {
    String text = SpanDraft.takeText(tags, key);
    String other = SpanDraft.takeText(tags, otherKey);
    if (text != null) {
      return text;
    }
    return other == null ? "" : other;
  }
}
