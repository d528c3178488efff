package io.etibar.persistence.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whom the server runs as. PostgreSQL refuses to run as root; where this process is root, the
 * server runs in a user namespace of its own (it then sees itself as an ordinary user, while its
 * files belong to root), or, where the kernel or a container forbids namespaces, as the user {@code
 * nobody}.
 */
enum ServerUser {
  /** This process is an ordinary user, and the server is the same one. */
  SAME(""),
  /** This process is root, the server an unmapped user of a new namespace. */
  NAMESPACE("unshare -U"),
  /** This process is root, the server is {@code nobody}. */
  NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

  private static final int NOBODY_ID = 65_534;

  private final String prefix;

  ServerUser(String prefix) {
    this.prefix = prefix;
  }

  static ServerUser detect() throws IOException {
    if (!isRoot()) {
      return SAME;
    }
    for (ServerUser user : List.of(NAMESPACE, NOBODY)) {
      if (user.works()) {
        return user;
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither unshare(1) nor setpriv(1) works here."
            + " Start as an ordinary user, or set ETIBAR_DATABASE_URL to a server of your own.");
  }

  /** The command as this user. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>();
    if (!prefix.isEmpty()) {
      all.addAll(List.of(prefix.split(" ", -1)));
    }
    all.addAll(command);
    return all;
  }

  /** Gives a tree to the user, where that is needed. */
  void own(Path root) throws IOException {
    if (this != NOBODY || !Files.exists(root) || owner(root) == NOBODY_ID) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      paths.forEach(
          path -> {
            try {
              Files.setAttribute(path, "unix:uid", NOBODY_ID);
              Files.setAttribute(path, "unix:gid", NOBODY_ID);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean works() throws IOException {
    try {
      Process process =
          new ProcessBuilder(command(List.of("id", "-u")))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String id =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 && !id.equals("0");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while looking for a user for PostgreSQL", e);
    }
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) && owner(self) == 0;
  }

  private static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }
}
