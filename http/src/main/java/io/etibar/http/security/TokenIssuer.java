package io.etibar.http.security;

import io.etibar.core.participant.ParticipantId;
import java.time.Duration;
import java.util.Set;

/** Issues access tokens without asking for a proof: for those who have checked it themselves. */
@FunctionalInterface
public interface TokenIssuer {

  /** A token that is good from now on for this long. */
  String issue(ParticipantId participant, Set<Scope> scopes, Duration lifetime);
}
