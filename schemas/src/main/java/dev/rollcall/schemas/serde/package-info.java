/**
 * Kafka serializer and deserializer for Avro in Confluent's wire format, with the registry client they need.
 *
 * <p>The configuration keys are those of Confluent's serializers, so that who has these on the class path changes two class names.
 */
@NullMarked
package dev.rollcall.schemas.serde;

import org.jspecify.annotations.NullMarked;
