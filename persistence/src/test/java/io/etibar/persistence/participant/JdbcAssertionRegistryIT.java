package io.etibar.persistence.participant;

import static io.etibar.persistence.TestNode.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.core.participant.ParticipantId;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.TestDatabase;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JdbcAssertionRegistryIT {
  private static final ParticipantId BANK = new ParticipantId("bank");
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  @Test
  void anAssertionIsUsedOnceOnAllNodesAndForgottenAfterItExpired() {
    AtomicReference<Instant> now = new AtomicReference<>(NOON);
    try (Database database = TestDatabase.fresh()) {
      JdbcAssertionRegistry one = new JdbcAssertionRegistry(database, now::get);
      JdbcAssertionRegistry two = new JdbcAssertionRegistry(database, now::get);
      long first =
          IntStream.range(0, 40)
              .mapToObj(i -> (i % 2 == 0 ? one : two).firstUse(BANK, "jti", NOON.plusSeconds(300)))
              .toList()
              .stream()
              .filter(stage -> await(stage))
              .count();
      assertEquals(1, first);
      assertTrue(await(one.firstUse(new ParticipantId("other"), "jti", NOON.plusSeconds(300))));
      assertTrue(await(one.firstUse(BANK, "x".repeat(100_000), NOON.plusSeconds(300))));
      assertFalse(await(two.firstUse(BANK, "x".repeat(100_000), NOON.plusSeconds(300))));

      now.set(NOON.plusSeconds(3_600));
      assertTrue(await(one.firstUse(BANK, "later", NOON.plusSeconds(4_000))));
      long remembered =
          await(
              database.async(
                  connection -> {
                    try (var row =
                        connection
                            .createStatement()
                            .executeQuery("SELECT count(*) FROM used_assertion")) {
                      row.next();
                      return row.getLong(1);
                    }
                  }));
      assertEquals(1, remembered);
    }
  }
}
