package io.etibar.persistence;

import static io.etibar.persistence.TestNode.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.stream.javadsl.Sink;
import com.typesafe.config.ConfigFactory;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.Status;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.ParticipantId;
import io.etibar.persistence.database.DatabaseSettings;
import io.etibar.persistence.database.EmbeddedPostgres;
import io.etibar.persistence.database.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The database goes away and comes back. */
class OutageIT {
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  @Test
  void everythingGoesOnByItselfAfterAnOutage() throws Exception {
    DatabaseSettings settings =
        DatabaseSettings.from(
            ConfigFactory.parseMap(
                    Map.of(
                        "etibar.database.url",
                        "",
                        "etibar.database.data-dir",
                        TestDatabase.temporaryDirectory().toString()))
                .withFallback(ConfigFactory.load()));
    try (TestNode node = TestNode.start(settings)) {
      Set<String> seen = ConcurrentHashMap.newKeySet();
      node.persistence()
          .feed()
          .source(0)
          .runWith(Sink.foreach(event -> seen.add(event.persistenceId())), node.system());
      assertTrue(puts(node, "before"));
      EmbeddedPostgres postgres = node.database().embedded().orElseThrow();
      postgres.stopServer();
      long stopped = System.nanoTime();
      int attempt = 0;
      while (System.nanoTime() - stopped < TimeUnit.SECONDS.toNanos(4)) {
        assertTrue(!puts(node, "during-" + attempt++), "nothing is acknowledged meanwhile");
        assertThrows(IllegalStateException.class, () -> await(node.database().check()));
      }
      postgres.startServer();
      long back = System.nanoTime();
      while (!puts(node, "after-" + attempt++)) {
        assertTrue(System.nanoTime() - back < RECOVERY.toNanos(), "writes do not recover");
      }
      String written = "Biller|after-" + (attempt - 1);
      while (!seen.contains(written)) {
        Thread.onSpinWait();
        assertTrue(System.nanoTime() - back < RECOVERY.toNanos(), "the feed does not recover");
      }
      assertTrue(await(node.database().check()) == Done.getInstance());
      while (await(node.persistence().projections().offset("billers")).orElse(-1L) + 1
          < seen.size()) {
        assertTrue(System.nanoTime() - back < RECOVERY.toNanos(), "projections do not recover");
      }
    }
  }

  /** Whether a new entity could be asked and stored its event. */
  private static boolean puts(TestNode node, String id) {
    ActorRef<Biller.Command> biller =
        await(
            AskPattern.<SpawnProtocol.Command, ActorRef<Biller.Command>>ask(
                node.system(),
                ref ->
                    new SpawnProtocol.Spawn<>(
                        Biller.create(new BillerId(id), InstantSource.system()),
                        id,
                        Props.empty(),
                        ref),
                Duration.ofSeconds(5),
                node.system().scheduler()));
    try {
      AskPattern.<Biller.Command, Biller.PutReply>ask(
              biller,
              ref ->
                  new Biller.Put(
                      PersistenceIT.terms(id, "test"),
                      Status.ACTIVE,
                      new Action(new ParticipantId("operator"), "test"),
                      ref),
              Duration.ofSeconds(1),
              node.system().scheduler())
          .toCompletableFuture()
          .get(5, TimeUnit.SECONDS);
      return true;
    } catch (Exception e) {
      return false;
    }
  }
}
