/**
 * The server around the routes: admission, request ids, measures, bounds of time, and a problem
 * document for whatever no route answers.
 */
@NullMarked
package io.etibar.http.server;

import org.jspecify.annotations.NullMarked;
