package io.etibar.http.server;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import io.etibar.http.management.RequestMetrics;

/** What is known of a request beside itself, from its arrival to its answer. */
final class Exchange {
  private static final AttributeKey<Exchange> KEY = AttributeKey.create("exchange", Exchange.class);

  private final String requestId;
  private final long startNanos = System.nanoTime();
  private volatile String template = RequestMetrics.UNMATCHED;

  Exchange(String requestId) {
    this.requestId = requestId;
  }

  HttpRequest attachTo(HttpRequest request) {
    return request.addAttribute(KEY, this);
  }

  /** Takes note of the route that the request matched. */
  static void matched(HttpRequest request, String template) {
    request.getAttribute(KEY).ifPresent(exchange -> exchange.template = template);
  }

  /** The id of a request, for the log. */
  static String idOf(HttpRequest request) {
    return request.getAttribute(KEY).map(Exchange::requestId).orElse("-");
  }

  String requestId() {
    return requestId;
  }

  String template() {
    return template;
  }

  long nanos() {
    return System.nanoTime() - startNanos;
  }
}
