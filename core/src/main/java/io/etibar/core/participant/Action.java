package io.etibar.core.participant;

import org.jspecify.annotations.Nullable;

/**
 * Who did something on behalf of the platform, and why.
 *
 * @param by the operator
 * @param reason in the operator's words; carries no personal data
 */
public record Action(ParticipantId by, @Nullable String reason) {}
