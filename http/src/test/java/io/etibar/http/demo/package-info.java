/** What the demonstration shows to whoever started it. */
@NullMarked
package io.etibar.http.demo;

import org.jspecify.annotations.NullMarked;
