package io.weir.edge.download;

import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.Block;
import io.weir.api.download.DownloadApi.GetBlock;
import io.weir.edge.FakeLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cloud that has contents of chance bytes, and may refuse, lie or be away. */
public final class CloudContents {
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

    /** Every block that was asked for. */
    public final List<GetBlock> asked = new CopyOnWriteArrayList<>();

    /** Devices that have no right. */
    public final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** The content is answered with another byte in it. */
    public volatile boolean lies;

    public volatile boolean away;

    public CloudContents(FakeLink link) {
        link.answer(DownloadApi.FIRMWARE, this::block);
        link.answer(DownloadApi.CONFIGURATION, this::block);
    }

    public static byte[] bytes(String id, int size) {
        byte[] bytes = new byte[size];
        new Random(id.hashCode()).nextBytes(bytes);
        return bytes;
    }

    public Content add(String id, int size) {
        byte[] bytes = bytes(id, size);
        contents.put(id, bytes);
        return new Content(Content.Source.FIRMWARE, id, size, sha256(bytes));
    }

    private Block block(GetBlock q) {
        asked.add(q);
        if (away) {
            throw new Rejected(CommonError.UNAVAILABLE, "away");
        }
        if (refused.contains(q.deviceId())) {
            throw new Rejected(CommonError.FORBIDDEN, "not on offer");
        }
        byte[] all = contents.get(q.contentId());
        int from = (int) Math.min(q.offset(), all.length);
        int to = Math.min(all.length, from + DownloadApi.BLOCK_BYTES);
        byte[] some = Arrays.copyOfRange(all, from, to);
        if (lies && some.length > 0) {
            some[0]++;
        }
        return new Block(some);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
