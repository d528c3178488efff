package io.etibar.persistence.database;

import java.sql.Connection;
import java.sql.SQLException;

/** Work on a connection. */
@FunctionalInterface
public interface SqlFunction<T> {
  /** Does the work; the caller ends the transaction and gives the connection back. */
  T apply(Connection connection) throws SQLException;
}
