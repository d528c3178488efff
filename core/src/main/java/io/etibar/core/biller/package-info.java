/** Those who collect: budget agencies and utilities, with the rules of what they accept. */
@NullMarked
package io.etibar.core.biller;

import org.jspecify.annotations.NullMarked;
