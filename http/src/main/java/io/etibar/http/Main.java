package io.etibar.http;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a node. Its settings come from the environment; a signal ends it in good order. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /** Exit code 1: the node did not start, and the last line of the log says why. */
  public static void main(String[] args) {
    try {
      Node node = Wiring.start(ConfigFactory.load());
      LOG.info(
          "Ready: API on port {}, management on port {}", node.httpPort(), node.managementPort());
    } catch (RuntimeException | Error e) {
      LOG.error("{}", describe(e));
      LOG.debug("The node did not start", e);
      System.exit(1);
    }
  }

  /** What an operator needs to read: no stack, but every cause's message. */
  public static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder("The node did not start.");
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean wrapper = cause instanceof CompletionException && cause.getCause() != null;
      String message = cause.getMessage();
      if (!wrapper && message != null && text.indexOf(message) < 0) {
        boolean plain =
            cause instanceof IllegalStateException
                || cause instanceof IllegalArgumentException
                || cause instanceof ConfigException;
        text.append(' ')
            .append(plain ? message : cause.getClass().getSimpleName() + ": " + message);
      }
    }
    return text.toString();
  }
}
