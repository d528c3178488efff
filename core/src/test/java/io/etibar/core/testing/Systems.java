package io.etibar.core.testing;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** Actor systems with the serialization of a real node, and a journal in memory. */
public final class Systems {
  private Systems() {}

  /** Every message is serialized, and every event too, as on its way into the journal. */
  public static ActorTestKit start() {
    return ActorTestKit.create(config(PersistenceTestKitPlugin.getInstance().config()));
  }

  /** For tests by {@link EventSourcedBehaviorTestKit}, which serializes the events itself. */
  public static ActorTestKit startForBehaviors() {
    return ActorTestKit.create(config(EventSourcedBehaviorTestKit.config()));
  }

  /** Commands and events are checked to survive serialization; states never leave the memory. */
  public static EventSourcedBehaviorTestKit.SerializationSettings statesInMemory() {
    return EventSourcedBehaviorTestKit.enabledSerializationSettings()
        .withVerifyState(false)
        .withVerifyEquality(true);
  }

  private static Config config(Config journal) {
    return ConfigFactory.parseString(
            """
            akka.actor.serialize-messages = on
            akka.loglevel = WARNING
            """)
        .withFallback(journal)
        .withFallback(ConfigFactory.parseResources("serialization.conf"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }
}
