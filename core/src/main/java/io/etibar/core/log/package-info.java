/**
 * The one log over all events: as everyone downstream of the journal sees it, and as a Merkle tree
 * (RFC 9162) with tiles, signed checkpoints and proofs that anyone can check without trusting who
 * keeps it. The tree's part needs nothing but the JDK, so that a verifier can be small.
 */
@NullMarked
package io.etibar.core.log;

import org.jspecify.annotations.NullMarked;
