/**
 * What operators and their tools ask of a node on a port of its own: whether it lives, whether it
 * is ready, and its metrics. Nobody is asked who they are, so the port stays on loopback or on the
 * pod.
 */
@NullMarked
package io.etibar.http.management;

import org.jspecify.annotations.NullMarked;
