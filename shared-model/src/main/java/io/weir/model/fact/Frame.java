package io.weir.model.fact;

import java.util.List;

/**
 * What one group commit of the journal holds for one partition of one lane; one Kafka record.
 * Numbered 1, 2, 3 without holes per (gateway, journal, lane, partition).
 *
 * @param gateway the gateway's stable name
 * @param journal random id of the journal; a new disk is a new journal
 * @param boot the process's boot id, to which the entries' ticks belong
 */
public record Frame(
        String gateway,
        String journal,
        Lane lane,
        int partition,
        long number,
        String boot,
        List<Entry> entries) {}
