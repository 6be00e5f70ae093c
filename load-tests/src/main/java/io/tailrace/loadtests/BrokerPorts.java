package io.tailrace.loadtests;

/** The ports of a broker for clients. Chosen before its start, so that a restart can reuse them. */
record BrokerPorts(int client, int internal) {
  /**
   * An address, because "localhost" may resolve to ::1 first, and every connect would fail once.
   */
  static final String HOST = "127.0.0.1";

  /** Chooses ports. A port of 0 selects a free one. */
  static BrokerPorts pick(int clientPort, int internalPort) {
    return new BrokerPorts(
        clientPort == 0 ? FreePorts.next() : clientPort,
        internalPort == 0 ? FreePorts.next() : internalPort);
  }
}
