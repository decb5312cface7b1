package io.weir.model.thing;

import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;

/** The data types of a thing model (facts: alink.md section 11). */
public sealed interface DataType {
    /** The type's word in TSL. */
    String word();

    /**
     * A whole number of 32 bits.
     *
     * @param step for show only; values are not held to it
     * @param unit empty when there is none
     */
    record Int(int min, int max, int step, String unit) implements DataType {
        @Override
        public String word() {
            return "int";
        }
    }

    /**
     * TSL's {@code float} and {@code double}; both are decimals here.
     *
     * @param step zero when not given; values are not held to it
     */
    record Decimal(String word, BigDecimal min, BigDecimal max, BigDecimal step, String unit)
            implements DataType {}

    /** 0 or 1 on the wire, with a label each. */
    record Bool(String off, String on) implements DataType {
        @Override
        public String word() {
            return "bool";
        }
    }

    /** An integer on the wire, with its label. */
    record Enumeration(SortedMap<Integer, String> labels) implements DataType {
        @Override
        public String word() {
            return "enum";
        }
    }

    /** At most {@code maxBytes} of UTF-8. */
    record Text(int maxBytes) implements DataType {
        @Override
        public String word() {
            return "text";
        }
    }

    /** UTC milliseconds as a string of digits. */
    record Date() implements DataType {
        @Override
        public String word() {
            return "date";
        }
    }

    record Array(int maxItems, DataType item) implements DataType {
        @Override
        public String word() {
            return "array";
        }
    }

    /** Members may be missing from a value; unknown ones are refused. */
    record Struct(List<Param> members) implements DataType {
        @Override
        public String word() {
            return "struct";
        }
    }
}
