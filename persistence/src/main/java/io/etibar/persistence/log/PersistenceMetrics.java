package io.etibar.persistence.log;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ClassicActorSystemProvider;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Figures of the journal. Akka creates the journal's DAO by its class name, so that the registry
 * reaches it through the actor system; {@link #publishTo} may come after the first write.
 */
public final class PersistenceMetrics implements Extension {
  private static final Id ID = new Id();

  private static final class Id extends AbstractExtensionId<PersistenceMetrics> {
    @Override
    public PersistenceMetrics createExtension(ExtendedActorSystem system) {
      return new PersistenceMetrics();
    }
  }

  private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
  private final AtomicInteger queued = new AtomicInteger();
  private final DistributionSummary batchSize =
      DistributionSummary.builder("etibar.journal.batch.size")
          .description("Events written in one transaction")
          .publishPercentiles(0.5, 0.99)
          .register(registry);
  private final Timer writeTime =
      Timer.builder("etibar.journal.write")
          .description("Time of one transaction of the journal, with its wait for a connection")
          .publishPercentiles(0.5, 0.99)
          .register(registry);
  private final Timer failedWriteTime =
      Timer.builder("etibar.journal.write.failed")
          .description("Time of a transaction of the journal that failed")
          .register(registry);

  private PersistenceMetrics() {
    registry.gauge("etibar.journal.queue.rows", queued);
  }

  /** The figures of one actor system. */
  public static PersistenceMetrics get(ClassicActorSystemProvider system) {
    ActorSystem classic = system.classicSystem();
    return ID.get(classic);
  }

  /** Publishes to one more registry. */
  public void publishTo(MeterRegistry target) {
    registry.add(target);
  }

  void queued(int rows) {
    queued.addAndGet(rows);
  }

  void left(int rows) {
    queued.addAndGet(-rows);
  }

  void wrote(int rows, long nanos, boolean successful) {
    batchSize.record(rows);
    (successful ? writeTime : failedWriteTime).record(Duration.ofNanos(nanos));
  }
}
