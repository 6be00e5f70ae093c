package io.tailrace.topology.gateway;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files of the gateway's TLS.
 *
 * @param certificate certificate chain, PEM
 * @param key private key, unencrypted PKCS#8 in PEM
 * @param clientCa certificates of those who sign certificates of senders, PEM; null: senders need
 *     no certificate
 */
public record Tls(Path certificate, Path key, @Nullable Path clientCa) {}
