package io.weir.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A network namespace for each part, all on one bridge, on which the test has an address too. A cut
 * is a neighbour entry that leads to a hardware address which nobody has: packets vanish without an
 * error, also those of connections that stand. (A blackhole route would tell the sender at once.)
 *
 * <p>Names carry the number of this process, so that runs don't meet and what a killed one left is
 * known and tidied up.
 */
final class Namespaces implements Network {
    private static final String NAME = "weir-";
    private static final String BRIDGE = "wb";
    private static final String NOBODY = "02:00:00:00:00:fe";
    private static final int FIRST_HOST = 11;

    private final String run = String.valueOf(ProcessHandle.current().pid());
    private final String subnet = freeSubnet();
    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final List<String[]> cuts = new ArrayList<>();

    private Namespaces() {}

    /** May this user make some? Tidies up what killed runs left, if so. */
    static boolean permitted() {
        String probe = NAME + ProcessHandle.current().pid() + "-probe";
        if (Shell.attempt("ip netns add " + probe).status() != 0) {
            return false;
        }
        Shell.run("ip netns del " + probe);
        tidy();
        return true;
    }

    static Namespaces make(List<String> parts) {
        Namespaces all = new Namespaces();
        try {
            all.bridge();
            parts.forEach(all::add);
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    @Override
    public String kind() {
        return "network namespaces on " + subnet + "0/24";
    }

    @Override
    public String address(String part) {
        return addresses.get(part);
    }

    @Override
    public List<String> within(String part) {
        return List.of("ip", "netns", "exec", name(part));
    }

    @Override
    public void started(String part, long pid) {
        // a namespace is cut, not a process
    }

    @Override
    public void cutOneWay(String from, String to) {
        Shell.run(
                "ip netns exec %s ip neigh replace %s lladdr %s dev eth0 nud permanent"
                        .formatted(name(from), address(to), NOBODY));
        cuts.add(new String[] {from, to});
    }

    @Override
    public void heal() {
        for (String[] cut : cuts) {
            Shell.run(
                    "ip netns exec %s ip neigh del %s dev eth0"
                            .formatted(name(cut[0]), address(cut[1])));
        }
        cuts.clear();
    }

    @Override
    public void close() {
        remove(run);
    }

    private void bridge() {
        Shell.run("ip link add " + BRIDGE + run + " type bridge");
        Shell.run("ip addr add " + subnet + "1/24 dev " + BRIDGE + run);
        Shell.run("ip link set " + BRIDGE + run + " up");
    }

    private void add(String part) {
        int host = FIRST_HOST + addresses.size();
        String outside = "wv" + run + "-" + host;
        String inside = "ip -n " + name(part) + " ";
        addresses.put(part, subnet + host);
        Shell.run("ip netns add " + name(part));
        Shell.run(
                "ip link add %s type veth peer name eth0 netns %s".formatted(outside, name(part)));
        Shell.run("ip link set " + outside + " master " + BRIDGE + run + " up");
        Shell.run(inside + "addr add " + address(part) + "/24 dev eth0");
        Shell.run(inside + "link set lo up");
        Shell.run(inside + "link set eth0 up");
    }

    private String name(String part) {
        return NAME + run + "-" + part;
    }

    private static String freeSubnet() {
        String taken = Shell.run("ip -4 addr");
        for (int i = 0; i < 254; i++) {
            String subnet = "10.213." + i + ".";
            if (!taken.contains(subnet)) {
                return subnet;
            }
        }
        throw new IllegalStateException("10.213.0.0/16 is full");
    }

    /** What runs left whose process is gone. */
    private static void tidy() {
        Set<String> runs = new TreeSet<>();
        for (String name : names()) {
            runs.add(name.split("-")[1]);
        }
        for (String gone : runs) {
            if (ProcessHandle.of(Long.parseLong(gone)).isEmpty()) {
                remove(gone);
            }
        }
    }

    private static void remove(String run) {
        for (String name : names()) {
            if (name.startsWith(NAME + run + "-")) {
                Shell.run("ip netns pids " + name)
                        .lines()
                        .map(Long::valueOf)
                        .forEach(pid -> ProcessHandle.of(pid).ifPresent(Namespaces::end));
                Shell.run("ip netns del " + name);
            }
        }
        Shell.attempt("ip link del " + BRIDGE + run);
    }

    /** It runs in a namespace of ours, so it is ours. */
    private static void end(ProcessHandle process) {
        process.destroyForcibly();
    }

    private static List<String> names() {
        return Shell.run("ip netns list")
                .lines()
                .map(line -> line.split(" ")[0])
                .filter(name -> name.matches(NAME + "\\d+-.*"))
                .toList();
    }
}
