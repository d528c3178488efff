package io.etibar.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.Http;
import akka.http.javadsl.server.Directives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What an operator reads where a node does not start. */
class StartFailuresTest {

  @Test
  void aPortThatIsInUseIsNamedWithItsVariable() throws IOException {
    ActorTestKit kit = ActorTestKit.create();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      var binding = Http.get(kit.system()).newServerAt("127.0.0.1", port).bind(Directives.reject());

      var failure =
          assertThrows(
              IllegalStateException.class, () -> Wiring.bound(binding, port, "ETIBAR_HTTP_PORT"));
      assertEquals(
          "The node did not start. The port "
              + port
              + " cannot be had: [/127.0.0.1:"
              + port
              + "] Address already in use. Stop what uses it, or set ETIBAR_HTTP_PORT to another.",
          Main.describe(failure));
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void everyCauseIsTold() {
    var cause =
        new IllegalStateException("outer", new CompletionException(new IOException("disk")));

    assertEquals("The node did not start. outer IOException: disk", Main.describe(cause));
  }
}
