package io.weir.standalone;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** The one block that tells a person where everything is. */
final class Announcement {
    private Announcement() {}

    static String of(
            String api,
            String management,
            String mqtt,
            Path demoFile,
            Demo.@Nullable File demo,
            @Nullable String adminPassword) {
        var text = new StringBuilder();
        text.append("\n  Weir\n");
        line(text, "API", api + "/docs");
        line(text, "health, metrics", management + "/health/ready  " + management + "/metrics");
        line(text, "MQTT", mqtt);
        line(text, "live page", api + "/console");
        if (demo != null) {
            line(text, "scan page", demo.page());
            line(text, "  member", demo.member().mobile() + " / " + demo.member().password());
            line(text, "  vendor", demo.vendor().user() + " / " + demo.vendor().password());
            line(text, "  device", "npm start --prefix standalone/device -- --demo " + demoFile);
            line(text, "all of it", demoFile.toString());
        }
        if (adminPassword != null) {
            line(text, "admin (once)", "admin / " + adminPassword);
        }
        return text.append("\n  READY\n").toString();
    }

    private static void line(StringBuilder text, String what, String where) {
        text.append("  ")
                .append(what)
                .repeat(" ", Math.max(1, 17 - what.length()))
                .append(where)
                .append('\n');
    }
}
