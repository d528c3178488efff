@NullMarked
package io.etibar.http;

import org.jspecify.annotations.NullMarked;
