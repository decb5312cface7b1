package io.weir.edge.script;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.weir.runtime.json.Json;

import java.io.IOException;

/**
 * What a script made of a device's bytes.
 *
 * @param method empty when it named none
 * @param reply it answers a command: it has a code and no method
 */
record Said(String method, boolean reply) {
    private static final JsonFactory FACTORY = Json.MAPPER.getFactory();

    /**
     * @param json an object, made by {@code JSON.stringify}
     */
    static Said read(String json) {
        String method = "";
        boolean code = false;
        try (JsonParser p = FACTORY.createParser(json)) {
            p.nextToken();
            for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                JsonToken token = p.nextToken();
                if (name.equals("method") && token == JsonToken.VALUE_STRING) {
                    method = p.getText();
                } else {
                    code |= name.equals("code") && token.isScalarValue();
                    p.skipChildren();
                }
            }
        } catch (IOException e) {
            return new Said("", false);
        }
        return new Said(method, code && method.isEmpty());
    }
}
