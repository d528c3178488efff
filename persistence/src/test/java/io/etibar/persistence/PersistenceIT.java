package io.etibar.persistence;

import static io.etibar.persistence.TestNode.await;
import static io.etibar.persistence.TestNode.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.stream.javadsl.Sink;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.biller.Channel;
import io.etibar.core.biller.ReferencePattern;
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.log.LogEvent;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole road: entity, journal, sequencer, feed, projection, read model. */
class PersistenceIT {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void whatAnEntityStoresIsInTheFeedWithin100MsAndThenInTheReadModel() throws Exception {
    List<LogEvent> seen = Collections.synchronizedList(new ArrayList<>());
    node.persistence().feed().source(0).runWith(Sink.foreach(seen::add), node.system());
    ActorRef<Biller.Command> warm = biller("warm");
    put(warm, terms("warm", "a"), Status.ACTIVE);
    until("the first event", () -> !seen.isEmpty());

    List<Long> latenciesMs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ActorRef<Biller.Command> biller = biller("latency-" + i);
      int before = seen.size();
      put(biller, terms("latency " + i, "utilities"), Status.ACTIVE);
      long committed = System.nanoTime();
      while (seen.size() == before) {
        Thread.onSpinWait();
      }
      latenciesMs.add(Duration.ofNanos(System.nanoTime() - committed).toMillis());
    }
    Collections.sort(latenciesMs);
    assertTrue(latenciesMs.get(17) < 100, "commit to feed, ms: " + latenciesMs);
    LogEvent last = seen.getLast();
    assertInstanceOf(Biller.Registered.class, last.event());
    assertEquals("Biller|latency-19", last.persistenceId());
    assertEquals(1, last.sequenceNumber());
    assertEquals(seen.size() - 1, last.index());

    until(
        "the catalogue",
        () ->
            await(node.persistence().billers().page("utilities", null, 100)).items().size() == 20);
    var page = await(node.persistence().billers().page("utilities", null, 7));
    assertEquals(7, page.items().size());
    var rest =
        await(node.persistence().billers().page("utilities", new BillerId(page.next()), 100));
    assertEquals(13, rest.items().size());
    assertNull(rest.next());
    assertTrue(
        await(node.persistence().billers().ownedBy(new ParticipantId("agency"))).size() >= 21);
  }

  @Test
  void pausedAndRebuiltReadModelsEndUpTheSame() throws Exception {
    ActorRef<Participant.Command> participant = participant("bank-a");
    put(participant, profile("Bank A"), io.etibar.core.participant.Status.ACTIVE);
    until("shown", () -> shown("bank-a").isPresent());

    var projections = node.persistence().projections();
    await(projections.pause("participants"));
    assertTrue(await(projections.isPaused("participants")));
    put(participant, profile("Bank A, renamed"), io.etibar.core.participant.Status.SUSPENDED);
    until(
        "the log goes on", () -> await(projections.offset("billers")).orElse(-1L) + 1 >= logSize());
    assertEquals("Bank A", shown("bank-a").orElseThrow().profile().name());

    await(projections.resume("participants"));
    until(
        "caught up",
        () -> shown("bank-a").orElseThrow().profile().name().equals("Bank A, renamed"));

    await(
        node.database()
            .async(
                connection ->
                    connection
                        .createStatement()
                        .executeUpdate("UPDATE participant SET profile = '{}'")));
    await(projections.rebuild("participants"));
    until(
        "rebuilt",
        () ->
            shown("bank-a")
                .map(
                    view ->
                        view.profile().name().equals("Bank A, renamed")
                            && view.status() == io.etibar.core.participant.Status.SUSPENDED)
                .orElse(false));
    assertFalse(await(projections.isPaused("participants")));
  }

  @Test
  void anEntityWithMoreEventsThanOneReadTakesRecovers() throws Exception {
    TestJournal journal = new TestJournal(node);
    BillerId id = new BillerId("long-lived");
    journal.write(
        "Biller|" + id, new Biller.Registered(id, terms("first", "a"), action(), Instant.EPOCH));
    int events = 1;
    while (events < 1_001) {
      journal.write(
          "Biller|" + id,
          new Biller.Amended(id, terms("name " + ++events, "a"), action(), Instant.EPOCH));
    }
    ActorRef<Biller.Command> biller = biller(id.value());
    CompletionStage<Biller.GetReply> reply =
        AskPattern.ask(biller, Biller.Get::new, Duration.ofSeconds(10), node.system().scheduler());
    assertEquals(
        "name 1001", assertInstanceOf(Biller.Found.class, await(reply)).biller().terms().name());
    put(biller, terms("name 1001", "a"), Status.SUSPENDED);
    long highest =
        await(
            node.database()
                .async(
                    connection -> {
                      try (var row =
                          connection
                              .createStatement()
                              .executeQuery(
                                  "SELECT max(sequence_number) FROM event_journal"
                                      + " WHERE persistence_id = 'Biller|long-lived'")) {
                        row.next();
                        return row.getLong(1);
                      }
                    }));
    assertEquals(1_002, highest);
  }

  @Test
  void manyEntitiesThatStartAtOnceEachGetTheirOwn() {
    List<CompletionStage<Biller.PutReply>> replies = new ArrayList<>();
    List<ActorRef<Biller.Command>> billers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      billers.add(biller("many-" + i));
    }
    for (int i = 0; i < 300; i++) {
      Terms terms = terms("many " + i, "many");
      replies.add(
          AskPattern.ask(
              billers.get(i),
              ref -> new Biller.Put(terms, Status.ACTIVE, action(), ref),
              Duration.ofSeconds(10),
              node.system().scheduler()));
    }
    for (int i = 0; i < 300; i++) {
      assertTrue(await(replies.get(i)).created());
      assertEquals("many-" + i, await(replies.get(i)).biller().id().value());
    }
  }

  @Test
  void publishesItsFigures() throws Exception {
    put(biller("figures"), terms("figures", "a"), Status.ACTIVE);
    until("in the log", () -> node.persistence().feed().knownSize() > 0);
    var registry = node.registry();
    assertTrue(registry.get("etibar.journal.batch.size").summary().totalAmount() > 0);
    assertTrue(registry.get("etibar.journal.write").timer().count() > 0);
    until("drained", () -> registry.get("etibar.journal.queue.rows").gauge().value() == 0);
    until("sequenced", () -> registry.get("etibar.log.append").timer().count() > 0);
    until("no lag", () -> registry.get("etibar.log.lag").timeGauge().value() == 0);
    until(
        "projected",
        () ->
            registry
                    .get("etibar.projection.lag.events")
                    .tag("projection", "billers")
                    .gauge()
                    .value()
                == 0);
    assertNotNull(registry.get("hikaricp.connections.active").gauge());
  }

  @Test
  void eventsAreReadableJsonInTheJournal() throws Exception {
    put(biller("readable"), terms("Lətif Su", "utilities"), Status.ACTIVE);
    String name =
        await(
            node.database()
                .async(
                    connection -> {
                      try (var row =
                          connection
                              .createStatement()
                              .executeQuery(
                                  "SELECT payload::jsonb -> 'terms' ->> 'name' FROM event"
                                      + " WHERE persistence_id = 'Biller|readable'")) {
                        row.next();
                        return row.getString(1);
                      }
                    }));
    assertEquals("Lətif Su", name);
  }

  private static Optional<Participant.View> shown(String id) {
    return await(node.persistence().participants().page(null, 100)).items().stream()
        .filter(view -> view.id().value().equals(id))
        .findFirst();
  }

  private static long logSize() {
    return await(
        node.database()
            .async(
                connection -> {
                  try (var row =
                      connection.createStatement().executeQuery("SELECT size FROM log_head")) {
                    row.next();
                    return row.getLong(1);
                  }
                }));
  }

  private static ActorRef<Biller.Command> biller(String id) {
    return spawn(
        ref ->
            new SpawnProtocol.Spawn<>(
                Biller.create(new BillerId(id), InstantSource.system()), id, Props.empty(), ref));
  }

  private static ActorRef<Participant.Command> participant(String id) {
    return spawn(
        ref ->
            new SpawnProtocol.Spawn<>(
                Participant.create(new ParticipantId(id), InstantSource.system()),
                id,
                Props.empty(),
                ref));
  }

  private static <T> ActorRef<T> spawn(
      Function<ActorRef<ActorRef<T>>, SpawnProtocol.Command> spawn) {
    return await(
        AskPattern.ask(
            node.system(), spawn::apply, Duration.ofSeconds(10), node.system().scheduler()));
  }

  private static void put(ActorRef<Biller.Command> biller, Terms terms, Status status) {
    CompletionStage<Biller.PutReply> reply =
        AskPattern.ask(
            biller,
            ref -> new Biller.Put(terms, status, action(), ref),
            Duration.ofSeconds(10),
            node.system().scheduler());
    await(reply);
  }

  private static void put(
      ActorRef<Participant.Command> participant,
      Participant.Profile profile,
      io.etibar.core.participant.Status status) {
    CompletionStage<Participant.PutReply> reply =
        AskPattern.ask(
            participant,
            ref -> new Participant.Put(profile, status, action(), ref),
            Duration.ofSeconds(10),
            node.system().scheduler());
    await(reply);
  }

  private static Action action() {
    return new Action(new ParticipantId("operator"), "test");
  }

  private static Participant.Profile profile(String name) {
    return new Participant.Profile(name, Role.BANK, List.of(), new Participant.Limits(100, null));
  }

  static Terms terms(String name, String category) {
    return new Terms(
        name,
        new ParticipantId("agency"),
        category,
        Currency.getInstance("AZN"),
        AmountRule.ANY,
        10,
        new ReferencePattern(ReferencePattern.Kind.DIGITS, 6, 12),
        true,
        List.of(),
        new BudgetCode("123456", "AZ21NABZ00000000137010001944"),
        Set.of(Channel.values()));
  }
}
