package io.weir.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An amount of Chinese yuan, kept in whole fen. On the wire it is a JSON number in yuan with at
 * most two decimals (DESIGN section 4). The only place of Weir that rounds money; every rounding is
 * named at the call.
 */
public record Money(long fen) implements Comparable<Money> {
    public static final Money ZERO = new Money(0);

    public static Money ofFen(long fen) {
        return new Money(fen);
    }

    /**
     * Reads yuan as decimal text. Throws ArithmeticException on more than two decimals or on
     * overflow.
     */
    @JsonCreator
    public static Money ofYuan(BigDecimal yuan) {
        return new Money(
                yuan.movePointRight(2).setScale(0, RoundingMode.UNNECESSARY).longValueExact());
    }

    @JsonValue
    public BigDecimal yuan() {
        return BigDecimal.valueOf(fen, 2);
    }

    public Money plus(Money other) {
        return new Money(Math.addExact(fen, other.fen));
    }

    public Money minus(Money other) {
        return new Money(Math.subtractExact(fen, other.fen));
    }

    public Money negated() {
        return new Money(Math.negateExact(fen));
    }

    public Money min(Money other) {
        return fen <= other.fen ? this : other;
    }

    public boolean isPositive() {
        return fen > 0;
    }

    public boolean isZero() {
        return fen == 0;
    }

    /** {@code this x numerator / denominator}, rounded half up (away from zero on a tie) once. */
    public Money timesHalfUp(long numerator, long denominator) {
        return new Money(
                BigDecimal.valueOf(fen)
                        .multiply(BigDecimal.valueOf(numerator))
                        .divide(BigDecimal.valueOf(denominator), 0, RoundingMode.HALF_UP)
                        .longValueExact());
    }

    /**
     * Splits a non-negative amount by weights so that the parts sum to the whole: the largest
     * remainder gets the odd fen, ties go to the earlier part. Weights are non-negative and not all
     * zero.
     */
    public List<Money> split(List<Long> weights) {
        long total = weights.stream().mapToLong(Long::longValue).sum();
        if (fen < 0 || total <= 0 || weights.stream().anyMatch(w -> w < 0)) {
            throw new IllegalArgumentException("cannot split " + fen + " fen by " + weights);
        }
        List<Long> parts = new ArrayList<>();
        List<Long> remainders = new ArrayList<>();
        long given = 0;
        for (long weight : weights) {
            var product =
                    java.math.BigInteger.valueOf(fen)
                            .multiply(java.math.BigInteger.valueOf(weight));
            var division = product.divideAndRemainder(java.math.BigInteger.valueOf(total));
            parts.add(division[0].longValueExact());
            remainders.add(division[1].longValueExact());
            given += division[0].longValueExact();
        }
        IntStream.range(0, parts.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainders.get(i)).reversed())
                .limit(fen - given)
                .forEach(i -> parts.set(i, parts.get(i) + 1));
        return parts.stream().map(Money::new).toList();
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(fen, other.fen);
    }

    @Override
    public String toString() {
        return yuan().toPlainString();
    }
}
