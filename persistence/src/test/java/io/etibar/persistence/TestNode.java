package io.etibar.persistence;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.SpawnProtocol;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.DatabaseSettings;
import io.etibar.persistence.database.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** A node of one, with everything of this module, on a database of its own. */
public final class TestNode implements AutoCloseable {
  private final ActorSystem<SpawnProtocol.Command> system;
  private final Database database;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Persistence persistence;

  private TestNode(DatabaseSettings settings) {
    database = Database.open(settings);
    Config config =
        database
            .journalConfig()
            .withFallback(ConfigFactory.parseResources("application-test.conf"))
            .resolve()
            .withFallback(ConfigFactory.load());
    system = ActorSystem.create(SpawnProtocol.create(), "test", config);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    persistence = Persistence.start(system, database, registry, InstantSource.system());
  }

  public static TestNode start() {
    return start(TestDatabase.settings(Map.of()));
  }

  public static TestNode start(DatabaseSettings settings) {
    return new TestNode(settings);
  }

  public ActorSystem<SpawnProtocol.Command> system() {
    return system;
  }

  public Database database() {
    return database;
  }

  public SimpleMeterRegistry registry() {
    return registry;
  }

  public Persistence persistence() {
    return persistence;
  }

  /** The result, within a time that is generous for a test. */
  public static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the condition holds. */
  public static void until(String what, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try {
      while (!condition.call()) {
        if (System.nanoTime() > deadline) {
          Assertions.fail("never: " + what);
        }
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new IllegalStateException(what, e);
    }
  }

  @Override
  public void close() {
    system.terminate();
    await(system.getWhenTerminated());
    database.close();
  }
}
