package io.etibar.persistence.log;

import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.typed.SingletonActor;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Gives each committed event the next dense index. One in the cluster; should there be two for a
 * moment, the log's head lets only one of them append (see {@link LogStore}).
 *
 * <p>It blocks its thread while the database works, and so has a thread of its own.
 */
public final class Sequencer extends AbstractBehavior<Sequencer.Command> {
  private static final String DISPATCHER = "etibar.log.sequencer-dispatcher";
  private static final Duration AFTER_FAILURE = Duration.ofMillis(300);

  /** What a sequencer is told. */
  public sealed interface Command {}

  private record Look() implements Command {}

  /** Ends the sequencer, as for a hand-over to another node. */
  private record Stop() implements Command {}

  private final TimerScheduler<Command> timers;
  private final DataSource dataSource;
  private final LogStore store;
  private final LogSettings settings;
  private final LogMetrics metrics;
  private final Runnable appended;
  private Instant lastAlarm = Instant.EPOCH;
  private boolean failing;

  /**
   * The cluster's sequencer, for {@code ClusterSingleton}.
   *
   * @param appended run after events got their indexes, to wake this node's feed
   */
  public static SingletonActor<Command> singleton(
      DataSource dataSource, LogSettings settings, LogMetrics metrics, Runnable appended) {
    return SingletonActor.of(
            create(dataSource, new LogStore(), settings, metrics, appended), "sequencer")
        .withProps(Props.empty().withDispatcherFromConfig(DISPATCHER))
        .withStopMessage(new Stop());
  }

  static Behavior<Command> create(
      DataSource dataSource,
      LogStore store,
      LogSettings settings,
      LogMetrics metrics,
      Runnable appended) {
    Behavior<Command> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new Sequencer(
                            context, timers, dataSource, store, settings, metrics, appended)));
    return Behaviors.supervise(behavior)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                Duration.ofMillis(200), Duration.ofSeconds(3), 0.2));
  }

  private Sequencer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      DataSource dataSource,
      LogStore store,
      LogSettings settings,
      LogMetrics metrics,
      Runnable appended) {
    super(context);
    // Akka would name the logger after a class of its own, of which only warnings are logged.
    context.setLoggerName(Sequencer.class);
    this.timers = timers;
    this.dataSource = dataSource;
    this.store = store;
    this.settings = settings;
    this.metrics = metrics;
    this.appended = appended;
    context.getSelf().tell(new Look());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> look())
        .onMessage(Stop.class, stop -> stop())
        .onSignal(akka.actor.typed.PostStop.class, stopped -> stopped())
        .onSignal(akka.actor.typed.PreRestart.class, restarting -> stopped())
        .build();
  }

  private Behavior<Command> look() {
    boolean more;
    try (Connection connection = dataSource.getConnection()) {
      Optional<LogStore.Waiting> waiting = store.waiting(connection);
      measure(waiting);
      more = waiting.isPresent() && waiting.get().ready() && append(connection);
    } catch (SQLException e) {
      // A database that is away, or another sequencer that was quicker: both pass.
      if (!failing) {
        getContext().getLog().warn("The log waits for its database: {}", e.toString());
      }
      failing = true;
      timers.startSingleTimer(new Look(), AFTER_FAILURE);
      return this;
    }
    if (failing) {
      getContext().getLog().info("The log goes on");
      failing = false;
    }
    if (more) {
      getContext().getSelf().tell(new Look());
    } else {
      timers.startSingleTimer(new Look(), settings.sequencerInterval());
    }
    return this;
  }

  /** Appends a batch; true when it was full, so that there is probably more. */
  private boolean append(Connection connection) throws SQLException {
    long started = System.nanoTime();
    int count = store.append(connection, settings.sequencerBatch());
    metrics.appended(count, System.nanoTime() - started);
    if (count > 0) {
      appended.run();
    }
    return count == settings.sequencerBatch();
  }

  private void measure(Optional<LogStore.Waiting> waiting) {
    Instant now = Instant.now();
    Duration age = waiting.map(first -> first.age(now)).orElse(Duration.ZERO);
    metrics.unsequencedAge(age);
    if (age.compareTo(settings.lagAlarm()) > 0
        && lastAlarm.plus(settings.lagAlarm()).isBefore(now)) {
      lastAlarm = now;
      getContext()
          .getLog()
          .warn(
              "The log is {} behind the journal{}",
              age,
              waiting.orElseThrow().ready()
                  ? ""
                  : ": a transaction that is still open somewhere on the server holds it back"
                      + " (see pg_stat_activity)");
    }
  }

  private Behavior<Command> stop() {
    return Behaviors.stopped();
  }

  private Behavior<Command> stopped() {
    metrics.notSequencing();
    return this;
  }
}
