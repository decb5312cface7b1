package io.weir.edge.arrival;

import java.time.Duration;

/**
 * @param publicHost name or address under which devices reach this gateway; empty = where MQTT
 *     listens
 * @param publicMqttPort 0 = the port of plain MQTT
 * @param registerBurst registrations of one address at once
 * @param registerPerMinute registrations of one address in the long run
 * @param bootstrapBurst bootstraps of one address at once
 * @param bootstrapPerMinute bootstraps of one address in the long run
 * @param registrationStay how long a device that registered over MQTT stays connected at most
 * @param tokenLife how long a device may post over HTTP with one token
 * @param inFlightMax posts of one device over HTTP that wait for the journal at most
 * @param httpDevices devices that post over HTTP, remembered at a time; the one that was silent for
 *     longest is forgotten first and begins anew with its next post
 */
public record ArrivalConfig(
        String publicHost,
        int publicMqttPort,
        int registerBurst,
        int registerPerMinute,
        int bootstrapBurst,
        int bootstrapPerMinute,
        Duration registrationStay,
        Duration tokenLife,
        int inFlightMax,
        int httpDevices) {
    public ArrivalConfig {
        check(publicHost.matches("[A-Za-z0-9._:-]{0,128}"), "publicHost");
        check(publicMqttPort >= 0 && publicMqttPort < 65_536, "publicMqttPort");
        check(registerBurst > 0 && registerPerMinute > 0, "registerBurst, registerPerMinute");
        check(bootstrapBurst > 0 && bootstrapPerMinute > 0, "bootstrapBurst, bootstrapPerMinute");
        check(registrationStay.toMillis() >= 100, "registrationStay");
        check(tokenLife.toSeconds() >= 1, "tokenLife of at least a second");
        check(inFlightMax > 0 && httpDevices > 0, "inFlightMax, httpDevices");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
