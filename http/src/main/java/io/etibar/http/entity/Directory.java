package io.etibar.http.entity;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Profiles of participants and terms of billers, asked of their entities and kept for a moment, so
 * that no payment has to ask again. What is not there is not remembered: it may be registered at
 * any time.
 */
public final class Directory {

  /** Far above the number of banks, agencies and billers of a country. */
  private static final int MAX_ENTRIES = 20_000;

  private final AsyncCache<ParticipantId, Participant.View> participants;
  private final AsyncCache<BillerId, Biller.View> billers;
  private final Shards shards;
  private final Asks asks;

  /**
   * @param keep for how long an answer is used
   */
  public Directory(Shards shards, Asks asks, Duration keep) {
    this.shards = shards;
    this.asks = asks;
    this.participants = cache(keep);
    this.billers = cache(keep);
  }

  private static <K, V> AsyncCache<K, V> cache(Duration keep) {
    return Caffeine.newBuilder().maximumSize(MAX_ENTRIES).expireAfterWrite(keep).buildAsync();
  }

  /** The participant, or nothing where there is none. */
  public CompletionStage<Optional<Participant.View>> participant(ParticipantId id) {
    return participants.get(id, (key, executor) -> ask(key)).thenApply(Optional::ofNullable);
  }

  /** The biller, or nothing where there is none. */
  public CompletionStage<Optional<Biller.View>> biller(BillerId id) {
    return billers.get(id, (key, executor) -> ask(key)).thenApply(Optional::ofNullable);
  }

  /** Asks anew the next time: the participant was changed from here. */
  public void forget(ParticipantId id) {
    participants.synchronous().invalidate(id);
  }

  /** Asks anew the next time: the biller was changed from here. */
  public void forget(BillerId id) {
    billers.synchronous().invalidate(id);
  }

  // A null or a failure is not kept by the cache.
  private CompletableFuture<Participant.View> ask(ParticipantId id) {
    return asks.<Participant.Command, Participant.GetReply>read(
            shards.participant(id), Participant.Get::new)
        .<Participant.View>thenApply(
            reply ->
                switch (reply) {
                  case Participant.Found(var view) -> view;
                  case Participant.NotFound(var refusal) -> null;
                })
        .toCompletableFuture();
  }

  private CompletableFuture<Biller.View> ask(BillerId id) {
    return asks.<Biller.Command, Biller.GetReply>read(shards.biller(id), Biller.Get::new)
        .<Biller.View>thenApply(
            reply ->
                switch (reply) {
                  case Biller.Found(var view) -> view;
                  case Biller.NotFound(var refusal) -> null;
                })
        .toCompletableFuture();
  }
}
