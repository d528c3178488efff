package io.etibar.http;

import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Shards;
import io.etibar.http.security.PublicKeys;
import io.etibar.http.security.TokenKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the participant {@code operator} on a platform that has none, since only an operator
 * can register anyone. Every other participant comes through the API.
 */
final class FirstOperator {
  private static final Logger LOG = LoggerFactory.getLogger(FirstOperator.class);
  static final ParticipantId ID = new ParticipantId("operator");

  private FirstOperator() {}

  /**
   * Registers the operator unless it is registered.
   *
   * @param patience how long an answer is waited for: a node may well start when another has just
   *     been lost, and the operator with it
   */
  static CompletionStage<Void> ensure(
      Shards shards, Asks asks, Duration patience, Path dataDir, Optional<Path> keyFile) {
    return asks.untilAnswered(patience, () -> ensure(shards, asks, dataDir, keyFile));
  }

  private static CompletionStage<Void> ensure(
      Shards shards, Asks asks, Path dataDir, Optional<Path> keyFile) {
    return asks.<Participant.Command, Participant.GetReply>read(
            shards.participant(ID), Participant.Get::new)
        .thenCompose(
            reply ->
                switch (reply) {
                  case Participant.Found found -> CompletableFuture.completedStage(null);
                  case Participant.NotFound notFound ->
                      register(shards, asks, key(dataDir, keyFile));
                });
  }

  private static CompletionStage<Void> register(Shards shards, Asks asks, String key) {
    var profile =
        new Participant.Profile(
            "Operator", Role.OPERATOR, List.of(key), new Participant.Limits(1_000, null));
    var action = new Action(ID, "first start of the platform");
    return asks.<Participant.Command, Participant.PutReply>write(
            shards.participant(ID),
            replyTo -> new Participant.Put(profile, Status.ACTIVE, action, replyTo))
        .thenAccept(put -> LOG.info("Registered the first operator as '{}'", ID));
  }

  private static String key(Path dataDir, Optional<Path> keyFile) {
    Path file = keyFile.orElse(dataDir.resolve("keys").resolve("operator.jwk"));
    try {
      if (keyFile.isPresent()) {
        String key = Files.readString(file).strip();
        PublicKeys.judge(key);
        return key;
      }
      return TokenKeys.loadOrCreate(file).toPublicJWK().toJSONString();
    } catch (IOException e) {
      throw new IllegalStateException("The operator's key cannot be read from " + file, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("The operator's key in " + file + " " + e.getMessage(), e);
    }
  }
}
