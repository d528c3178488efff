package io.etibar.core;

/**
 * Marks an event that is stored in the journal as JSON. A stored event is a contract: its class
 * name and its fields are read for ever, and a golden file holds each of its versions.
 */
public interface JournalEvent {}
