package dev.rollcall.task.adapter.kafka;

/**
 * A record that cannot be handled, as it came.
 *
 * @param topic dead-letter topic it goes to
 * @param partition the one it came from
 * @param value its bytes; never null, as a missing value goes as no bytes
 */
// The array is handed through from consumer to producer and never compared.
@SuppressWarnings("ArrayRecordComponent")
record DeadLetter(String topic, int partition, byte[] value) {}
