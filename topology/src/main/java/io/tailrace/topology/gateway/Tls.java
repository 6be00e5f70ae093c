package io.tailrace.topology.gateway;

import java.nio.file.Path;

/**
 * What the gateway shows its clients, read at the start.
 *
 * @param certificate its chain, PEM
 * @param key its private key, PKCS#8 in PEM, not encrypted
 */
public record Tls(Path certificate, Path key) {}
