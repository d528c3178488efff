package io.etibar.persistence.log;

import akka.persistence.jdbc.config.JournalConfig;
import akka.persistence.jdbc.journal.dao.DefaultJournalDao;
import akka.persistence.jdbc.journal.dao.JournalTables.JournalAkkaSerializationRow;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import scala.Tuple2;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.runtime.BoxedUnit;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;

/**
 * The plugin's own data access, with figures: how large the batches are, how many rows wait, and
 * how long a transaction takes. Named by {@code jdbc-journal.dao}.
 */
public final class MeteredJournalDao extends DefaultJournalDao {
  private final PersistenceMetrics metrics;

  /** Called by the plugin. */
  public MeteredJournalDao(
      JdbcBackend.DatabaseDef db,
      JdbcProfile profile,
      JournalConfig config,
      Serialization serialization,
      ExecutionContext executionContext,
      Materializer materializer) {
    super(db, profile, config, serialization, executionContext, materializer);
    this.metrics = PersistenceMetrics.get(materializer.system());
  }

  @Override
  public Future<BoxedUnit> queueWriteJournalRows(
      scala.collection.immutable.Seq<
              Tuple2<JournalAkkaSerializationRow, scala.collection.immutable.Set<String>>>
          rows) {
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
      scala.collection.immutable.Seq<
              Tuple2<JournalAkkaSerializationRow, scala.collection.immutable.Set<String>>>
          rows) {
    long started = System.nanoTime();
    Future<BoxedUnit> written = super.writeJournalRows(rows);
    written.onComplete(
        result -> {
          metrics.wrote(rows.size(), System.nanoTime() - started, result.isSuccess());
          return BoxedUnit.UNIT;
        },
        ExecutionContext.parasitic$.MODULE$);
    return written;
  }
}
