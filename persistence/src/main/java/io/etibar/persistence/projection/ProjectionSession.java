package io.etibar.persistence.projection;

import akka.japi.function.Function;
import akka.projection.jdbc.JdbcSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * One transaction of a projection.
 *
 * <p>It does not wait for its flush: what it wrote and its offset stand or fall together, and what
 * a crash of the server takes is written again from the log.
 */
final class ProjectionSession implements JdbcSession {
  private final Connection connection;

  ProjectionSession(DataSource dataSource) {
    try {
      connection = dataSource.getConnection();
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL synchronous_commit = off");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("A projection got no connection", e);
    }
  }

  Connection connection() {
    return connection;
  }

  @Override
  public <T> T withConnection(Function<Connection, T> work) throws Exception {
    return work.apply(connection);
  }

  @Override
  public void commit() throws SQLException {
    connection.commit();
  }

  @Override
  public void rollback() throws SQLException {
    connection.rollback();
  }

  @Override
  public void close() throws SQLException {
    // HikariCP rolls back what is open and restores auto-commit.
    connection.close();
  }
}
