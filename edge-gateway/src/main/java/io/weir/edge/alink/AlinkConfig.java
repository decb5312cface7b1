package io.weir.edge.alink;

/**
 * @param questionsPerDevice questions of one device that wait for the cloud at most; beyond it
 *     hears 429
 * @param questions of all devices of the gateway
 */
public record AlinkConfig(int questionsPerDevice, int questions) {
    public AlinkConfig {
        if (questionsPerDevice < 1 || questions < questionsPerDevice) {
            throw new IllegalArgumentException("questionsPerDevice, questions");
        }
    }
}
