/** How entities are asked, and what it means when no answer comes. */
@NullMarked
package io.etibar.http.entity;

import org.jspecify.annotations.NullMarked;
