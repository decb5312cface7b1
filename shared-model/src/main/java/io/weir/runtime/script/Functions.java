package io.weir.runtime.script;

/** Which of the three functions a script has. */
public record Functions(
        boolean rawDataToProtocol, boolean protocolToRawData, boolean transformPayload) {
    /** Its product's devices speak raw bytes, up and down. */
    public boolean raw() {
        return rawDataToProtocol && protocolToRawData;
    }
}
