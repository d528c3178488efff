package io.etibar.http;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.ServerBinding;
import io.etibar.http.security.TokenIssuer;
import io.etibar.persistence.Persistence;
import java.util.concurrent.CompletionStage;

/**
 * A running node.
 *
 * @param tokens issues access tokens without an assertion, for whoever runs in this process
 */
public record Node(
    ActorSystem<?> system,
    ServerBinding http,
    ServerBinding management,
    TokenIssuer tokens,
    Persistence persistence) {

  /** The port of the API. */
  public int httpPort() {
    return http.localAddress().getPort();
  }

  /** The port of the management server. */
  public int managementPort() {
    return management.localAddress().getPort();
  }

  /** Stops in good order: no new requests, answers to the running ones, then everything else. */
  public CompletionStage<?> stop() {
    return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason());
  }
}
