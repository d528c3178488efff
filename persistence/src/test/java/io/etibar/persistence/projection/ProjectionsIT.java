package io.etibar.persistence.projection;

import static io.etibar.persistence.TestNode.await;
import static io.etibar.persistence.TestNode.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.log.LogEvent;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.ParticipantId;
import io.etibar.persistence.TestJournal;
import io.etibar.persistence.TestNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A projection that counts, and so shows each event that is missed or comes twice. */
class ProjectionsIT {
  private static final int EVENTS = 300;

  private static final class Counting implements ReadModel {
    private final Random random = new Random(7);
    private final AtomicInteger failures = new AtomicInteger();

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public void apply(Connection connection, List<LogEvent> events) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        for (LogEvent event : events) {
          statement.execute("UPDATE counting SET n = n + 1, total = total + " + event.index());
          // In the middle of a group, after some of it was written.
          if (failures.get() < 2 && random.nextInt(30) == 0) {
            failures.incrementAndGet();
            throw new SQLException("dies in the middle of a group");
          }
        }
      }
    }

    @Override
    public void clear(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute("UPDATE counting SET n = 0, total = 0");
      }
    }
  }

  @Test
  void eachEventCountsOnceThroughFailuresPausesAndRebuilds() {
    try (TestNode node = TestNode.start()) {
      execute(node, "CREATE TABLE counting AS SELECT 0::bigint AS n, 0::bigint AS total");
      Counting counting = new Counting();
      Projections projections =
          Projections.start(
              node.system(),
              node.database(),
              node.persistence().feed(),
              ProjectionSettings.from(node.system().settings().config()),
              node.registry(),
              List.of(counting));
      TestJournal journal = new TestJournal(node);
      for (int i = 0; i < EVENTS; i++) {
        BillerId id = new BillerId("b" + i % 7);
        journal.write(
            "Biller|" + id,
            new Biller.Suspended(
                id, new Action(new ParticipantId("operator"), null), Instant.EPOCH));
        if (i == EVENTS / 2) {
          await(projections.pause("counting"));
        }
      }
      until(
          "all in the log",
          () ->
              await(node.persistence().projections().offset("billers")).orElse(-1L) == EVENTS - 1);
      assertTrue(number(node, "n") < EVENTS, "paused");
      await(projections.resume("counting"));
      until("all counted", () -> number(node, "n") >= EVENTS);
      assertEquals(EVENTS, number(node, "n"));
      assertEquals((long) EVENTS * (EVENTS - 1) / 2, number(node, "total"));
      assertTrue(counting.failures.get() > 0, "no failure happened");

      await(projections.rebuild("counting"));
      until("counted again", () -> number(node, "n") >= EVENTS);
      assertEquals(EVENTS, number(node, "n"));
      assertEquals((long) EVENTS * (EVENTS - 1) / 2, number(node, "total"));
      until(
          "the offset follows",
          () -> await(projections.offset("counting")).orElse(-1L) == EVENTS - 1);
    }
  }

  private static void execute(TestNode node, String sql) {
    await(node.database().async(connection -> connection.createStatement().execute(sql)));
  }

  private static long number(TestNode node, String column) {
    return await(
        node.database()
            .async(
                connection -> {
                  try (var row =
                      connection
                          .createStatement()
                          .executeQuery("SELECT " + column + " FROM counting")) {
                    row.next();
                    return row.getLong(1);
                  }
                }));
  }
}
