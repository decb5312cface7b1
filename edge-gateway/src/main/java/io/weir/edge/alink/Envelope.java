package io.weir.edge.alink;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What surrounds every Alink request (facts: alink.md section 5). The id is whatever the device
 * chose, and echoed as it came; the method is the topic's, since many clients send none.
 *
 * @param code 200, or why it is no request: 6207 no JSON object, 460 an id that is too long
 * @param id raw JSON of the id; empty when there is none
 * @param params raw JSON of the params; {@code null} (the word) when there are none
 * @param ack the device wants a reply
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares envelopes
public record Envelope(int code, byte[] id, String params, boolean ack) {
    private static final byte[] NO_ID = new byte[0];
    private static final String NO_PARAMS = "null";

    public static Envelope read(byte[] payload) {
        byte[] id = NO_ID;
        String params = NO_PARAMS;
        boolean ack = true;
        int code = AlinkReply.OK;
        try (JsonParser p = DeviceJson.parser(payload, 0, payload.length)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return fault(AlinkReply.NOT_JSON, NO_ID);
            }
            for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                JsonToken token = p.nextToken();
                int from = (int) p.currentTokenLocation().getByteOffset();
                if (name.equals("sys") && token == JsonToken.START_OBJECT) {
                    ack = ack(p);
                    continue;
                }
                p.skipChildren();
                p.finishToken();
                int to = (int) p.currentLocation().getByteOffset();
                if (name.equals("params")) {
                    params = new String(payload, from, to - from, StandardCharsets.UTF_8);
                } else if (name.equals("id") && token.isScalarValue()) {
                    if (to - from > DeviceJson.MAX_ID) {
                        code = AlinkReply.BAD_PARAMETER;
                    } else {
                        id = Arrays.copyOfRange(payload, from, to);
                    }
                }
            }
            if (p.nextToken() != null) {
                code = AlinkReply.NOT_JSON;
            }
        } catch (IOException e) {
            return fault(AlinkReply.NOT_JSON, id);
        }
        return new Envelope(code, id, params, ack);
    }

    public boolean fine() {
        return code == AlinkReply.OK;
    }

    private static boolean ack(JsonParser p) throws IOException {
        boolean ack = true;
        for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
            JsonToken value = p.nextToken();
            if (name.equals("ack") && value == JsonToken.VALUE_NUMBER_INT) {
                ack = p.getValueAsInt(1) != 0;
            } else {
                p.skipChildren();
            }
        }
        return ack;
    }

    private static Envelope fault(int code, byte[] id) {
        return new Envelope(code, id, NO_PARAMS, true);
    }
}
