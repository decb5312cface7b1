package io.weir.cloud.facts;

import io.weir.model.fact.Lane;

import java.util.List;

/**
 * Who consumes what.
 *
 * @param name the consumer's name: in marks, metrics and in {@code IngestApi.MARKS.at(name)}
 * @param schema where its tables are; its migration has called {@code
 *     weir.create_fact_tables(schema)}
 * @param checked take out entries of devices that aren't assigned to the gateway that sent them,
 *     into the quarantine as {@code NOT_ASSIGNED} (DESIGN section 2)
 */
public record FactSpec(String name, String schema, List<Lane> lanes, boolean checked) {
    public FactSpec {
        if (!name.matches("[a-z][a-z0-9-]{0,30}") || !schema.matches("[a-z][a-z0-9_]{0,30}")) {
            throw new IllegalArgumentException("consumer " + name + " in schema " + schema);
        }
        lanes = List.copyOf(lanes);
    }
}
