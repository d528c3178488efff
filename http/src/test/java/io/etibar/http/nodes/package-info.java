/**
 * Nodes as processes of their own, on a real PostgreSQL and under load: what happens when one
 * stops, is killed, or loses the database.
 */
@NullMarked
package io.etibar.http.nodes;

import org.jspecify.annotations.NullMarked;
