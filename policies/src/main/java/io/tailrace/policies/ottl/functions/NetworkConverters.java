package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.INT;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.LIST;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Regexes;
import io.tailrace.policies.ottl.values.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions on network addresses. */
final class NetworkConverters {
  private NetworkConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("URL")
            .takes("url_string", STRING)
            .gives(Type.MAP, (a, f) -> new UrlParts((String) a[0]).parts()),
        Converter.named("IsInCIDR")
            .takes("target", STRING)
            .takes("networks", LIST)
            .binds(Type.BOOL, NetworkConverters::isIn),
        Converter.named("CommunityID")
            .takes("source_ip", STRING)
            .takes("source_port", INT)
            .takes("destination_ip", STRING)
            .takes("destination_port", INT)
            .optionally("protocol", STRING)
            .optionally("seed", INT)
            .gives(Type.STRING, (a, f) -> CommunityId.of(a)));
  }

  /** Parses literal networks once at compile time. An invalid literal is a fault. */
  private static Converter.@Nullable Body isIn(
      Object[] known, Regexes regexes, Converter.Fault fault) {
    if (!(known[1] instanceof List<?> literals)) {
      return (a, frame) -> isIn((String) a[0], (List<?>) a[1]);
    }
    List<IpNetwork> networks = new ArrayList<>();
    for (Object literal : literals) {
      IpNetwork network = literal instanceof String text ? IpNetwork.parse(text) : null;
      if (network == null) {
        fault.at(1, "networks such as 10.0.0.0/8, not " + literal);
        return null;
      }
      networks.add(network);
    }
    return (a, frame) -> {
      byte[] address = IpAddress.parseOrNull((String) a[0]);
      return address != null && networks.stream().anyMatch(network -> network.contains(address));
    };
  }

  /**
   * An invalid address is in no network. Evaluation stops at the first network that contains the
   * address.
   */
  private static boolean isIn(String target, List<?> networks) {
    byte[] address = IpAddress.parseOrNull(target);
    if (address == null) {
      return false;
    }
    for (Object item : networks) {
      IpNetwork network = item instanceof String text ? IpNetwork.parse(text) : null;
      if (network == null) {
        throw new EvaluationException("no network such as 10.0.0.0/8");
      }
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
