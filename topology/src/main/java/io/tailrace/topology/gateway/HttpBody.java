package io.tailrace.topology.gateway;

import io.tailrace.serdes.MalformedOtlpException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of an HTTP request.
 *
 * @param bytes bytes as received
 */
record HttpBody(byte[] bytes, Encoding encoding, boolean isGzip) {
  /**
   * Decompresses and converts the body.
   *
   * @param maxBytes limit after decompression, because a few gzip bytes can expand to gigabytes
   */
  byte[] toTracesData(int maxBytes) throws MalformedOtlpException, TooLargeException {
    return encoding.toTracesData(isGzip ? unzip(maxBytes) : bytes);
  }

  private byte[] unzip(int maxBytes) throws MalformedOtlpException, TooLargeException {
    byte[] unzipped;
    try (InputStream in = new Gunzip().decompress(new ByteArrayInputStream(bytes))) {
      unzipped = in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw new MalformedOtlpException("request: broken gzip: " + e.getMessage(), e);
    }
    if (unzipped.length > maxBytes) {
      throw new TooLargeException(maxBytes);
    }
    return unzipped;
  }
}
