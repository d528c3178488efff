package io.etibar.http.server;

import akka.http.javadsl.model.HttpRequest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Names requests, so that what a client saw can be found in the log. */
final class RequestIds {
  static final String HEADER = "X-Request-Id";

  /** Nothing that a log viewer or a terminal could take for anything but a name. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String node;
  private final AtomicLong count = new AtomicLong();

  RequestIds() {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    this.node = HexFormat.of().formatHex(random) + "-";
  }

  /** The client's own name for the request where it gave a proper one, else a new one. */
  String of(HttpRequest request) {
    return request
        .getHeader(HEADER)
        .map(header -> header.value())
        .filter(id -> FORM.matcher(id).matches())
        .orElseGet(() -> node + Long.toString(count.incrementAndGet(), 36));
  }
}
