package io.tailrace.topology.gateway;

import java.nio.file.Path;

/**
 * Certificate and key of the gateway, read at start.
 *
 * @param certificate certificate chain, PEM
 * @param key private key, unencrypted PKCS#8 in PEM
 */
public record Tls(Path certificate, Path key) {}
