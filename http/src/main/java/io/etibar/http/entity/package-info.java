/** The sharded entities as the edge reaches them, and what it remembers of them for a second. */
@NullMarked
package io.etibar.http.entity;

import org.jspecify.annotations.NullMarked;
