package io.etibar.http.security;

import io.etibar.core.participant.ParticipantId;
import java.util.Set;

/** Who asks, and what the access token allows. */
public record Principal(ParticipantId id, Set<Scope> scopes) {
  public Principal {
    scopes = Set.copyOf(scopes);
  }
}
