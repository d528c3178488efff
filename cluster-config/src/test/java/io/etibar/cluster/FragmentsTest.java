package io.etibar.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.sbr.SplitBrainResolverProvider;
import akka.cluster.sharding.ClusterShardingSettings;
import akka.cluster.typed.Cluster;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.SerializerWithStringManifest;
import akka.serialization.Serializers;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The fragments as a running node sees them. */
class FragmentsTest {

  /** Stands for what the core marks as stored. */
  interface Stored {}

  /** Stands for what the core marks as sent between nodes. */
  interface Sent {}

  record Published(
      String reference, long amountMinor, LocalDate due, Instant at, Map<String, String> fields)
      implements Stored {}

  record Ask(String reference, Duration within, ActorRef<Reply> replyTo) implements Sent {}

  record Reply(boolean accepted) implements Sent {}

  record Legacy(String text) implements Serializable {}

  private static ActorSystem<SpawnProtocol.Command> system;

  @BeforeAll
  static void start() throws Exception {
    Config config = config();
    system = ActorSystem.create(SpawnProtocol.create(), "etibar", config);
    Bootstrap.join(system, ClusterSettings.from(config))
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Config config() {
    Config fragments = ConfigFactory.empty();
    for (String fragment : new String[] {"cluster", "sharding", "serialization", "management"}) {
      fragments = ConfigFactory.parseResources(fragment + ".conf").withFallback(fragments);
      assertFalse(fragments.isEmpty(), fragment);
    }
    // The core's marker types are not on this module's class path: ours stand in for them.
    return ConfigFactory.parseString(
            """
            akka.actor.serialization-bindings {
              "io.etibar.core.JournalEvent" = none
              "io.etibar.core.ClusterMessage" = none
              "io.etibar.cluster.FragmentsTest$Stored" = jackson-json
              "io.etibar.cluster.FragmentsTest$Sent" = jackson-cbor
            }
            """)
        .withFallback(fragments)
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  @Test
  void aNodeAloneFormsAClusterOnLoopbackAndAFreePort() {
    Cluster cluster = Cluster.get(system);

    assertEquals(MemberStatus.up(), cluster.selfMember().status());
    assertEquals("127.0.0.1", cluster.selfMember().address().host().get());
    assertFalse(cluster.selfMember().uniqueAddress().address().port().isEmpty());
    assertInstanceOf(
        SplitBrainResolverProvider.class, akka.cluster.Cluster.get(system).downingProvider());
  }

  @Test
  void akkaUnderstandsThePassivationStrategy() {
    String settings =
        ClusterShardingSettings.create(system.classicSystem()).passivationStrategy().toString();

    assertEquals("LeastRecentlyUsedPassivationStrategy", settings.replaceFirst("\\(.*", ""));
  }

  @Test
  void storedEventsAreJsonOfAnySizeAndReadBackEqual() {
    Published event =
        new Published(
            "20045678",
            Long.MAX_VALUE,
            LocalDate.of(2026, 12, 31),
            Instant.parse("2026-11-21T09:30:00.123456Z"),
            Map.of("note", "x".repeat(40_000)));

    byte[] bytes = serialization().serialize(event).get();
    String json = new String(bytes, StandardCharsets.UTF_8);

    assertEquals(
        "{\"reference\":\"20045678\",\"amountMinor\":9223372036854775807,\"due\":\"2026-12-31\","
            + "\"at\":\"2026-11-21T09:30:00.123456Z\",\"fields\":{",
        json.substring(0, json.indexOf("\"note\"")));
    assertEquals(event, roundTrip(event));
  }

  @Test
  void messagesBetweenNodesKeepTheirActorReferences() {
    Behavior<Reply> ignore = Behaviors.ignore();
    ActorRef<Reply> replyTo =
        AskPattern.<SpawnProtocol.Command, ActorRef<Reply>>ask(
                system,
                reply -> new SpawnProtocol.Spawn<>(ignore, "asker", Props.empty(), reply),
                Duration.ofSeconds(5),
                system.scheduler())
            .toCompletableFuture()
            .join();
    Ask command = new Ask("20045678", Duration.ofSeconds(5), replyTo);

    assertEquals(command, roundTrip(command));
    assertEquals(new Reply(true), roundTrip(new Reply(true)));
  }

  @Test
  void aFieldThatIsMissingFailsAndOneThatIsUnknownDoesNot() throws Exception {
    assertEquals(new Reply(true), read(Reply.class, "{\"accepted\":true,\"later\":1}"));
    assertThrows(Exception.class, () -> read(Reply.class, "{}"));
    assertThrows(Exception.class, () -> read(Reply.class, "{\"accepted\":null}"));
  }

  @Test
  void javaSerializationIsOff() {
    assertThrows(Exception.class, () -> serialization().serialize(new Legacy("x")).get());
  }

  private static Object roundTrip(Object message) {
    byte[] bytes = serialization().serialize(message).get();
    Serializer serializer = serialization().findSerializerFor(message);
    String manifest = Serializers.manifestFor(serializer, message);
    return serialization().deserialize(bytes, serializer.identifier(), manifest).get();
  }

  private static Object read(Class<?> type, String json) throws Exception {
    SerializerWithStringManifest serializer =
        (SerializerWithStringManifest)
            serialization()
                .serializerFor(Published.class); // the JSON one, whatever the type is bound to
    return serializer.fromBinary(json.getBytes(StandardCharsets.UTF_8), type.getName());
  }

  private static Serialization serialization() {
    return SerializationExtension.get(system);
  }
}
