package io.etibar.http.security;

import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;

/** Who asks, with what is known of the participant. */
public record Caller(Principal principal, Participant.View participant) {

  public ParticipantId id() {
    return principal.id();
  }

  public boolean may(Scope scope) {
    return principal.scopes().contains(scope);
  }
}
