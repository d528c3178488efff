package io.etibar.persistence.projection;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.ShardedDaemonProcess;
import akka.projection.ProjectionBehavior;
import akka.projection.ProjectionId;
import akka.projection.javadsl.GroupedProjection;
import akka.projection.javadsl.ProjectionManagement;
import akka.projection.jdbc.javadsl.JdbcHandler;
import akka.projection.jdbc.javadsl.JdbcProjection;
import io.etibar.core.log.LogEvent;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.log.Feed;
import io.etibar.persistence.log.LogSourceProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the read models along the log. Each runs on one node at a time; its tables and its offset
 * change in one transaction, so that each event counts exactly once whatever dies in between.
 */
public final class Projections {
  private static final String KEY = "log";
  private static final long NOT_HERE = -1;

  private final ActorSystem<?> system;
  private final Database database;
  private final Feed feed;
  private final ProjectionSettings settings;
  private final MeterRegistry registry;
  private final Map<String, ReadModel> models = new TreeMap<>();

  private Projections(
      ActorSystem<?> system,
      Database database,
      Feed feed,
      ProjectionSettings settings,
      MeterRegistry registry) {
    this.system = system;
    this.database = database;
    this.feed = feed;
    this.settings = settings;
    this.registry = registry;
  }

  /** Starts these read models, each on some node of the cluster. */
  public static Projections start(
      ActorSystem<?> system,
      Database database,
      Feed feed,
      ProjectionSettings settings,
      MeterRegistry registry,
      List<ReadModel> models) {
    Projections projections = new Projections(system, database, feed, settings, registry);
    models.forEach(projections::start);
    return projections;
  }

  /** The names of the projections. */
  public Set<String> names() {
    return Set.copyOf(models.keySet());
  }

  /** The index of the last event that a projection has handled; nothing before the first. */
  public CompletionStage<Optional<Long>> offset(String name) {
    return management().getOffset(id(name));
  }

  /** Whether a projection is paused. */
  public CompletionStage<Boolean> isPaused(String name) {
    return management().isPaused(id(name));
  }

  /** Stops a projection until it is resumed, across restarts too. */
  public CompletionStage<Done> pause(String name) {
    return management().pause(id(name));
  }

  /** Lets a paused projection go on where it stopped. */
  public CompletionStage<Done> resume(String name) {
    return management().resume(id(name));
  }

  /**
   * Empties a read model and lets it follow the log again from the first event. Where that is cut
   * off, the projection stays paused, and a further call does it all again.
   */
  public CompletionStage<Done> rebuild(String name) {
    ProjectionId id = id(name);
    ReadModel model = models.get(name);
    return pause(name)
        .thenCompose(
            paused ->
                database.transactionally(
                    connection -> {
                      model.clear(connection);
                      try (PreparedStatement statement =
                          connection.prepareStatement(
                              "DELETE FROM akka_projection_offset_store"
                                  + " WHERE projection_name = ? AND projection_key = ?")) {
                        statement.setString(1, id.name());
                        statement.setString(2, id.key());
                        statement.executeUpdate();
                      }
                      return Done.getInstance();
                    }))
        // The projection remembers its offset; told so, it forgets it.
        .thenCompose(cleared -> management().clearOffset(id))
        .thenCompose(forgotten -> resume(name));
  }

  private void start(ReadModel model) {
    models.put(model.name(), model);
    AtomicLong last = new AtomicLong(NOT_HERE);
    Tags tags = Tags.of("projection", model.name());
    registry.gauge(
        "etibar.projection.lag.events",
        tags,
        last,
        index -> {
          long handled = index.get();
          return handled == NOT_HERE ? Double.NaN : Math.max(0, feed.knownSize() - 1 - handled);
        });
    Timer delay =
        Timer.builder("etibar.projection.delay")
            .description("From the writing of an event until the read model shows it")
            .tags(tags)
            .publishPercentiles(0.5, 0.99)
            .register(registry);

    GroupedProjection<Long, LogEvent> projection =
        JdbcProjection.groupedWithin(
                id(model.name()),
                new LogSourceProvider(feed),
                () -> new ProjectionSession(database.dataSource()),
                () -> new Handler(model, last, delay),
                system)
            .withGroup(settings.groupSize(model.pace()), settings.groupWithin(model.pace()));
    ShardedDaemonProcess.get(system)
        .init(
            ProjectionBehavior.Command.class,
            "projection-" + model.name(),
            1,
            number -> ProjectionBehavior.create(projection),
            ProjectionBehavior.stopMessage());
  }

  private ProjectionId id(String name) {
    if (!models.containsKey(name)) {
      throw new IllegalArgumentException("There is no projection " + name);
    }
    return ProjectionId.of(name, KEY);
  }

  private ProjectionManagement management() {
    return ProjectionManagement.get(system);
  }

  private static final class Handler extends JdbcHandler<List<LogEvent>, ProjectionSession> {
    private final ReadModel model;
    private final AtomicLong last;
    private final Timer delay;

    Handler(ReadModel model, AtomicLong last, Timer delay) {
      this.model = model;
      this.last = last;
      this.delay = delay;
    }

    @Override
    public void process(ProjectionSession session, List<LogEvent> events) throws SQLException {
      model.apply(session.connection(), events);
      LogEvent newest = events.getLast();
      last.set(newest.index());
      Duration age = Duration.between(newest.writtenAt(), Instant.now());
      delay.record(age.isNegative() ? Duration.ZERO : age);
    }

    @Override
    public void stop() {
      last.set(NOT_HERE);
    }
  }
}
