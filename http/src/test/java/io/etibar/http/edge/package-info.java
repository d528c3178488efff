/** The edge over real sharded entities, asked as clients ask it. */
@NullMarked
package io.etibar.http.edge;

import org.jspecify.annotations.NullMarked;
