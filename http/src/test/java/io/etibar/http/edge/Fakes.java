package io.etibar.http.edge;

import io.etibar.core.Page;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerCatalogue;
import io.etibar.core.biller.BillerId;
import io.etibar.core.participant.AssertionRegistry;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantCatalogue;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.privacy.Sealed;
import io.etibar.core.privacy.Vault;
import io.etibar.http.Edge;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The ports of the core in memory, with the rules that their interfaces state. */
final class Fakes {
  final ConcurrentSkipListMap<ParticipantId, Participant.View> participants =
      new ConcurrentSkipListMap<>();
  final ConcurrentSkipListMap<BillerId, Biller.View> billers = new ConcurrentSkipListMap<>();
  final List<PaymentHistory.Entry> payments = new CopyOnWriteArrayList<>();
  final Set<String> destroyed = ConcurrentHashMap.newKeySet();
  private final Set<String> used = ConcurrentHashMap.newKeySet();

  /** When set, every port fails as a database does that is away. */
  volatile boolean down;

  Edge.Ports ports() {
    return new Edge.Ports(
        new ParticipantCatalogue() {
          @Override
          public CompletionStage<Page<Participant.View>> page(
              @Nullable ParticipantId after, int limit) {
            var rest = after == null ? participants : participants.tailMap(after, false);
            return answer(
                Page.of(new ArrayList<>(rest.values()), limit, view -> view.id().value()));
          }
        },
        new BillerCatalogue() {
          @Override
          public CompletionStage<Page<Biller.View>> page(
              @Nullable String category, @Nullable BillerId after, int limit) {
            var rest = after == null ? billers : billers.tailMap(after, false);
            List<Biller.View> found =
                rest.values().stream()
                    .filter(b -> category == null || b.terms().category().equals(category))
                    .toList();
            return answer(Page.of(found, limit, view -> view.id().value()));
          }

          @Override
          public CompletionStage<List<BillerId>> ownedBy(ParticipantId owner) {
            return answer(
                billers.values().stream()
                    .filter(b -> b.terms().owner().equals(owner))
                    .map(Biller.View::id)
                    .toList());
          }
        },
        this::history,
        new AssertionRegistry() {
          @Override
          public CompletionStage<Boolean> firstUse(
              ParticipantId participant, String jti, Instant expires) {
            return answer(used.add(participant + " " + jti));
          }
        },
        vault());
  }

  private CompletionStage<Page<PaymentHistory.Entry>> history(PaymentHistory.Query query) {
    int from = 0;
    if (query.after() != null) {
      if (!query.after().matches("c[0-9]+")) {
        return CompletableFuture.failedFuture(new IllegalArgumentException("not a cursor"));
      }
      from = Integer.parseInt(query.after().substring(1)) + 1;
    }
    List<PaymentHistory.Entry> items = new ArrayList<>();
    for (int i = from; i < payments.size(); i++) {
      PaymentHistory.Entry entry = payments.get(i);
      if (isOwned(query, entry) && isWithin(query, entry)) {
        if (items.size() == query.limit()) {
          return answer(new Page<>(items, "c" + (i - 1)));
        }
        items.add(entry);
      }
    }
    return answer(new Page<>(items, null));
  }

  private static boolean isOwned(PaymentHistory.Query query, PaymentHistory.Entry entry) {
    return switch (query.owner()) {
      case PaymentHistory.MadeBy(var participant) ->
          entry.receipt().instruction().participant().equals(participant);
      case PaymentHistory.PaidTo(var owned) ->
          owned.contains(entry.receipt().instruction().biller());
    };
  }

  private static boolean isWithin(PaymentHistory.Query query, PaymentHistory.Entry entry) {
    Instant at = entry.receipt().committedAt();
    return (query.from() == null || !at.isBefore(query.from()))
        && (query.to() == null || at.isBefore(query.to()));
  }

  private Vault vault() {
    return new Vault() {
      @Override
      public CompletionStage<List<Sealed>> seal(List<Plain> items) {
        return answer(
            items.stream()
                .map(item -> item.subject() + "|" + item.text())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .map(bytes -> new Sealed(Base64.getUrlEncoder().encodeToString(bytes)))
                .toList());
      }

      @Override
      public CompletionStage<Optional<String>> open(String subject, Sealed sealed) {
        String text =
            new String(Base64.getUrlDecoder().decode(sealed.value()), StandardCharsets.UTF_8);
        return answer(
            text.startsWith(subject + "|") && !destroyed.contains(subject)
                ? Optional.of(text.substring(subject.length() + 1))
                : Optional.empty());
      }

      @Override
      public CompletionStage<Void> destroy(String subject) {
        destroyed.add(subject);
        return CompletableFuture.completedStage(null);
      }
    };
  }

  private <T> CompletionStage<T> answer(T value) {
    return down
        ? CompletableFuture.failedStage(new java.sql.SQLTransientConnectionException("down"))
        : CompletableFuture.completedStage(value);
  }
}
