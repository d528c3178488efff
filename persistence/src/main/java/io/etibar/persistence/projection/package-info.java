/** Projections: what follows the log and keeps the read models. */
@NullMarked
package io.etibar.persistence.projection;

import org.jspecify.annotations.NullMarked;
