/**
 * The demonstration: a whole node with participants, billers, bills and a trickle of payments, set
 * up and used over the same HTTP edge as everybody's.
 */
@NullMarked
package io.etibar.http.demo;

import org.jspecify.annotations.NullMarked;
