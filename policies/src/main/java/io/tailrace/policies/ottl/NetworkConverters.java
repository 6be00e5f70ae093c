package io.tailrace.policies.ottl;

import static io.tailrace.policies.ottl.Parameter.Accepts.INT;
import static io.tailrace.policies.ottl.Parameter.Accepts.LIST;
import static io.tailrace.policies.ottl.Parameter.Accepts.STRING;

import java.util.List;

/** Functions on addresses. */
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
            .gives(Type.BOOL, (a, f) -> isIn((String) a[0], (List<?>) a[1])),
        Converter.named("CommunityID")
            .takes("source_ip", STRING)
            .takes("source_port", INT)
            .takes("destination_ip", STRING)
            .takes("destination_port", INT)
            .optionally("protocol", STRING)
            .optionally("seed", INT)
            .gives(Type.STRING, (a, f) -> CommunityId.of(a)));
  }

  private static boolean isIn(String target, List<?> networks) {
    byte[] address = IpAddress.parse(target);
    boolean in = false;
    for (Object network : networks) {
      if (!(network instanceof String text)) {
        throw new EvaluationException("a network that is no string");
      }
      in |= IpAddress.isIn(address, text);
    }
    return in;
  }
}
