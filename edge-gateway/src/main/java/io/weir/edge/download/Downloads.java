package io.weir.edge.download;

/** Gives devices the right to download. */
public interface Downloads {
    /**
     * The address under which this device, and no other, fetches the content for a while. The
     * gateway begins to fetch it itself, so that it is there when the device asks.
     */
    String address(String deviceId, Content content);
}
