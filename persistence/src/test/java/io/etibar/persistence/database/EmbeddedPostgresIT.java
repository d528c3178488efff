package io.etibar.persistence.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The embedded server and the processes around it. */
class EmbeddedPostgresIT {
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @Test
  void aKilledNodeLeavesItsDataAndTheNextStartTakesOver() throws Exception {
    Path dataDir = TestDatabase.temporaryDirectory();
    Process first = node(dataDir, List.of(), classPath());
    assertTrue(line(first).startsWith("ROWS 1 "));

    Process second = node(dataDir, List.of(), classPath());
    String refusal = line(second);
    assertTrue(refusal.contains(dataDir.toRealPath().toString()), refusal);
    assertTrue(refusal.contains("in use by process " + first.pid()), refusal);
    assertTrue(second.waitFor(10, TimeUnit.SECONDS));
    assertEquals(1, second.exitValue());

    long server = postmaster(dataDir);
    first.destroyForcibly();
    assertTrue(first.waitFor(10, TimeUnit.SECONDS));
    assertTrue(isServer(server, dataDir), "the server outlives the killed node");

    Process third = node(dataDir, List.of(), classPath());
    assertTrue(line(third).startsWith("ROWS 2 "));
    assertFalse(isServer(server, dataDir), "stopped by the next start");
    long next = postmaster(dataDir);
    third.getOutputStream().close();
    assertTrue(third.waitFor(20, TimeUnit.SECONDS));
    assertFalse(isServer(next, dataDir), "no orphan after an orderly end");
  }

  @Test
  void aStrangersProcessNumberInThePidFileIsLeftAlone() throws Exception {
    Path dataDir = TestDatabase.temporaryDirectory();
    try (EmbeddedPostgres postgres = start(dataDir)) {
      assertTrue(postgres.pid().isPresent());
    }
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(
          dataDir.resolve("postgres/postmaster.pid"), stranger.pid() + "\n/elsewhere\n0\n0\n\n\n");
      try (EmbeddedPostgres postgres = start(dataDir)) {
        assertTrue(postgres.pid().isPresent());
      }
      assertTrue(stranger.isAlive());
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aKilledServerRecoversWhatItAcknowledged() throws Exception {
    Path dataDir = TestDatabase.temporaryDirectory();
    try (EmbeddedPostgres postgres = start(dataDir)) {
      execute(postgres, "CREATE TABLE kept (n INT)");
      execute(postgres, "INSERT INTO kept VALUES (1)");
      ProcessHandle.of(postgres.pid().orElseThrow()).orElseThrow().destroyForcibly();
      while (postgres.pid().isPresent()) {
        Thread.onSpinWait();
      }
    }
    try (EmbeddedPostgres postgres = start(dataDir)) {
      execute(postgres, "INSERT INTO kept SELECT n + 1 FROM kept");
    }
  }

  @Test
  void runsAsAnOrdinaryUser() throws Exception {
    assumeTrue(isRoot(), "this test itself runs as an ordinary user, as do all others then");
    assumeTrue(works(AS_NOBODY), "setpriv(1) does not work here");
    Path dataDir = TestDatabase.temporaryDirectory();
    Files.setAttribute(dataDir, "unix:uid", 65_534);
    // The other user may not enter root's home, where Maven's repository is.
    Path jars = TestDatabase.temporaryDirectory();
    Files.setPosixFilePermissions(jars, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process process = node(dataDir, AS_NOBODY, copy(classPath(), jars));
    assertEquals("ROWS 1 USER nobody", line(process));
    process.getOutputStream().close();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
  }

  @Test
  void runsAsNobodyWhereRootMayNotMakeNamespaces() throws Exception {
    assumeTrue(isRoot() && works(AS_NOBODY), "needs root and setpriv(1)");
    Path dataDir = TestDatabase.temporaryDirectory();
    Files.setPosixFilePermissions(dataDir, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (int start = 0; start < 2; start++) {
      try (EmbeddedPostgres postgres =
          EmbeddedPostgres.start(dataDir, settings(), ServerUser.NOBODY)) {
        assertEquals(
            65_534,
            Files.getAttribute(Path.of("/proc/" + postgres.pid().orElseThrow()), "unix:uid"));
      }
    }
  }

  private static EmbeddedPostgres start(Path dataDir) throws IOException {
    return EmbeddedPostgres.start(dataDir, settings());
  }

  private static DatabaseSettings.Embedded settings() {
    return DatabaseSettings.from(ConfigFactory.load()).embedded();
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws Exception {
    DatabaseSettings.Server server = postgres.server();
    try (var connection =
        DriverManager.getConnection(server.url(), server.user(), server.password())) {
      assertTrue(connection.createStatement().executeUpdate(sql) >= 0);
    }
  }

  private static Process node(Path dataDir, List<String> prefix, String classPath)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            classPath,
            NodeProcess.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("ETIBAR_DATA_DIR", dataDir.toString());
    return builder.start();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** The first line that is not of the log. */
  private static String line(Process process) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = reader.readLine();
    while (line != null && !line.startsWith("ROWS ") && !line.startsWith("The ")) {
      line = reader.readLine();
    }
    return line == null ? "" : line;
  }

  private static long postmaster(Path dataDir) throws IOException {
    return Long.parseLong(
        Files.readAllLines(dataDir.resolve("postgres/postmaster.pid")).getFirst().strip());
  }

  /** Whether the process is a living server on the directory, and not its remains. */
  private static boolean isServer(long pid, Path dataDir) throws IOException {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"))
          .equals(dataDir.toRealPath().resolve("postgres"));
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    }
  }

  private static String copy(String classPath, Path target) throws IOException {
    List<String> copied = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      if (!Files.exists(source)) {
        continue;
      }
      Path root = target.resolve(copied.size() + "-" + source.getFileName());
      try (var paths = Files.walk(source)) {
        for (Path path : (Iterable<Path>) paths::iterator) {
          Path to = root.resolve(source.relativize(path).toString());
          if (Files.isDirectory(path)) {
            Files.createDirectories(to);
          } else {
            Files.copy(path, source.equals(path) ? root : to);
          }
        }
      }
      copied.add(root.toString());
    }
    return String.join(File.pathSeparator, copied);
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
  }

  private static boolean works(List<String> prefix) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
