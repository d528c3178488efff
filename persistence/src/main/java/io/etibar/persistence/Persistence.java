package io.etibar.persistence;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.cluster.typed.ClusterSingleton;
import com.typesafe.config.Config;
import io.etibar.core.biller.BillerCatalogue;
import io.etibar.core.participant.AssertionRegistry;
import io.etibar.core.participant.ParticipantCatalogue;
import io.etibar.core.payment.OpenReservations;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.privacy.Vault;
import io.etibar.persistence.biller.JdbcBillerCatalogue;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.Json;
import io.etibar.persistence.log.EventDecoder;
import io.etibar.persistence.log.Feed;
import io.etibar.persistence.log.LogMetrics;
import io.etibar.persistence.log.LogSettings;
import io.etibar.persistence.log.PersistenceMetrics;
import io.etibar.persistence.log.Sequencer;
import io.etibar.persistence.participant.JdbcAssertionRegistry;
import io.etibar.persistence.participant.JdbcParticipantCatalogue;
import io.etibar.persistence.payment.JdbcOpenReservations;
import io.etibar.persistence.payment.JdbcPaymentHistory;
import io.etibar.persistence.privacy.JdbcVault;
import io.etibar.persistence.privacy.MasterKey;
import io.etibar.persistence.projection.ProjectionSettings;
import io.etibar.persistence.projection.Projections;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What this module does on a node of the cluster: the sequencer, the feed, the projections, and the
 * ports of {@code core} on the database.
 *
 * @param feed the log, for streams
 * @param projections the read models' operation
 */
public record Persistence(
    Feed feed,
    Projections projections,
    PaymentHistory paymentHistory,
    OpenReservations openReservations,
    BillerCatalogue billers,
    ParticipantCatalogue participants,
    AssertionRegistry assertions,
    Vault vault) {

  /**
   * Starts everything on a system whose configuration has {@link Database#journalConfig()} on top.
   * It ends with the system; the database is closed last (see {@link Database#closeWith}).
   */
  public static Persistence start(
      ActorSystem<?> system, Database database, MeterRegistry registry, InstantSource clock) {
    Config config = system.settings().config();
    LogSettings settings = LogSettings.from(config);
    database.bindTo(registry);
    database.closeWith(system);
    PersistenceMetrics.get(system).publishTo(registry);

    EventDecoder decoder = new EventDecoder(system);
    Feed feed = Feed.start(database, decoder, settings);
    ClusterSingleton.get(system)
        .init(
            Sequencer.singleton(
                database.dataSource(), settings, new LogMetrics(registry), feed::nudge));

    Json json = new Json(system);
    JdbcPaymentHistory history = new JdbcPaymentHistory(database, decoder);
    JdbcOpenReservations reservations = new JdbcOpenReservations(database);
    JdbcBillerCatalogue billers = new JdbcBillerCatalogue(database, json);
    JdbcParticipantCatalogue participants = new JdbcParticipantCatalogue(database, json);
    Projections projections =
        Projections.start(
            system,
            database,
            feed,
            ProjectionSettings.from(config),
            registry,
            List.of(history, reservations, billers, participants));
    endWith(system, feed);
    return new Persistence(
        feed,
        projections,
        history,
        reservations,
        billers,
        participants,
        new JdbcAssertionRegistry(database, clock),
        JdbcVault.open(database, MasterKey.from(config, database.dataDir())));
  }

  /** Readers end after the cluster's parts on this node have handed over. */
  private static void endWith(ActorSystem<?> system, Feed feed) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseClusterShutdown(),
            "close-feed",
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      feed.close();
                      return Done.getInstance();
                    }));
  }
}
