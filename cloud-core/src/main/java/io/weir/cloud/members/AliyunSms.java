package io.weir.cloud.members;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Aliyun's SMS service: RPC style, action SendSms of version 2017-05-25, signed with
 * HMAC-SHA1 over the sorted query.
 */
final class AliyunSms implements SmsChannel {
    private static final Logger LOG = LoggerFactory.getLogger(AliyunSms.class);
    private static final int TIMEOUT_MS = 5000;
    private static final String TOO_MANY = "isv.BUSINESS_LIMIT_CONTROL";

    private final WebClient client;
    private final Time time;
    private final MembersConfig config;

    AliyunSms(Vertx vertx, Time time, MembersConfig config) {
        this.client = WebClient.create(vertx, new WebClientOptions().setConnectTimeout(TIMEOUT_MS));
        this.time = time;
        this.config = config;
    }

    @Override
    public void send(String mobile, String code) {
        JsonObject answer;
        try {
            answer =
                    client.getAbs(config.smsUrl() + "/?" + query(mobile, code))
                            .timeout(TIMEOUT_MS)
                            .send()
                            .await()
                            .bodyAsJsonObject();
        } catch (Exception e) { // await() throws what the future failed with
            LOG.warn("the SMS service did not answer", e);
            throw unavailable();
        }
        String said = answer == null ? "nothing" : answer.getString("Code", "nothing");
        if (said.equals(TOO_MANY)) {
            throw new Rejected(
                    MembersError.TOO_MANY_CODES, "too many messages to this mobile, try later");
        }
        if (!said.equals("OK")) {
            LOG.warn("the SMS service refused: {}", answer);
            throw unavailable();
        }
    }

    /** Signed and ready to be sent. */
    private String query(String mobile, String code) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("AccessKeyId", config.smsKey());
        fields.put("Action", "SendSms");
        fields.put("Format", "JSON");
        fields.put("PhoneNumbers", mobile);
        fields.put("RegionId", "cn-hangzhou");
        fields.put("SignName", config.smsSign());
        fields.put("SignatureMethod", "HMAC-SHA1");
        fields.put("SignatureNonce", UUID.randomUUID().toString());
        fields.put("SignatureVersion", "1.0");
        fields.put("TemplateCode", config.smsTemplate());
        fields.put("TemplateParam", new JsonObject().put("code", code).encode());
        fields.put("Timestamp", time.now().truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put("Version", "2017-05-25");
        String sorted =
                fields.entrySet().stream()
                        .map(f -> encoded(f.getKey()) + "=" + encoded(f.getValue()))
                        .collect(Collectors.joining("&"));
        String signed = signature("GET&%2F&" + encoded(sorted));
        return sorted + "&Signature=" + encoded(signed);
    }

    private String signature(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            byte[] key = (config.smsSecret() + "&").getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 3986: a space is %20, an asterisk %2A, a tilde itself. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static Rejected unavailable() {
        return new Rejected(
                MembersError.SMS_UNAVAILABLE, "codes can't be sent now, try again later");
    }
}
