package io.etibar.http.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import akka.persistence.typed.internal.JournalFailureException;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.ConfigFactory;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class JournalOutagesTest {
  private final Throwable away =
      new JournalFailureException(
          "Failed to persist", new RuntimeException("not stored", new IOException("refused")));

  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final LoggerContext context = new LoggerContext();
  private final Logger entity = context.getLogger("io.etibar.core.bill.Bill");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  JournalOutagesTest() {
    context.addTurboFilter(new JournalOutages(nanoTime::get));
    listen(context);
  }

  private void listen(LoggerContext to) {
    log.start();
    to.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(log);
  }

  private List<String> lines() {
    List<String> lines =
        log.list.stream()
            .map(event -> event.getLevel() + " " + event.getFormattedMessage())
            .toList();
    log.list.clear();
    return lines;
  }

  @Test
  void saysOnceWhatIsWrongAndLaterHowManyFailed() {
    for (int i = 0; i < 1_000; i++) {
      entity.error("Supervisor saw failure", away);
    }
    assertNull(log.list.getFirst().getThrowableProxy());
    assertEquals(
        List.of(
            "WARN The journal failed, 1 times since this was last said:"
                + " java.io.IOException: refused"),
        lines());

    nanoTime.addAndGet(Duration.ofSeconds(29).toNanos());
    entity.error("Supervisor {} saw failure: {}", "Stop", "x", away);
    assertEquals(List.of(), lines());

    nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
    entity.error("Supervisor {} saw failure: {}", "Stop", "x", away);
    assertEquals(
        List.of(
            "WARN The journal failed, 1001 times since this was last said:"
                + " java.io.IOException: refused"),
        lines());
  }

  @Test
  void leavesEverythingElseAlone() {
    entity.error("a payment was committed without a reservation", new IllegalStateException());
    entity.error("a broken disk", new IOException("broken"));
    entity.warn("{} of {}", 1, 2);
    entity.info("well");

    assertEquals(
        List.of(
            "ERROR a payment was committed without a reservation",
            "ERROR a broken disk",
            "WARN 1 of 2",
            "INFO well"),
        lines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/logback.xml", "/logback-demo.xml"})
  void isAtWorkInANode(String configuration) throws JoranException {
    LoggerContext node = new LoggerContext();
    node.putProperty("etibar.demo.log", "target/demo.log");
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(node);
    configurator.doConfigure(JournalOutagesTest.class.getResource(configuration));

    assertEquals(
        List.of(JournalOutages.class),
        node.getTurboFilterList().stream().map(Object::getClass).toList());
    node.stop();
  }

  /** It is the failures of real entities that are meant. */
  @Test
  void knowsWhatAkkaLogs() {
    LoggerContext real = (LoggerContext) LoggerFactory.getILoggerFactory();
    ActorTestKit testKit =
        ActorTestKit.create(
            "outages",
            PersistenceTestKitPlugin.getInstance()
                .config()
                .withFallback(ConfigFactory.parseResources("serialization.conf"))
                .withFallback(
                    ConfigFactory.parseString(
                        """
                        akka.loglevel = WARNING
                        akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
                        """))
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve());
    listen(real);
    JournalOutages filter = new JournalOutages(nanoTime::get);
    real.addTurboFilter(filter);
    try {
      PersistenceTestKit journal = PersistenceTestKit.create(testKit.system());
      TestProbe<Object> client = testKit.createTestProbe();
      journal.failNextPersisted("Participant|bank", new IOException("unwritten"));
      ActorRef<Participant.Command> unwritten =
          testKit.spawn(Participant.create(new ParticipantId("bank"), InstantSource.system()));
      unwritten.tell(
          new Participant.Put(
              new Participant.Profile(
                  "Bank", Role.BANK, List.of(), new Participant.Limits(1, null)),
              Status.ACTIVE,
              new Action(new ParticipantId("operator"), null),
              client.getRef().narrow()));
      client.expectTerminated(unwritten);
      journal.failNextRead("Biller|water", new IOException("unread"));
      ActorRef<Biller.Command> unread =
          testKit.spawn(Biller.create(new BillerId("water"), InstantSource.system()));
      client.expectTerminated(unread);

      assertEquals(
          List.of(
              "WARN The journal failed, 1 times since this was last said:"
                  + " java.io.IOException: unwritten"),
          lines());
    } finally {
      real.getTurboFilterList().remove(filter);
      real.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(log);
      testKit.shutdownTestKit();
    }
  }
}
