package io.weir.edge.guard;

import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A block of addresses. IPv4 as it comes over IPv6 sockets ({@code ::ffff:a.b.c.d}) is IPv4 here,
 * so that nobody escapes a ban by how he dials.
 */
public final class AddressRange {
    private static final int IPV4 = 4;
    private static final int IPV6 = 16;
    private static final int MAPPED_AT = 12;
    private static final int SITE_BITS = 64;

    private final byte[] address;
    private final int bits;
    private final boolean block;

    private AddressRange(byte[] address, int bits, boolean block) {
        this.address = address;
        this.bits = bits;
        this.block = block;
    }

    /**
     * @param block with a {@code /bits} at the end, as it must be for a CIDR; the bits behind the
     *     prefix are cut off
     */
    public static AddressRange parse(String text, boolean block) {
        int slash = text.indexOf('/');
        if (block != slash >= 0) {
            throw new IllegalArgumentException(
                    block ? "value: address/bits" : "value: an address without /bits");
        }
        byte[] address =
                NetUtil.createByteArrayFromIpAddressString(block ? text.substring(0, slash) : text);
        if (address == null) {
            throw new IllegalArgumentException("value: no IPv4 or IPv6 address");
        }
        byte[] plain = plain(address);
        int bits = plain.length * Byte.SIZE;
        if (block) {
            bits = bits(text.substring(slash + 1), bits);
        }
        return new AddressRange(cut(plain, bits), bits, block);
    }

    /**
     * What one party has at the price of one: the address, and of IPv6 the first 64 bits, since who
     * has one address there has 2^64.
     */
    static String party(InetAddress address) {
        byte[] plain = plain(address.getAddress());
        int bits = plain.length == IPV4 ? IPV4 * Byte.SIZE : SITE_BITS;
        return NetUtil.bytesToIpAddress(cut(plain, bits));
    }

    /** As {@link Ban} writes an address. */
    static String text(InetAddress address) {
        return NetUtil.bytesToIpAddress(plain(address.getAddress()));
    }

    public boolean has(InetAddress other) {
        byte[] plain = plain(other.getAddress());
        return plain.length == address.length && Arrays.equals(cut(plain, bits), address);
    }

    @Override
    public String toString() {
        String text = NetUtil.bytesToIpAddress(address);
        return block ? text + '/' + bits : text;
    }

    private static int bits(String text, int most) {
        try {
            int bits = Integer.parseInt(text);
            if (bits >= 1 && bits <= most) {
                return bits;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("value: address/bits, bits a number", e);
        }
        // 0 bits would be everybody, in one slip of the finger.
        throw new IllegalArgumentException("value: bits from 1 to " + most);
    }

    private static byte[] plain(byte[] address) {
        boolean mapped = address.length == IPV6;
        for (int i = 0; mapped && i < MAPPED_AT; i++) {
            mapped = address[i] == (i < MAPPED_AT - 2 ? 0 : (byte) 0xff);
        }
        return mapped ? Arrays.copyOfRange(address, MAPPED_AT, IPV6) : address;
    }

    private static byte[] cut(byte[] address, int bits) {
        byte[] cut = address.clone();
        for (int i = 0; i < cut.length; i++) {
            int left = Math.clamp(bits - (long) i * Byte.SIZE, 0, Byte.SIZE);
            cut[i] &= (byte) (0xff << Byte.SIZE - left);
        }
        return cut;
    }
}
