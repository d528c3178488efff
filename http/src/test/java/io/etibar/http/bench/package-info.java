/**
 * The benchmark: load on a node that runs as a process of its own, beside the floor that plain JDBC
 * reaches on the same database in the same run. Not part of the product, and no test: it asserts
 * nothing about time.
 */
@NullMarked
package io.etibar.http.bench;

import org.jspecify.annotations.NullMarked;
