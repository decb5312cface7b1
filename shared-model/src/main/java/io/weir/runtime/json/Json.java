package io.weir.runtime.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;

import io.vertx.core.buffer.Buffer;

import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * The one JSON mapper: snake_case, ISO 8601 UTC to the second, decimals as decimals, duplicate keys
 * refused, unknown fields refused (a typo in a request must not pass).
 */
public final class Json {
    public static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // 50.00 stays 50.00 through a tree, instead of 5E+1
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .serializationInclusion(JsonInclude.Include.ALWAYS)
                    .addModule(times())
                    .build();

    private Json() {}

    public static <T> T read(Buffer buffer, Class<T> type) {
        return read(buffer.getBytes(), type);
    }

    public static <T> T read(byte[] bytes, Type type) {
        try {
            return MAPPER.readValue(bytes, MAPPER.constructType(type));
        } catch (IOException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    public static <T> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    public static JsonNode tree(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    public static JsonNode tree(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    public static Buffer buffer(Object value) {
        return Buffer.buffer(bytes(value));
    }

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    private static String message(IOException e) {
        return e instanceof JsonProcessingException j
                ? j.getOriginalMessage()
                : String.valueOf(e.getMessage());
    }

    private static SimpleModule times() {
        return new SimpleModule("weir-times")
                .addSerializer(LocalDate.class, ToStringSerializer.instance)
                .addDeserializer(
                        LocalDate.class,
                        new JsonDeserializer<>() {
                            @Override
                            public LocalDate deserialize(
                                    JsonParser in, DeserializationContext context)
                                    throws IOException {
                                return LocalDate.parse(in.getText());
                            }
                        })
                .addSerializer(
                        Instant.class,
                        new JsonSerializer<>() {
                            @Override
                            public void serialize(
                                    Instant value, JsonGenerator out, SerializerProvider provider)
                                    throws IOException {
                                out.writeString(value.truncatedTo(ChronoUnit.SECONDS).toString());
                            }
                        })
                .addDeserializer(
                        Instant.class,
                        new JsonDeserializer<>() {
                            @Override
                            public Instant deserialize(
                                    JsonParser in, DeserializationContext context)
                                    throws IOException {
                                return Instant.parse(in.getText());
                            }
                        })
                .addSerializer(
                        Duration.class,
                        new JsonSerializer<>() {
                            @Override
                            public void serialize(
                                    Duration value, JsonGenerator out, SerializerProvider provider)
                                    throws IOException {
                                out.writeString(value.toString());
                            }
                        })
                .addDeserializer(
                        Duration.class,
                        new JsonDeserializer<>() {
                            @Override
                            public Duration deserialize(
                                    JsonParser in, DeserializationContext context)
                                    throws IOException {
                                return Duration.parse(in.getText());
                            }
                        });
    }
}
