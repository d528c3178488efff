package io.etibar.http.management;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Rate, errors and duration of the requests at the edge: {@code http_server_requests_seconds} by
 * method, route and status. A route is the template of a path ({@code /v1/payments/{id}}), never
 * the path itself: the number of series stays bounded and no reference of a person's bill gets into
 * a metric.
 */
public final class RequestMetrics {

  /** The route of requests that match none. */
  public static final String UNMATCHED = "unmatched";

  /** Why a request was turned away before any work was done for it. */
  public enum Shed {
    /** Too many requests in flight at this node. */
    IN_FLIGHT("in_flight"),
    /** The participant's own rate. */
    RATE("rate");

    private final String tag;

    Shed(String tag) {
      this.tag = tag;
    }
  }

  private record Series(String method, String route, int status) {}

  // From what a payment takes at rest to where clients give up.
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final ConcurrentMap<Series, Timer> timers = new ConcurrentHashMap<>();
  private final Counter shedInFlight;
  private final Counter shedRate;

  public RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.shedInFlight = shedCounter(Shed.IN_FLIGHT);
    this.shedRate = shedCounter(Shed.RATE);
  }

  /**
   * Records one answered request.
   *
   * @param template the route's template, or {@link #UNMATCHED}
   * @param method the HTTP method, one of those that a route names
   * @param nanos from the request's arrival to its answer, in nanoseconds
   */
  public void record(String template, String method, int status, long nanos) {
    timers
        .computeIfAbsent(new Series(method, template, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Counts a request that was turned away. It is recorded as answered as well. */
  public void shed(Shed reason) {
    switch (reason) {
      case IN_FLIGHT -> shedInFlight.increment();
      case RATE -> shedRate.increment();
    }
  }

  /** Publishes how many requests this node is working on. */
  public void observeInFlight(Supplier<Number> inFlight) {
    Gauge.builder("etibar.http.in.flight", inFlight)
        .description("Requests that this node is working on")
        .strongReference(true)
        .register(registry);
  }

  private Timer timer(Series series) {
    return Timer.builder("http.server.requests")
        .description("Duration of requests by method, route and status")
        .tag("method", series.method())
        .tag("route", series.route())
        .tag("status", Integer.toString(series.status()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Counter shedCounter(Shed reason) {
    return Counter.builder("etibar.http.shed")
        .description("Requests turned away before any work was done for them")
        .tag("reason", reason.tag)
        .register(registry);
  }
}
