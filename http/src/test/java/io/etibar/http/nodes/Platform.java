package io.etibar.http.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.etibar.core.participant.ParticipantId;
import io.etibar.http.demo.Keys;
import io.etibar.http.security.Scope;
import io.etibar.http.security.TokenKeys;
import io.etibar.http.security.Tokens;
import io.etibar.persistence.database.DatabaseSettings;
import io.etibar.persistence.database.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A database, the keys of those who use the platform, and the nodes on it. */
final class Platform implements AutoCloseable {

  static final String OPERATOR = "operator";
  static final String BANK = "bank-a";
  static final String AGENCY = "water-works";

  /** Bills of it take part payments. */
  static final String BILLER = "water";

  static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final EmbeddedPostgres database;
  private final Keys keys;
  private final Map<String, String> environment = new HashMap<>();
  private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
  private final Client client;
  private final Tokens tokens;

  /** Should this JVM be ended in the middle of a test, nothing is left behind. */
  private final Thread atExit = new Thread(this::cleanUp, "platform-close");

  private Platform(Path directory, EmbeddedPostgres database, Keys keys) throws IOException {
    this.directory = directory;
    this.database = database;
    this.keys = keys;
    this.client = new Client(keys);
    DatabaseSettings.Server server = database.server();
    Path operatorKey = directory.resolve("operator.jwk");
    Files.writeString(operatorKey, JSON.writeValueAsString(keys.publicKey(OPERATOR)));
    environment.put("ETIBAR_DATABASE_URL", server.url());
    environment.put("ETIBAR_DATABASE_USER", server.user());
    environment.put("ETIBAR_DATABASE_PASSWORD", server.password());
    environment.put("ETIBAR_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    environment.put("ETIBAR_OPERATOR_KEY_FILE", operatorKey.toString());
    Path tokenKey = directory.resolve("token.jwk");
    environment.put("ETIBAR_TOKEN_KEY_FILE", tokenKey.toString());
    this.tokens = new Tokens(Client.ISSUER, TokenKeys.loadOrCreate(tokenKey), Clock.systemUTC());
    environment.put("ETIBAR_ISSUER", Client.ISSUER);
  }

  static Platform start() throws Exception {
    return start(Keys.generate(List.of(OPERATOR, BANK, AGENCY)));
  }

  /** A platform whose first operator has one of these keys. */
  static Platform start(Keys keys) throws Exception {
    Path directory = Files.createTempDirectory("etibar-nodes-");
    EmbeddedPostgres database = null;
    try {
      database =
          EmbeddedPostgres.start(
              directory.resolve("database"),
              DatabaseSettings.from(ConfigFactory.load()).embedded());
      Platform platform = new Platform(directory, database, keys);
      Runtime.getRuntime().addShutdownHook(platform.atExit);
      return platform;
    } catch (Exception e) {
      if (database != null) {
        database.close();
      }
      delete(directory);
      throw e;
    }
  }

  /** An access token of every scope that nobody had to be asked for. */
  String token(String participant) {
    return tokens.issue(
        new ParticipantId(participant), EnumSet.allOf(Scope.class), Duration.ofHours(1));
  }

  EmbeddedPostgres database() {
    return database;
  }

  Client client() {
    return client;
  }

  /** A node with a data directory of its own, not started yet. */
  NodeProcess node(String name) throws IOException {
    Map<String, String> own = new HashMap<>(environment);
    own.put("ETIBAR_DATA_DIR", directory.resolve(name).toString());
    NodeProcess node = new NodeProcess(name, own);
    nodes.add(node);
    return node;
  }

  /** Registers a bank and a biller, and publishes bills of 20.00 AZN each. */
  void provision(URI node, List<String> references) throws Exception {
    client.put(node, OPERATOR, "/v1/participants/" + BANK, participant(BANK, "BANK"), 201);
    client.put(node, OPERATOR, "/v1/participants/" + AGENCY, participant(AGENCY, "AGENCY"), 201);
    Map<String, Object> biller = new HashMap<>();
    biller.put("name", "City Water Works");
    biller.put("owner", AGENCY);
    biller.put("category", "utilities");
    biller.put("currency", "AZN");
    biller.put("amountRule", "UP_TO");
    biller.put("graceDays", 30);
    biller.put("billReference", Map.of("kind", "DIGITS", "minLength", 6, "maxLength", 12));
    biller.put("adHoc", true);
    biller.put(
        "references",
        List.of(
            Map.of(
                "name",
                "meter",
                "pattern",
                Map.of("kind", "DIGITS", "minLength", 1, "maxLength", 12),
                "required",
                true)));
    biller.put(
        "budget", Map.of("classification", "142330", "account", "AZ96AZEJ00000000001234567890"));
    biller.put("channels", List.of("CARD", "CASH"));
    biller.put("reason", "A test");
    client.put(node, OPERATOR, "/v1/billers/" + BILLER, biller, 201);
    for (String reference : references) {
      Map<String, Object> bill =
          Map.of("amount", Map.of("value", "20.00", "currency", "AZN"), "due", "2099-12-31");
      client.put(node, AGENCY, "/v1/billers/" + BILLER + "/bills/" + reference, bill, 201);
    }
  }

  private Map<String, Object> participant(String id, String role) {
    return Map.of(
        "name",
        id,
        "role",
        role,
        "keys",
        List.of(keys.publicKey(id)),
        "limits",
        Map.of("requestsPerSecond", 1_000_000),
        "reason",
        "A test");
  }

  /** How many reservations no payment has settled or released yet, as the log tells. */
  long openReservations() throws SQLException {
    DatabaseSettings.Server server = database.server();
    try (Connection connection =
            DriverManager.getConnection(server.url(), server.user(), server.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM open_reservation")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Ids of all payments that the bank's list shows; fails where it shows one twice. */
  Set<String> listed(URI node) throws Exception {
    Set<String> ids = new HashSet<>();
    String after = "";
    do {
      JsonNode page = client.get(node, BANK, "/v1/payments?limit=100" + after).json();
      for (JsonNode item : page.path("items")) {
        if (!ids.add(item.path("id").asText())) {
          throw new AssertionError("listed twice: " + item);
        }
      }
      after = page.hasNonNull("next") ? "&after=" + page.path("next").asText() : null;
    } while (after != null);
    return ids;
  }

  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(atExit);
    client.close();
    nodes.forEach(NodeProcess::close);
    try {
      database.close();
    } finally {
      delete(directory);
    }
  }

  private void cleanUp() {
    nodes.forEach(NodeProcess::close);
    try (EmbeddedPostgres running = database) {
      running.stopServer();
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
