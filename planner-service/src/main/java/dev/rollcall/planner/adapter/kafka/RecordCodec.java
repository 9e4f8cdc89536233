package dev.rollcall.planner.adapter.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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

    private record Shape(Constructor<?> constructor, RecordComponent[] components) {}

    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private RecordCodec() {}

    static byte[] encode(Record value) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            writeRecord(out, value);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot encode " + value.getClass(), e);
        }
    }

    static <T extends Record> T decode(Class<T> type, byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int version = in.readUnsignedByte();
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
        return SHAPES.computeIfAbsent(type, record -> {
            RecordComponent[] components = record.getRecordComponents();
            try {
                Class<?>[] types =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
                Constructor<?> constructor = record.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                Arrays.stream(components)
                        .forEach(component -> component.getAccessor().setAccessible(true));
                return new Shape(constructor, components);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(record + " is no record", e);
            }
        });
    }

    private static void writeRecord(DataOutputStream out, Record value)
            throws IOException, ReflectiveOperationException {
        Shape shape = shape(value.getClass());
        ByteArrayOutputStream body = new ByteArrayOutputStream(128);
        DataOutputStream inner = new DataOutputStream(body);
        writeVarint(inner, shape.components().length);
        for (RecordComponent component : shape.components()) {
            write(inner, component.getGenericType(), component.getAccessor().invoke(value));
        }
        writeVarint(out, body.size());
        body.writeTo(out);
    }

    private static Object readRecord(DataInputStream in, Class<?> type)
            throws IOException, ReflectiveOperationException {
        byte[] body = readBytes(in);
        DataInputStream inner = new DataInputStream(new ByteArrayInputStream(body));
        Shape shape = shape(type);
        int written = (int) readVarint(inner);
        @Nullable Object[] values = new @Nullable Object[shape.components().length];
        for (int i = 0; i < values.length; i++) {
            Type component = shape.components()[i].getGenericType();
            values[i] = i < written ? read(inner, component) : absent(component);
        }
        return shape.constructor().newInstance(values);
    }

    private static void write(DataOutputStream out, Type type, @Nullable Object value)
            throws IOException, ReflectiveOperationException {
        Class<?> raw = raw(type);
        if (!raw.isPrimitive()) {
            out.writeBoolean(value != null);
        }
        if (value == null) {
            return;
        }
        if (value instanceof String text) {
            writeText(out, text);
        } else if (value instanceof Integer number) {
            writeZigzag(out, number);
        } else if (value instanceof Long number) {
            writeZigzag(out, number);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Enum<?> constant) {
            writeText(out, constant.name());
        } else if (value instanceof Instant instant) {
            writeZigzag(out, instant.getEpochSecond());
            writeVarint(out, instant.getNano());
        } else if (value instanceof Duration duration) {
            writeZigzag(out, duration.getSeconds());
            writeVarint(out, duration.getNano());
        } else if (value instanceof Record nested) {
            writeRecord(out, nested);
        } else if (value instanceof List<?> list) {
            writeVarint(out, list.size());
            for (Object element : list) {
                write(out, argument(type, 0), element);
            }
        } else if (value instanceof Map<?, ?> map) {
            writeVarint(out, map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(out, argument(type, 0), entry.getKey());
                write(out, argument(type, 1), entry.getValue());
            }
        } else {
            throw new IllegalStateException("The planner's state cannot hold a " + value.getClass());
        }
    }

    private static @Nullable Object read(DataInputStream in, Type type)
            throws IOException, ReflectiveOperationException {
        Class<?> raw = raw(type);
        if (!raw.isPrimitive() && !in.readBoolean()) {
            return null;
        }
        if (raw == String.class) {
            return readText(in);
        } else if (raw == int.class || raw == Integer.class) {
            return Math.toIntExact(readZigzag(in));
        } else if (raw == long.class || raw == Long.class) {
            return readZigzag(in);
        } else if (raw == boolean.class || raw == Boolean.class) {
            return in.readBoolean();
        } else if (raw.isEnum()) {
            String name = readText(in);
            return Arrays.stream(raw.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("The planner's state says " + name + ", which is no "
                            + raw.getSimpleName() + " known here. Run the version of Rollcall that wrote it."));
        } else if (raw == Instant.class) {
            return Instant.ofEpochSecond(readZigzag(in), readVarint(in));
        } else if (raw == Duration.class) {
            return Duration.ofSeconds(readZigzag(in), readVarint(in));
        } else if (raw.isRecord()) {
            return readRecord(in, raw);
        } else if (raw == List.class) {
            int size = (int) readVarint(in);
            List<@Nullable Object> list = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                list.add(read(in, argument(type, 0)));
            }
            return list;
        } else if (raw == Map.class) {
            int size = (int) readVarint(in);
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

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeVarint(out, bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = (int) readVarint(in);
        if (length < 0 || length > in.available()) {
            throw new IOException("A length of " + length + " bytes leads out of the entry");
        }
        return in.readNBytes(length);
    }

    private static void writeZigzag(DataOutputStream out, long value) throws IOException {
        writeVarint(out, value << 1 ^ value >> 63);
    }

    private static long readZigzag(DataInputStream in) throws IOException {
        long value = readVarint(in);
        return value >>> 1 ^ -(value & 1);
    }

    private static void writeVarint(DataOutputStream out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readVarint(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7fL) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new IOException("A number is too long");
    }
}
