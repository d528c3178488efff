package io.etibar.cluster;

import akka.Done;
import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import akka.management.cluster.javadsl.ClusterHttpManagementRoutes;
import akka.management.javadsl.AkkaManagement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The road from a started actor system to a member of the cluster that is up. */
public final class Bootstrap {

  private Bootstrap() {}

  /**
   * Joins as the settings say. On Kubernetes the management server, with {@link #managementRoutes},
   * has to be bound before: the pods find one another through it.
   *
   * @return completes once this node is up, which for a node alone takes about a second. It never
   *     completes where nobody answers; the node then ends by {@code
   *     shutdown-after-unsuccessful-join-seed-nodes}
   */
  public static CompletionStage<Done> join(ActorSystem<?> system, ClusterSettings settings) {
    CompletableFuture<Done> up = new CompletableFuture<>();
    akka.cluster.Cluster.get(system).registerOnMemberUp(() -> up.complete(Done.getInstance()));
    Cluster cluster = Cluster.get(system);
    switch (settings.bootstrap()) {
      case KUBERNETES -> ClusterBootstrap.get(system).start();
      case SELF -> {
        if (settings.seeds().isEmpty()) {
          cluster.manager().tell(Join.create(cluster.selfMember().address()));
        } else {
          cluster.manager().tell(new JoinSeedNodes(addresses(system, settings)));
        }
      }
    }
    return up;
  }

  /**
   * What the management server mounts of Akka's own routes: who is in the cluster ({@code GET
   * /cluster/members}), never a way to change it, and on Kubernetes the contact point that the
   * other pods ask.
   */
  public static Route managementRoutes(ActorSystem<?> system, ClusterSettings settings) {
    Route members = ClusterHttpManagementRoutes.readOnly(akka.cluster.Cluster.get(system));
    return switch (settings.bootstrap()) {
      case SELF -> members;
      case KUBERNETES -> Directives.concat(members, AkkaManagement.get(system).getRoutes());
    };
  }

  private static List<Address> addresses(ActorSystem<?> system, ClusterSettings settings) {
    List<Address> addresses = new ArrayList<>();
    for (ClusterSettings.HostPort seed : settings.seeds()) {
      addresses.add(new Address("akka", system.name(), seed.host(), seed.port()));
    }
    return addresses;
  }
}
