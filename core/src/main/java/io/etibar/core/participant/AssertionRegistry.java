package io.etibar.core.participant;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Remembers which signed assertions were used, so that none is used twice (RFC 7523 §3, jti). */
public interface AssertionRegistry {

  /**
   * Takes note of an assertion's use, on all nodes together.
   *
   * @param expires from when on it need not be remembered, because it is refused as expired
   * @return whether this is its first use
   */
  CompletionStage<Boolean> firstUse(ParticipantId participant, String jti, Instant expires);
}
