package io.etibar.persistence.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable PostgreSQL server that belongs to this node: its data stays in the data directory,
 * every commit is flushed before it is acknowledged, and it listens on the loopback interface
 * alone.
 *
 * <p>The server is a daemon of its own session, so that Ctrl-C reaches the node and not the server:
 * the node ends its work first and stops the server last. When a node is killed, its server lives
 * on; the next start finds it through {@code postmaster.pid} and stops it in good order.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String USER = "etibar";
  private static final String DATABASE = "etibar";
  private static final int ATTEMPTS = 5;

  private final DatabaseSettings.Embedded settings;
  private final DirectoryLock lock;
  private final ServerPrograms programs;
  private final ServerUser user;
  private final Path data;
  private final Path log;
  private final String password;
  private int port;
  private boolean running;

  private EmbeddedPostgres(
      DatabaseSettings.Embedded settings, Path dataDir, ServerUser user, DirectoryLock lock)
      throws IOException {
    this.settings = settings;
    this.lock = lock;
    this.user = user;
    this.data = dataDir.resolve("postgres");
    this.log = dataDir.resolve("postgres.log");
    this.port = settings.port();
    this.programs = ServerPrograms.unpackedIn(programsDir(settings, dataDir, user));
    this.password = password(dataDir.resolve("postgres.password"));
  }

  /**
   * Starts the server on a data directory, and makes the directory and the database where they are
   * not there yet.
   *
   * @throws IllegalStateException when another process holds the directory, or the server does not
   *     start; the message says what to do
   */
  public static EmbeddedPostgres start(Path dataDir, DatabaseSettings.Embedded settings)
      throws IOException {
    return start(dataDir, settings, ServerUser.detect());
  }

  static EmbeddedPostgres start(Path dataDir, DatabaseSettings.Embedded settings, ServerUser user)
      throws IOException {
    Files.createDirectories(dataDir);
    Path directory = dataDir.toRealPath();
    DirectoryLock lock = DirectoryLock.of(directory);
    try {
      EmbeddedPostgres postgres = new EmbeddedPostgres(settings, directory, user, lock);
      postgres.stopOrphan();
      postgres.initialize();
      postgres.startServer();
      return postgres;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where and as whom to connect. */
  public DatabaseSettings.Server server() {
    return new DatabaseSettings.Server(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE, USER, password);
  }

  /** The process id of the running server, if it runs. */
  public Optional<Long> pid() {
    return postmaster().filter(this::isOurs);
  }

  /** Starts the stopped server again, on the same port. */
  public synchronized void startServer() throws IOException {
    if (running) {
      return;
    }
    long started = System.nanoTime();
    IOException last = new IOException("PostgreSQL was not started");
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (port == 0) {
        port = freePort();
      }
      writeConfiguration();
      try {
        launch();
        running = true;
        LOG.info(
            "PostgreSQL runs on port {} after {} ms, data in {}",
            port,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started),
            data);
        return;
      } catch (IOException e) {
        // A port taken meanwhile, or backends of a killed server that are about to leave.
        last = e;
        if (settings.port() == 0) {
          port = 0;
        }
        LOG.warn("PostgreSQL did not start (attempt {} of {})", attempt, ATTEMPTS, e);
        pause(Duration.ofMillis(500));
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not start on " + data + "; see " + log + ". " + tail(), last);
  }

  /** Stops the server in good order: open transactions are rolled back, everything is flushed. */
  public synchronized void stopServer() throws IOException {
    if (running) {
      stop();
      running = false;
    }
  }

  /** Stops the server and lets the directory go. */
  @Override
  public synchronized void close() throws IOException {
    try {
      stopServer();
    } finally {
      lock.close();
    }
  }

  private void initialize() throws IOException {
    if (Files.exists(data.resolve("PG_VERSION"))) {
      requireSameVersion();
      user.own(data);
      return;
    }
    // Made beside and renamed at the end: a start that was killed half-way leaves nothing
    // half-made.
    Path unfinished = data.resolveSibling("postgres.unfinished");
    ServerPrograms.deleteTree(unfinished);
    Files.createDirectory(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path passwordFile = unfinished.resolveSibling("postgres.initial");
    Files.writeString(passwordFile, password);
    user.own(unfinished);
    user.own(passwordFile);
    try {
      run(
          settings.startTimeout(),
          List.of(
              programs.program("initdb"),
              "--pgdata=" + unfinished,
              "--username=" + USER,
              "--auth=scram-sha-256",
              "--pwfile=" + passwordFile,
              "--encoding=UTF8",
              // The same order and case rules on every machine, whatever its libraries.
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--locale=C",
              "--data-checksums"));
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void requireSameVersion() throws IOException {
    String version = Files.readString(data.resolve("PG_VERSION")).strip();
    String ours = output(List.of(programs.program("postgres"), "--version"));
    if (!ours.contains(") " + version + ".")) {
      throw new IllegalStateException(
          "The data in "
              + data
              + " were written by PostgreSQL "
              + version
              + ", and this is "
              + ours
              + ". Move them with pg_dump, or point ETIBAR_DATABASE_URL to a server.");
    }
  }

  /**
   * Writes the server's whole configuration, so that a start by hand ({@code pg_ctl start}) is the
   * same as ours.
   */
  private void writeConfiguration() throws IOException {
    String configuration =
        """
        # Written at every start of the node; changes here are lost.
        listen_addresses = '127.0.0.1'
        port = %d
        # No socket in the file system: its path would have to be short, and nobody needs it.
        unix_socket_directories = ''
        max_connections = %d
        shared_buffers = %s
        # An acknowledged write is never lost.
        fsync = on
        synchronous_commit = on
        full_page_writes = on
        # Fewer checkpoints: after each one every page is written to the log in full once more.
        max_wal_size = 2GB
        checkpoint_timeout = 15min
        # Nothing here is replicated from by default, so that the log is small.
        wal_level = replica
        max_wal_senders = 0
        # Our statements are short; compiling them costs more than running them.
        jit = off
        max_parallel_workers_per_gather = 0
        # A transaction left open holds the feed of events back.
        idle_in_transaction_session_timeout = 60s
        timezone = 'UTC'
        log_timezone = 'UTC'
        datestyle = 'iso'
        log_line_prefix = '%%m [%%p] '
        log_checkpoints = off
        password_encryption = 'scram-sha-256'
        """
            .formatted(port, settings.maxConnections(), settings.sharedBuffers());
    Path file = data.resolve("postgresql.conf");
    Files.writeString(file, configuration);
    if (user != ServerUser.SAME) {
      user.own(data);
    }
  }

  private void launch() throws IOException {
    Files.writeString(log, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    user.own(log);
    run(
        settings.startTimeout().plusSeconds(5),
        List.of(
            programs.program("pg_ctl"),
            "start",
            "--wait",
            "--silent",
            "--timeout=" + settings.startTimeout().toSeconds(),
            "--pgdata=" + data,
            "--log=" + log,
            // On the command line too, since ALTER SYSTEM must not be able to turn them off.
            "--options=-c fsync=on -c synchronous_commit=on -c full_page_writes=on"));
    createDatabase();
  }

  private void createDatabase() throws IOException {
    String administration = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try (var connection = java.sql.DriverManager.getConnection(administration, USER, password);
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    } catch (java.sql.SQLException e) {
      stop();
      throw new IOException("PostgreSQL started, but does not answer", e);
    }
  }

  private void stop() throws IOException {
    try {
      stop("fast");
    } catch (IOException e) {
      // The write-ahead log recovers what a fast stop could not write in time.
      LOG.warn("PostgreSQL did not stop in {}, stopping it at once", settings.stopTimeout(), e);
      stop("immediate");
    }
  }

  private void stop(String mode) throws IOException {
    if (pid().isEmpty()) {
      return;
    }
    run(
        settings.stopTimeout().plusSeconds(5),
        List.of(
            programs.program("pg_ctl"),
            "stop",
            "--wait",
            "--silent",
            "--mode=" + mode,
            "--timeout=" + settings.stopTimeout().toSeconds(),
            "--pgdata=" + data));
  }

  /** Stops the server of a node that was killed. The directory's lock says that no node has it. */
  private void stopOrphan() throws IOException {
    Optional<Long> pid = postmaster();
    if (pid.isEmpty()) {
      return;
    }
    if (isOurs(pid.get())) {
      LOG.info("A killed node left PostgreSQL running as process {}: stopping it", pid.get());
      stop();
    } else if (ProcessHandle.of(pid.get()).isPresent()) {
      // The number belongs to something else by now. PostgreSQL itself cannot tell and would
      // refuse.
      Files.deleteIfExists(data.resolve("postmaster.pid"));
    }
  }

  private Optional<Long> postmaster() {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      return lines.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(lines.get(0).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether the process is a server on our directory: a process number alone may be reused. */
  private boolean isOurs(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    Path workingDirectory = Path.of("/proc/" + pid + "/cwd");
    if (Files.exists(Path.of("/proc/self"))) {
      try {
        return Files.readSymbolicLink(workingDirectory).equals(data);
      } catch (IOException e) {
        return false;
      }
    }
    return process.get().info().command().map(name -> name.contains("postgres")).orElse(false);
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return "Its last words: "
          + String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  private void run(Duration timeout, List<String> command) throws IOException {
    // Into a file and not a pipe: the server inherits it, and a pipe would never end.
    Path output = Files.createTempFile(data.getParent(), "postgres-", ".out");
    user.own(output);
    try {
      Process process =
          new ProcessBuilder(user.command(command))
              .directory(data.getParent().toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IOException(command.get(0) + " took longer than " + timeout);
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command)
                + " ended with "
                + process.exitValue()
                + ": "
                + Files.readString(output).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for " + command.get(0), e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private String output(List<String> command) throws IOException {
    Process process = new ProcessBuilder(user.command(command)).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static Path programsDir(
      DatabaseSettings.Embedded settings, Path dataDir, ServerUser user) {
    if (settings.programsDir().isPresent()) {
      return settings.programsDir().get();
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path shared =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "etibar")
            : Path.of(cache, "etibar");
    try {
      if (user != ServerUser.NOBODY) {
        Files.createDirectories(shared);
        if (Files.isWritable(shared)) {
          return shared;
        }
      }
    } catch (IOException e) {
      LOG.debug("No cache directory at {}", shared, e);
    }
    // An account without a home, or root's own home, which nobody else may enter.
    return dataDir.resolve("postgres-programs");
  }

  private static String password(Path file) throws IOException {
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    Files.createFile(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(unfinished, password + "\n");
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    return password;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void pause(Duration duration) throws IOException {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while PostgreSQL was starting", e);
    }
  }
}
