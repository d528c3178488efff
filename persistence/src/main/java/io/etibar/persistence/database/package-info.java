/**
 * The database itself: its settings, the embedded PostgreSQL server, the pool for our own JDBC, and
 * the migrations.
 */
@NullMarked
package io.etibar.persistence.database;

import org.jspecify.annotations.NullMarked;
