package io.weir.cloud.devices;

import io.weir.api.dispense.OperationsOps.Span;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Days, months and years as a clock on the wall of a time zone has them. Pure. */
final class Periods {
    /** So many days, months or years at once. */
    static final int MOST = 366;

    /** What is told when nobody says from when. */
    private static final int USUAL = 30;

    /**
     * @param name e.g. 2026-11-23, 2026-11 or 2026
     */
    record Period(String name, Span span) {}

    private Periods() {}

    /**
     * The periods that lie in part or whole between two times, in their order.
     *
     * @param by day, month or year
     * @param from null: as many as are usual
     * @param to null: now
     */
    static List<Period> of(
            String by, @Nullable Instant from, @Nullable Instant to, Instant now, ZoneId zone) {
        ChronoUnit unit = unit(by);
        Instant end = to == null ? now : to;
        LocalDate last = first(end.atZone(zone), unit);
        LocalDate next =
                from == null ? last.minus(USUAL - 1L, unit) : first(from.atZone(zone), unit);
        if (next.isAfter(last)) {
            throw Rejected.invalid("from", "must not be after to");
        }
        if (unit.between(next, last) >= MOST) {
            throw Rejected.invalid("from", "must leave at most " + MOST + " periods");
        }
        DateTimeFormatter name = DateTimeFormatter.ofPattern(pattern(unit));
        List<Period> periods = new ArrayList<>();
        for (LocalDate day = next; !day.isAfter(last); day = day.plus(1, unit)) {
            periods.add(new Period(name.format(day), span(day, day.plus(1, unit), zone)));
        }
        return periods;
    }

    /** The day, month or year that a time lies in. */
    static Span around(Instant time, ChronoUnit unit, ZoneId zone) {
        LocalDate first = first(time.atZone(zone), unit);
        return span(first, first.plus(1, unit), zone);
    }

    private static Span span(LocalDate from, LocalDate to, ZoneId zone) {
        return new Span(from.atStartOfDay(zone).toInstant(), to.atStartOfDay(zone).toInstant());
    }

    private static LocalDate first(ZonedDateTime at, ChronoUnit unit) {
        LocalDate day = at.toLocalDate();
        return switch (unit) {
            case DAYS -> day;
            case MONTHS -> day.withDayOfMonth(1);
            default -> day.withDayOfYear(1);
        };
    }

    private static ChronoUnit unit(String by) {
        return switch (by) {
            case "day" -> ChronoUnit.DAYS;
            case "month" -> ChronoUnit.MONTHS;
            case "year" -> ChronoUnit.YEARS;
            default -> throw Rejected.invalid("by", "must be day, month or year");
        };
    }

    private static String pattern(ChronoUnit unit) {
        return switch (unit) {
            case DAYS -> "uuuu-MM-dd";
            case MONTHS -> "uuuu-MM";
            default -> "uuuu";
        };
    }
}
