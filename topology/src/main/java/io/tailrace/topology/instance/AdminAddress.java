package io.tailrace.topology.instance;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.kafka.streams.state.HostInfo;

/** Determines the host:port under which other instances reach the admin server. */
final class AdminAddress {
  private static final String ALL_ADDRESSES = "0.0.0.0";

  private AdminAddress() {}

  static String of(TailraceConfig config, int port) {
    String host = config.get(Settings.ADMIN_ADVERTISED_HOST).orElseGet(() -> reachable(config));
    return of(new HostInfo(host, port));
  }

  static String of(HostInfo info) {
    boolean isIpv6 = info.host().contains(":") && !info.host().startsWith("[");
    return (isIpv6 ? "[" + info.host() + "]" : info.host()) + ":" + info.port();
  }

  private static String reachable(TailraceConfig config) {
    String host = config.get(Settings.ADMIN_HOST);
    if (!host.equals(ALL_ADDRESSES)) {
      return host;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return host;
    }
  }
}
