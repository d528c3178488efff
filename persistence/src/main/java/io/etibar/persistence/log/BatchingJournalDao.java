package io.etibar.persistence.log;

import akka.NotUsed;
import akka.actor.Scheduler;
import akka.japi.Pair;
import akka.persistence.PersistentRepr;
import akka.persistence.jdbc.AkkaSerialization;
import akka.persistence.jdbc.config.JournalConfig;
import akka.persistence.jdbc.journal.dao.DefaultJournalDao;
import akka.persistence.jdbc.journal.dao.JournalTables.JournalAkkaSerializationRow;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import akka.stream.javadsl.Source;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;
import scala.runtime.BoxedUnit;
import scala.util.Try;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;

/**
 * The journal's data access, named by {@code jdbc-journal.dao}. It keeps the plugin's queue of
 * writes and its table, and replaces what is asked most:
 *
 * <ul>
 *   <li>A batch of events is one statement of arrays, which is its own transaction.
 *   <li>The first question of each entity that starts (its highest sequence number), and its
 *       replay, are asked for many entities at once. A new payment asks this before its first
 *       event, so that otherwise half of all round trips would be this.
 * </ul>
 *
 * It also publishes how large the batches are, how many rows wait, and how long writing takes.
 */
public final class BatchingJournalDao extends DefaultJournalDao {
  private static final int READ_BATCH = 200;
  private static final long THE_END = -1;

  private final PersistenceMetrics metrics;
  private final Serialization serialization;
  private final ThreadPoolExecutor writers;
  private final Batcher<String, Long> highest;
  private final Batcher<JournalTable.Range, List<JournalAkkaSerializationRow>> replays;

  /** Called by the plugin. */
  public BatchingJournalDao(
      JdbcBackend.DatabaseDef db,
      JdbcProfile profile,
      JournalConfig config,
      Serialization serialization,
      ExecutionContext executionContext,
      Materializer materializer) {
    super(db, profile, config, serialization, executionContext, materializer);
    this.metrics = PersistenceMetrics.get(materializer.system());
    this.serialization = serialization;
    int connections =
        materializer
            .system()
            .settings()
            .config()
            .getInt("akka-persistence-jdbc.shared-databases.slick.db.maxConnections");
    int writing = config.daoConfig().parallelism();
    int reading = Math.max(1, connections - writing);
    this.writers = threads(materializer, "journal-write-", writing);
    ThreadPoolExecutor readers = threads(materializer, "journal-read-", reading);
    // One of the readers may be at the other kind of question.
    this.highest =
        new Batcher<>(
            readers,
            Math.max(1, reading - 1),
            READ_BATCH,
            ids -> {
              try (Connection connection = connection()) {
                return JournalTable.highest(connection, ids);
              }
            });
    this.replays =
        new Batcher<>(
            readers,
            Math.max(1, reading - 1),
            READ_BATCH,
            ranges -> {
              try (Connection connection = connection()) {
                return JournalTable.read(connection, ranges);
              }
            });
  }

  @Override
  public Future<BoxedUnit> queueWriteJournalRows(
      Seq<Tuple2<JournalAkkaSerializationRow, scala.collection.immutable.Set<String>>> rows) {
    int count = rows.size();
    metrics.queued(count);
    Future<BoxedUnit> written = super.queueWriteJournalRows(rows);
    written.onComplete(
        result -> {
          metrics.left(count);
          return BoxedUnit.UNIT;
        },
        ExecutionContext.parasitic$.MODULE$);
    return written;
  }

  @Override
  public Future<BoxedUnit> writeJournalRows(
      Seq<Tuple2<JournalAkkaSerializationRow, scala.collection.immutable.Set<String>>> tagged) {
    List<JournalAkkaSerializationRow> rows = new ArrayList<>(tagged.size());
    for (var row : CollectionConverters.asJava(tagged)) {
      if (!row._2().isEmpty() || !JournalTable.isPlain(row._1())) {
        return super.writeJournalRows(tagged);
      }
      rows.add(row._1());
    }
    return Future.apply(
        () -> {
          write(rows);
          return BoxedUnit.UNIT;
        },
        ExecutionContext.fromExecutor(writers));
  }

  private void write(List<JournalAkkaSerializationRow> rows) {
    long started = System.nanoTime();
    boolean successful = false;
    try (Connection connection = connection()) {
      JournalTable.insert(connection, rows);
      successful = true;
    } catch (java.sql.SQLException e) {
      throw new JournalException("Events were not stored", e);
    } finally {
      metrics.wrote(rows.size(), System.nanoTime() - started, successful);
    }
  }

  @Override
  public Future<Object> highestSequenceNr(String persistenceId, long fromSequenceNr) {
    return FutureConverters.asScala(highest.ask(persistenceId).thenApply(number -> number));
  }

  @Override
  public akka.stream.scaladsl.Source<Try<Tuple2<PersistentRepr, Object>>, NotUsed>
      messagesWithBatch(
          String persistenceId,
          long fromSequenceNr,
          long toSequenceNr,
          int batchSize,
          Option<Tuple2<FiniteDuration, Scheduler>> refreshInterval) {
    if (refreshInterval.isDefined()) {
      return super.messagesWithBatch(
          persistenceId, fromSequenceNr, toSequenceNr, batchSize, refreshInterval);
    }
    return Source.unfoldAsync(
            Math.max(1, fromSequenceNr),
            from ->
                from == THE_END
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : replays
                        .ask(new JournalTable.Range(persistenceId, from, toSequenceNr, batchSize))
                        .thenApply(rows -> page(rows, batchSize)))
        .mapConcat(rows -> rows)
        .map(row -> AkkaSerialization.fromRow(serialization, row))
        .asScala();
  }

  private static Optional<Pair<Long, List<JournalAkkaSerializationRow>>> page(
      List<JournalAkkaSerializationRow> rows, int batchSize) {
    long next = rows.size() < batchSize ? THE_END : rows.getLast().sequenceNumber() + 1;
    return Optional.of(Pair.create(next, rows));
  }

  private Connection connection() {
    return db().source().createConnection();
  }

  private static ThreadPoolExecutor threads(Materializer materializer, String name, int count) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    materializer.system().registerOnTermination(executor::shutdown);
    return executor;
  }
}
