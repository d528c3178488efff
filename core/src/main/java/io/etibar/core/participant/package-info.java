/**
 * Banks, agencies, payment channels and operators: who may use the platform, with which keys and
 * limits.
 */
@NullMarked
package io.etibar.core.participant;

import org.jspecify.annotations.NullMarked;
