package io.etibar.core.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import io.etibar.core.Decision;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillContent;
import io.etibar.core.bill.BillId;
import io.etibar.core.bill.BillState;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.Payment.PaymentCommitted;
import io.etibar.core.payment.Payment.PaymentReturned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Payments and bills with a network between them that loses, repeats and reorders, and with
 * entities that die before or after a write. Everything is decided by the real entities; only the
 * delivery is ours.
 */
final class PaymentWorld {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** A message under way. Requests of clients and answers to them are messages as well. */
  sealed interface Envelope {}

  record ToBill(BillId bill, Bill.Command command) implements Envelope {}

  record ToPayment(PaymentId payment, Payment.Command command) implements Envelope {}

  record ToClient(int request, Payment.Reply reply) implements Envelope {}

  /** How the handling of a message goes wrong. */
  enum Fate {
    WELL,
    /** The entity dies before its events are durable. */
    DIES_BEFORE_WRITE,
    /** The entity dies when its events are durable and nothing is sent. */
    DIES_AFTER_WRITE
  }

  private static final class BillEntity {
    final List<Bill.Event> journal = new ArrayList<>();
    BillState state = new BillState.Unpublished();
  }

  private final class PaymentEntity {
    final PaymentId id;
    final List<Payment.Event> journal = new ArrayList<>();
    PaymentState state = new PaymentState.Unseen();
    PaymentProcess process;

    PaymentEntity(PaymentId id) {
      this.id = id;
      this.process = newProcess();
    }

    PaymentProcess newProcess() {
      TestInbox<Bill.ReserveReply> answers = TestInbox.create();
      answerRefs.put(answers.getRef(), id);
      return new PaymentProcess(
          id, () -> now, bill -> billRefs.get(bill), answers::getRef, TIMEOUT);
    }

    /** Loses what it held in memory and reads its journal again. */
    void restart() {
      process = newProcess();
      PaymentState replayed = new PaymentState.Unseen();
      for (Payment.Event event : journal) {
        replayed = replayed.apply(event);
      }
      assertEquals(state, replayed, "replaying the journal gives the live state");
      state = replayed;
    }
  }

  Instant now = Instant.parse("2026-03-02T08:00:00Z");
  final List<Envelope> network = new ArrayList<>();
  private final Map<BillId, BillEntity> bills = new LinkedHashMap<>();
  private final Map<PaymentId, PaymentEntity> payments = new LinkedHashMap<>();
  private final Map<BillId, RecipientRef<Bill.Command>> billRefs = new HashMap<>();
  private final IdentityHashMap<RecipientRef<?>, BillId> billsByRef = new IdentityHashMap<>();
  private final IdentityHashMap<RecipientRef<?>, PaymentId> answerRefs = new IdentityHashMap<>();
  private final IdentityHashMap<RecipientRef<?>, Integer> clientRefs = new IdentityHashMap<>();
  private final Map<Integer, List<Payment.Reply>> answers = new HashMap<>();
  private int requests;

  BillId publish(BillId id, BillContent content) {
    TestInbox<Bill.Command> inbox = TestInbox.create();
    billRefs.put(id, inbox.getRef());
    billsByRef.put(inbox.getRef(), id);
    bills.put(id, new BillEntity());
    handle(new ToBill(id, new Bill.Publish(content, ignored())), Fate.WELL);
    return id;
  }

  /** A reference whose messages are nobody's business. */
  static <T> ActorRef<T> ignored() {
    return TestInbox.<T>create().getRef();
  }

  /** A new request of a client; its answers are found under the number returned. */
  int newRequest() {
    return requests++;
  }

  <T extends Payment.Reply> ActorRef<T> clientRef(int request) {
    TestInbox<T> inbox = TestInbox.create();
    clientRefs.put(inbox.getRef(), request);
    return inbox.getRef();
  }

  List<Payment.Reply> answersTo(int request) {
    return answers.getOrDefault(request, List.of());
  }

  /** Handles one message. */
  void handle(Envelope envelope, Fate fate) {
    switch (envelope) {
      case ToBill(var bill, var command) -> handle(bills.get(bill), bill, command, fate);
      case ToPayment(var payment, var command) ->
          handle(payments.computeIfAbsent(payment, PaymentEntity::new), command, fate);
      case ToClient(var request, var reply) ->
          answers.computeIfAbsent(request, r -> new ArrayList<>()).add(reply);
    }
  }

  private void handle(BillEntity bill, BillId id, Bill.Command command, Fate fate) {
    Decision<Bill.Event> decision = Bill.decide(id, bill.state, command, now);
    if (fate == Fate.DIES_BEFORE_WRITE) {
      return;
    }
    for (Bill.Event event : decision.events()) {
      bill.state = bill.state.apply(event);
      bill.journal.add(event);
      assertWithinRule(bill);
    }
    if (fate == Fate.WELL) {
      send(decision.sends());
    } else {
      restart(bill);
    }
  }

  private void handle(PaymentEntity payment, Payment.Command command, Fate fate) {
    Decision<Payment.Event> decision = payment.process.decide(payment.state, command);
    if (fate == Fate.DIES_BEFORE_WRITE) {
      payment.restart();
      return;
    }
    for (Payment.Event event : decision.events()) {
      payment.state = payment.state.apply(event);
      payment.journal.add(event);
    }
    assertOneOutcome(payment);
    if (fate == Fate.WELL) {
      send(decision.sends());
      if (decision.ended()) {
        payment.restart();
      }
    } else {
      payment.restart();
    }
  }

  private void send(List<Decision.Send<?>> sends) {
    for (Decision.Send<?> send : sends) {
      if (billsByRef.containsKey(send.to())) {
        network.add(new ToBill(billsByRef.get(send.to()), (Bill.Command) send.message()));
      } else if (answerRefs.containsKey(send.to())) {
        var reply = (Bill.ReserveReply) send.message();
        network.add(new ToPayment(answerRefs.get(send.to()), new Payment.BillAnswered(reply)));
      } else if (clientRefs.containsKey(send.to())) {
        network.add(new ToClient(clientRefs.get(send.to()), (Payment.Reply) send.message()));
      }
    }
  }

  private static void restart(BillEntity bill) {
    BillState replayed = new BillState.Unpublished();
    for (Bill.Event event : bill.journal) {
      replayed = replayed.apply(event);
    }
    assertEquals(bill.state, replayed, "replaying the journal gives the live state");
    bill.state = replayed;
  }

  void restartAll() {
    bills.values().forEach(PaymentWorld::restart);
    payments.values().forEach(PaymentEntity::restart);
  }

  /**
   * What the reconciler does: it knows the bills' and the payments' events, as the log has them.
   */
  void reconcile() {
    for (var entry : bills.entrySet()) {
      for (Bill.Reserved open : openReservations(entry.getValue())) {
        if (open.at().isBefore(now.minus(TIMEOUT))) {
          network.add(
              new ToPayment(
                  new PaymentId(open.payment()),
                  new Payment.Reconcile(open.bill(), open.participant())));
        }
      }
    }
    for (PaymentEntity payment : payments.values()) {
      for (Payment.Event event : payment.journal) {
        if (event instanceof PaymentReturned returned
            && returned.bill() != null
            && !isApplied(returned)) {
          var committed = (PaymentState.Committed) payment.state;
          ParticipantId participant = committed.receipt().instruction().participant();
          network.add(
              new ToPayment(payment.id, new Payment.Reconcile(returned.bill(), participant)));
        }
      }
    }
  }

  private static List<Bill.Reserved> openReservations(BillEntity bill) {
    Map<String, Bill.Reserved> open = new LinkedHashMap<>();
    for (Bill.Event event : bill.journal) {
      switch (event) {
        case Bill.Reserved e -> open.put(e.payment(), e);
        case Bill.Settled e -> open.remove(e.payment());
        case Bill.Released e -> open.remove(e.payment());
        case Bill.BillPublished e -> {}
        case Bill.BillChanged e -> {}
        case Bill.BillWithdrawn e -> {}
        case Bill.Returned e -> {}
      }
    }
    return List.copyOf(open.values());
  }

  private boolean isApplied(PaymentReturned returned) {
    return bills.get(returned.bill()).journal.stream()
        .anyMatch(
            event ->
                event instanceof Bill.Returned applied
                    && applied.returnId().equals(returned.returnId().value()));
  }

  /** From here on nothing goes wrong: everything under way arrives, and time passes. */
  void settleDown() {
    for (int round = 0; round < 20; round++) {
      while (!network.isEmpty()) {
        handle(network.removeFirst(), Fate.WELL);
      }
      now = now.plus(TIMEOUT).plusSeconds(1);
      reconcile();
      if (network.isEmpty()) {
        return;
      }
    }
    throw new AssertionError("reservations stay open: " + network);
  }

  Set<PaymentId> paymentIds() {
    return new LinkedHashSet<>(payments.keySet());
  }

  List<PaymentCommitted> commitments() {
    return payments.values().stream()
        .flatMap(payment -> payment.journal.stream())
        .filter(PaymentCommitted.class::isInstance)
        .map(PaymentCommitted.class::cast)
        .toList();
  }

  /** No bill holds anything open, and each has exactly what its payments brought and kept. */
  void assertBooksAgree() {
    for (var entry : bills.entrySet()) {
      BillState.Published bill = entry.getValue().state.published();
      assertEquals(Map.of(), bill.reservations(), "nothing stays reserved");
      long collected = 0;
      for (PaymentEntity payment : payments.values()) {
        for (Payment.Event event : payment.journal) {
          if (event instanceof PaymentCommitted e
              && e.instruction().billId().filter(entry.getKey()::equals).isPresent()) {
            collected = Math.addExact(collected, e.instruction().amount().minor());
          }
          if (event instanceof PaymentReturned e && entry.getKey().equals(e.bill())) {
            collected = Math.subtractExact(collected, e.amount().minor());
          }
        }
      }
      assertEquals(collected, bill.collected().minor(), "no money is made or lost");
    }
  }

  /** Judged from the bill's events alone, by other means than the bill's own. */
  private static void assertWithinRule(BillEntity bill) {
    if (!(bill.journal.getLast() instanceof Bill.Reserved last)) {
      return;
    }
    BillContent content = bill.state.published().content();
    long held = 0;
    Map<String, Long> amounts = new HashMap<>();
    for (Bill.Event event : bill.journal) {
      if (event instanceof Bill.Reserved e) {
        amounts.put(e.payment(), e.amount().minor());
        held += e.amount().minor();
      } else if (event instanceof Bill.Released e) {
        held -= amounts.get(e.payment());
      } else if (event instanceof Bill.Returned e) {
        held -= e.amount().minor();
      }
    }
    long due = content.amount().minor();
    long before = held - last.amount().minor();
    assertTrue(before < due, "nothing is accepted for a bill that is paid or held in full");
    switch (content.rule()) {
      case EXACT -> assertEquals(due, held, "all that is due, at once");
      case UP_TO -> assertTrue(held <= due, "never more than is due");
      case AT_LEAST -> assertTrue(held >= due, "never less than is due");
      case ANY -> {}
    }
  }

  private static void assertOneOutcome(PaymentEntity payment) {
    long outcomes =
        payment.journal.stream().filter(event -> !(event instanceof PaymentReturned)).count();
    assertTrue(outcomes <= 1, "a payment has one outcome");
    if (payment.state instanceof PaymentState.Committed committed) {
      Money paid = committed.receipt().instruction().amount();
      assertTrue(
          committed.returned().compareTo(paid) <= 0, "no more is returned than was committed");
    }
  }
}
