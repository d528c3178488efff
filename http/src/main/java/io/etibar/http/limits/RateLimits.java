package io.etibar.http.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many requests a second one participant may make at this node. What it does not use within a
 * second is lost.
 */
public final class RateLimits {

  private record Limited(int perSecond, Bucket bucket) {}

  private final Cache<ParticipantId, Limited> buckets =
      Caffeine.newBuilder()
          .maximumSize(20_000)
          // A bucket is full again after a second, and then the same as a new one.
          .expireAfterAccess(Duration.ofMinutes(1))
          .build();

  private final TimeMeter clock;

  public RateLimits() {
    this(TimeMeter.SYSTEM_NANOTIME);
  }

  RateLimits(TimeMeter clock) {
    this.clock = clock;
  }

  /**
   * Takes note of a request.
   *
   * @throws ProblemException with {@code RATE_LIMITED} where it is one too many
   */
  public void take(Participant.View participant) {
    int perSecond = participant.profile().limits().requestsPerSecond();
    Limited limited = buckets.getIfPresent(participant.id());
    if (limited == null || limited.perSecond() != perSecond) {
      limited =
          buckets
              .asMap()
              .compute(
                  participant.id(),
                  (id, before) ->
                      before != null && before.perSecond() == perSecond ? before : full(perSecond));
    }
    if (limited.bucket().tryConsume(1)) {
      return;
    }
    ConsumptionProbe probe = limited.bucket().tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw new ProblemException(
          ProblemDetails.of(Problem.RATE_LIMITED), seconds(probe.getNanosToWaitForRefill()));
    }
  }

  private Limited full(int perSecond) {
    Bucket bucket =
        Bucket.builder()
            .addLimit(
                limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
            .withCustomTimePrecision(clock)
            .build();
    return new Limited(perSecond, bucket);
  }

  private static int seconds(long nanos) {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
  }
}
