package io.etibar.persistence.database;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that holds an embedded server: opens the database, adds a row, says so, and
 * ends in order when its input ends.
 */
public final class NodeProcess {
  private NodeProcess() {}

  /** Takes its settings from the environment, as a node does. */
  public static void main(String[] arguments) throws Exception {
    try (Database database = Database.open(DatabaseSettings.from(ConfigFactory.load()))) {
      try (Connection connection = database.dataSource().getConnection()) {
        connection.createStatement().execute("CREATE TABLE IF NOT EXISTS kept (n INT)");
        connection.createStatement().execute("INSERT INTO kept SELECT count(*) + 1 FROM kept");
        try (var row = connection.createStatement().executeQuery("SELECT max(n) FROM kept")) {
          row.next();
          System.out.println("ROWS " + row.getInt(1) + " USER " + System.getProperty("user.name"));
        }
      }
      while (System.in.read() >= 0) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
    } catch (IllegalStateException e) {
      System.out.write((e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
      System.out.flush();
      System.exit(1);
    }
  }
}
