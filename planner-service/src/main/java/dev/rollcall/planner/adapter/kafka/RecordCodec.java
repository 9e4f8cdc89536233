package dev.rollcall.planner.adapter.kafka;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of the planner's state into bytes and back. It knows no single record: the components are written in their
 * order, so that there is no mapping to keep in step with the domain.
 *
 * <p>Form: one byte {@value #VERSION}, then the record. A record is its length in bytes, the number of its components, and these. A
 * component that may be null has a byte before it. Enums are written by name.
 *
 * <p>Evolution: components are only ever <b>added at the end</b>. A record written before has the new ones null, zero, false or
 * empty; one written by a newer planner is read without those not known here. Anything else needs another version byte, and a reader
 * for both. Thread-safe.
 */
final class RecordCodec {
    static final int VERSION = 1;

    /** A record's constructor, and for each component its type and how to read it. */
    private record Shape(Constructor<?> constructor, Type[] types, Method[] accessors) {}

    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();
    private static final Map<Class<?>, Map<String, Object>> CONSTANTS = new ConcurrentHashMap<>();

    private RecordCodec() {}

    static byte[] encode(Record value) {
        try {
            Out out = new Out();
            out.writeByte(VERSION);
            writeRecord(out, value);
            return out.bytes();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot encode " + value.getClass(), e);
        }
    }

    static <T extends Record> T decode(Class<T> type, byte[] bytes) {
        try {
            In in = new In(bytes);
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("The planner's state has an entry " + type.getSimpleName()
                        + " of version " + version + ", and this planner reads version " + VERSION
                        + ". Run the version of Rollcall that wrote it.");
            }
            return type.cast(readRecord(in, type));
        } catch (IOException e) {
            throw new UncheckedIOException("An entry " + type.getSimpleName() + " of the planner's state is broken", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot decode " + type, e);
        }
    }

    private static Shape shape(Class<?> type) {
        Shape known = SHAPES.get(type);
        return known != null ? known : SHAPES.computeIfAbsent(type, RecordCodec::shapeOf);
    }

    private static Shape shapeOf(Class<?> record) {
        RecordComponent[] components = record.getRecordComponents();
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            Method[] accessors =
                    Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
            for (Method accessor : accessors) {
                accessor.setAccessible(true);
            }
            return new Shape(
                    constructor,
                    Arrays.stream(components)
                            .map(RecordComponent::getGenericType)
                            .toArray(Type[]::new),
                    accessors);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(record + " is no record", e);
        }
    }

    private static void writeRecord(Out out, Record value) throws ReflectiveOperationException {
        Shape shape = shape(value.getClass());
        int begin = out.size();
        out.writeVarint(shape.types().length);
        for (int i = 0; i < shape.types().length; i++) {
            write(out, shape.types()[i], shape.accessors()[i].invoke(value));
        }
        out.insertLength(begin);
    }

    private static Object readRecord(In in, Class<?> type) throws IOException, ReflectiveOperationException {
        int end = in.readEnd();
        Shape shape = shape(type);
        int written = (int) in.readVarint();
        @Nullable Object[] values = new @Nullable Object[shape.types().length];
        for (int i = 0; i < values.length; i++) {
            Type component = shape.types()[i];
            values[i] = i < written ? read(in, component) : absent(component);
        }
        // What a newer planner has added is left out.
        in.skipTo(end);
        return shape.constructor().newInstance(values);
    }

    private static void write(Out out, Type type, @Nullable Object value) throws ReflectiveOperationException {
        Class<?> raw = raw(type);
        if (!raw.isPrimitive()) {
            out.writeBoolean(value != null);
        }
        if (value == null) {
            return;
        }
        if (value instanceof String text) {
            out.writeText(text);
        } else if (value instanceof Integer number) {
            out.writeZigzag(number);
        } else if (value instanceof Long number) {
            out.writeZigzag(number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Enum<?> constant) {
            out.writeText(constant.name());
        } else if (value instanceof Instant instant) {
            out.writeZigzag(instant.getEpochSecond());
            out.writeVarint(instant.getNano());
        } else if (value instanceof Duration duration) {
            out.writeZigzag(duration.getSeconds());
            out.writeVarint(duration.getNano());
        } else if (value instanceof Record nested) {
            writeRecord(out, nested);
        } else if (value instanceof List<?> list) {
            out.writeVarint(list.size());
            for (Object element : list) {
                write(out, argument(type, 0), element);
            }
        } else if (value instanceof Map<?, ?> map) {
            out.writeVarint(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(out, argument(type, 0), entry.getKey());
                write(out, argument(type, 1), entry.getValue());
            }
        } else {
            throw new IllegalStateException("The planner's state cannot hold a " + value.getClass());
        }
    }

    private static @Nullable Object read(In in, Type type) throws IOException, ReflectiveOperationException {
        Class<?> raw = raw(type);
        if (!raw.isPrimitive() && !in.readBoolean()) {
            return null;
        }
        if (raw == String.class) {
            return in.readText();
        } else if (raw == int.class || raw == Integer.class) {
            return Math.toIntExact(in.readZigzag());
        } else if (raw == long.class || raw == Long.class) {
            return in.readZigzag();
        } else if (raw == boolean.class || raw == Boolean.class) {
            return in.readBoolean();
        } else if (raw.isEnum()) {
            return constant(raw, in.readText());
        } else if (raw == Instant.class) {
            return Instant.ofEpochSecond(in.readZigzag(), in.readVarint());
        } else if (raw == Duration.class) {
            return Duration.ofSeconds(in.readZigzag(), in.readVarint());
        } else if (raw.isRecord()) {
            return readRecord(in, raw);
        } else if (raw == List.class) {
            int size = (int) in.readVarint();
            List<@Nullable Object> list = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                list.add(read(in, argument(type, 0)));
            }
            return list;
        } else if (raw == Map.class) {
            int size = (int) in.readVarint();
            Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                Object key = read(in, argument(type, 0));
                map.put(key, read(in, argument(type, 1)));
            }
            return map;
        }
        throw new IllegalStateException("The planner's state cannot hold a " + raw);
    }

    private static @Nullable Object absent(Type type) {
        Class<?> raw = raw(type);
        if (raw == int.class) {
            return 0;
        } else if (raw == long.class) {
            return 0L;
        } else if (raw == boolean.class) {
            return false;
        } else if (raw == List.class) {
            return List.of();
        } else if (raw == Map.class) {
            return Map.of();
        }
        return null;
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    private static Object constant(Class<?> type, String name) {
        Map<String, Object> known = CONSTANTS.computeIfAbsent(type, RecordCodec::constants);
        Object constant = known.get(name);
        if (constant == null) {
            throw new IllegalStateException("The planner's state says " + name + ", which is no " + type.getSimpleName()
                    + " known here. Run the version of Rollcall that wrote it.");
        }
        return constant;
    }

    private static Map<String, Object> constants(Class<?> type) {
        Map<String, Object> constants = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return Map.copyOf(constants);
    }

    /** Bytes in the making. Streams of the JDK, one within the other for each nested record, took most of the planner's time. */
    private static final class Out {
        private byte[] bytes = new byte[256];
        private int size;

        int size() {
            return size;
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes, size);
        }

        void writeByte(int value) {
            room(1);
            bytes[size++] = (byte) value;
        }

        void writeBoolean(boolean value) {
            writeByte(value ? 1 : 0);
        }

        void writeText(String text) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            writeVarint(encoded.length);
            room(encoded.length);
            System.arraycopy(encoded, 0, bytes, size, encoded.length);
            size += encoded.length;
        }

        void writeZigzag(long value) {
            writeVarint(value << 1 ^ value >> 63);
        }

        void writeVarint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                writeByte((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            writeByte((int) rest);
        }

        /** Puts the length of all that was written since in front of it. */
        void insertLength(int begin) {
            int length = size - begin;
            int width = 1;
            for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
                width++;
            }
            room(width);
            System.arraycopy(bytes, begin, bytes, begin + width, length);
            size = begin;
            writeVarint(length);
            size += length;
        }

        private void room(int more) {
            if (size + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            }
        }
    }

    /** A place in bytes that are read. */
    private static final class In {
        private final byte[] bytes;
        private int at;

        In(byte[] bytes) {
            this.bytes = bytes;
        }

        int readByte() throws IOException {
            if (at >= bytes.length) {
                throw new EOFException("The entry ends too early");
            }
            return bytes[at++] & 0xff;
        }

        boolean readBoolean() throws IOException {
            return readByte() != 0;
        }

        String readText() throws IOException {
            int end = readEnd();
            String text = new String(bytes, at, end - at, StandardCharsets.UTF_8);
            at = end;
            return text;
        }

        long readZigzag() throws IOException {
            long value = readVarint();
            return value >>> 1 ^ -(value & 1);
        }

        long readVarint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int next = readByte();
                value |= (next & 0x7fL) << shift;
                if ((next & 0x80) == 0) {
                    return value;
                }
            }
            throw new IOException("A number is too long");
        }

        /** Reads a length. @return where that ends */
        int readEnd() throws IOException {
            long length = readVarint();
            if (length < 0 || length > bytes.length - at) {
                throw new IOException("A length of " + length + " bytes leads out of the entry");
            }
            return at + (int) length;
        }

        void skipTo(int end) throws IOException {
            if (at > end) {
                throw new IOException("A record is longer than it says");
            }
            at = end;
        }
    }
}
