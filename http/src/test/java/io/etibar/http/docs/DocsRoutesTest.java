package io.etibar.http.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DocsRoutesTest {

  private static ActorTestKit kit;
  private static HttpClient client;
  private static URI base;

  @BeforeAll
  static void start() throws Exception {
    kit =
        ActorTestKit.create(
            "docs",
            ConfigFactory.parseString("akka.loglevel = WARNING")
                .withFallback(ConfigFactory.load()));
    ServerBinding binding =
        Http.get(kit.system())
            .newServerAt("127.0.0.1", 0)
            .bind(new DocsRoutes().route())
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    base = URI.create("http://127.0.0.1:" + binding.localAddress().getPort());
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    kit.shutdownTestKit();
  }

  @Test
  void servesTheDescription() throws Exception {
    HttpResponse<String> answer = get("/openapi.yaml");

    assertEquals(200, answer.statusCode());
    assertEquals(
        "application/yaml; charset=UTF-8",
        answer.headers().firstValue("content-type").orElseThrow());
    assertTrue(answer.body().startsWith("openapi: 3.1"), answer.body().substring(0, 40));
  }

  @Test
  void everythingThatTheViewerLoadsIsServedHere() throws Exception {
    assertEquals("/docs/", get("/docs").headers().firstValue("location").orElseThrow());
    HttpResponse<String> page = get("/docs/");
    assertTrue(
        page.headers()
            .firstValue("content-security-policy")
            .orElseThrow()
            .startsWith("default-src 'none'"));

    Matcher loaded = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
    int files = 0;
    while (loaded.find()) {
      String file = loaded.group(1);
      assertFalse(file.contains("//"), () -> file + " is on another host");
      assertEquals(200, get(file.startsWith("/") ? file : "/docs/" + file).statusCode(), file);
      files++;
    }
    assertEquals(6, files);
  }

  @Test
  void nothingElseOfTheClassPathIsServed() throws Exception {
    for (String path :
        new String[] {
          "/docs/../application.conf", "/docs/logback.xml", "/docs/index.html", "/docs//"
        }) {
      assertEquals(404, get(path).statusCode(), path);
    }
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(base + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
