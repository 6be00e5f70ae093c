package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TcpProxyTest {
  @Test
  void passesBytesOn_cutsConnections_andLetsNewOnesThroughAgain() throws Exception {
    try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        TcpProxy proxy = new TcpProxy(0, target.getLocalPort())) {
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
          Socket broker = target.accept()) {
        client.getOutputStream().write(7);
        assertThat(broker.getInputStream().read()).isEqualTo(7);
        broker.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);

        proxy.cut();
        assertThat(isOver(client)).isTrue();
        assertThat(isOver(broker)).isTrue();
      }
      proxy.restore();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
          Socket broker = target.accept()) {
        client.getOutputStream().write(9);
        assertThat(broker.getInputStream().read()).isEqualTo(9);
      }
    }
  }

  @Test
  void holdsBytesBackWhileItIsSilent_andClosesNothing() throws Exception {
    try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        TcpProxy proxy = new TcpProxy(0, target.getLocalPort());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        Socket broker = target.accept()) {
      proxy.silence();
      client.getOutputStream().write(7);
      broker.setSoTimeout(200);
      assertThatThrownBy(() -> broker.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      proxy.restore();
      broker.setSoTimeout(0);
      assertThat(broker.getInputStream().read()).isEqualTo(7);
    }
  }

  private static boolean isOver(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
