/** Everything that is stored: journal, log, projections and read models on one PostgreSQL. */
@NullMarked
package io.etibar.persistence;

import org.jspecify.annotations.NullMarked;
