package io.weir.runtime.door;

/** The door's three addresses. Enrolment and renewal take and answer JSON. */
public final class DoorPaths {
    /** GET with a certificate: becomes the WebSocket. */
    public static final String LINK = "/v1/link";

    /** POST of a {@code DoorApi.Enrol}: 201 with a {@code DoorApi.Certificate}. */
    public static final String ENROL = "/v1/enrol";

    /** POST of a {@link RenewRequest} with the present certificate: the next one. */
    public static final String RENEW = "/v1/renew";

    private DoorPaths() {}

    /**
     * @param request PKCS #10 as PEM, of a new key
     */
    public record RenewRequest(String request) {}
}
