package io.etibar.core.testing;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** Actor systems with the serialization of a real node, and a journal in memory. */
public final class Systems {
  private Systems() {}

  /** Every message is serialized, and every event too, as on its way into the journal. */
  public static Config config() {
    return ConfigFactory.parseString(
            """
            akka.actor.serialize-messages = on
            akka.persistence.testkit.events.serialize = on
            akka.loglevel = WARNING
            """)
        .withFallback(PersistenceTestKitPlugin.getInstance().config())
        .withFallback(ConfigFactory.parseResources("serialization.conf"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  public static ActorTestKit start() {
    return ActorTestKit.create(config());
  }
}
