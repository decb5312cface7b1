package io.weir.cloud.files;

import java.time.Duration;

/**
 * @param fileBytes largest file
 * @param perDevice finished files of one device at most
 * @param unfinished an upload that is not finished by then is dropped
 * @param upkeep how often those are looked for
 */
public record FilesConfig(long fileBytes, int perDevice, Duration unfinished, Duration upkeep) {
    public FilesConfig {
        if (fileBytes < 1 || perDevice < 1) {
            throw new IllegalArgumentException("fileBytes, perDevice");
        }
        if (unfinished.toMinutes() < 1 || upkeep.toMinutes() < 1) {
            throw new IllegalArgumentException("unfinished, upkeep of at least a minute");
        }
    }
}
