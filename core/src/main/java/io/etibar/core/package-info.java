/**
 * The domain of Etibar. What every feature shares: the markers of stored events and of messages
 * between nodes, the decision an entity takes, and the ways a request can be refused.
 */
@NullMarked
package io.etibar.core;

import org.jspecify.annotations.NullMarked;
