/** The wire contract: records generated from {@code src/main/avro}, and {@link dev.rollcall.schemas.Topics}. */
package dev.rollcall.schemas;
