package io.etibar.http.docs;

import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Location;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.PathMatchers;
import akka.http.javadsl.server.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/**
 * The API's description and its viewer. Everything is read once, at start: there are seven files.
 */
public final class DocsRoutes extends AllDirectives {

  private static final ContentType YAML = text("application", "yaml");
  private static final ContentType HTML = ContentTypes.TEXT_HTML_UTF8;
  private static final ContentType SCRIPT = text("text", "javascript");
  private static final ContentType STYLE = text("text", "css");
  private static final ContentType PNG = MediaTypes.IMAGE_PNG.toContentType();

  private static final String VIEWER = "/META-INF/resources/webjars/swagger-ui/";

  /**
   * Scripts and connections from this host only, nothing inline and no frame around it. The viewer
   * draws its icons from data: addresses.
   */
  private static final List<HttpHeader> HEADERS =
      List.of(
          RawHeader.create(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                  + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Referrer-Policy", "no-referrer"));

  private final Map<String, HttpResponse> files = new LinkedHashMap<>();

  public DocsRoutes() {
    String version = viewerVersion();
    serve("openapi.yaml", YAML, "/openapi.yaml");
    serve("docs/", HTML, "/docs/index.html");
    serve("docs/docs.js", SCRIPT, "/docs/docs.js");
    serve("docs/docs.css", STYLE, "/docs/docs.css");
    serve("docs/swagger-ui.css", STYLE, VIEWER + version + "/swagger-ui.css");
    serve("docs/swagger-ui-bundle.js", SCRIPT, VIEWER + version + "/swagger-ui-bundle.js");
    serve("docs/favicon-32x32.png", PNG, VIEWER + version + "/favicon-32x32.png");
  }

  private void serve(String path, ContentType type, String resource) {
    HttpEntity.Strict entity = HttpEntities.create(type, read(resource));
    files.put(path, HttpResponse.create().addHeaders(HEADERS).withEntity(entity));
  }

  private Route file() {
    return path(
        PathMatchers.remaining(),
        path -> {
          HttpResponse file = files.get(path);
          return file == null ? reject() : get(() -> answer(templateOf(path), file));
        });
  }

  /** The viewer's files are one route to who measures requests. */
  private static String templateOf(String path) {
    return path.startsWith("docs/") ? "/docs/{file}" : "/" + path;
  }

  private static Route answer(String template, HttpResponse answer) {
    return endpoint(template, request -> CompletableFuture.completedStage(answer));
  }

  /** All of them; a path that is none of them is rejected. */
  public Route route() {
    return concat(
        // GET /docs
        path("docs", () -> get(() -> answer("/docs", toDirectory()))),
        // GET /openapi.yaml, /docs/…
        file());
  }

  /** The viewer's files lie beside it, so that its path has to end in a slash. */
  private static HttpResponse toDirectory() {
    return HttpResponse.create()
        .withStatus(StatusCodes.PERMANENT_REDIRECT)
        .addHeader(Location.create("/docs/"));
  }

  private static ContentType text(String main, String sub) {
    return MediaTypes.customWithOpenCharset(main, sub, Map.of(), false)
        .toContentType(HttpCharsets.UTF_8);
  }

  private static String viewerVersion() {
    Properties properties = new Properties();
    try (InputStream in = open("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static byte[] read(String resource) {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = DocsRoutes.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + resource);
    }
    return in;
  }
}
