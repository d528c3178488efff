package io.etibar.http.management;

import akka.actor.typed.ActorSystem;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.ClusterShardingHealthCheck;
import akka.cluster.sharding.ClusterShardingHealthCheckSettings;
import akka.cluster.typed.Cluster;
import io.etibar.http.management.Readiness.Check;
import io.etibar.http.management.Readiness.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.DurationConverters;
import scala.jdk.javaapi.FutureConverters;

/** The checks of readiness that the cluster itself can answer. */
public final class ClusterChecks {

  private ClusterChecks() {}

  /** This node is a member that is up. */
  public static Check memberUp(ActorSystem<?> system) {
    return new Check(
        "cluster",
        () -> {
          Member self = Cluster.get(system).selfMember();
          String status = self.status().toString().toLowerCase(Locale.ROOT);
          boolean up =
              self.status().equals(MemberStatus.up())
                  || self.status().equals(MemberStatus.weaklyUp());
          return CompletableFuture.completedStage(new Outcome(up, status));
        });
  }

  /**
   * The shard regions of these entity types have found their coordinator once. Later it may move
   * without making every node unready: requests to known shards go on.
   */
  public static Check shardRegions(
      ActorSystem<?> system, List<String> entityTypes, Duration timeout) {
    // Akka's own check stops looking a while after the node came up; this one has to hold for a
    // slow start too.
    Duration always = Duration.ofDays(1);
    var settings =
        new ClusterShardingHealthCheckSettings(
            CollectionConverters.asScala(Set.copyOf(entityTypes)).toSet(),
            DurationConverters.toScala(timeout),
            DurationConverters.toScala(always));
    var check =
        new ClusterShardingHealthCheck(
            system.classicSystem(),
            settings,
            type -> akka.cluster.sharding.ClusterSharding.get(system).shardRegion(type));
    return new Check("shards", () -> toJava(check.apply()).thenApply(ClusterChecks::registered));
  }

  private static Outcome registered(Object registered) {
    return Boolean.TRUE.equals(registered)
        ? Outcome.ok("registered")
        : Outcome.failed("not registered yet");
  }

  private static CompletionStage<Object> toJava(Future<Object> future) {
    return FutureConverters.asJava(future);
  }
}
