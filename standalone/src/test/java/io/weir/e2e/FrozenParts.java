package io.weir.e2e;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where network namespaces are not permitted: each part has a loopback address of its own, and what
 * is cut off is frozen by SIGSTOP, hence cut off from everybody. Of two parts that is the first one
 * that is a process of Weir's own.
 */
final class FrozenParts implements Network {
    private final List<String> parts;
    private final Map<String, Long> processes = new HashMap<>();
    private final Set<String> frozen = new HashSet<>();
    private final String subnet = "127.7." + ProcessHandle.current().pid() % 250 + ".";

    FrozenParts(List<String> parts) {
        this.parts = parts;
    }

    @Override
    public String kind() {
        return "frozen processes on " + subnet + "0/24, network namespaces are not permitted";
    }

    @Override
    public String address(String part) {
        return subnet + (parts.indexOf(part) + 1);
    }

    @Override
    public List<String> within(String part) {
        return List.of();
    }

    @Override
    public void started(String part, long pid) {
        processes.put(part, pid);
    }

    @Override
    public void cutOneWay(String from, String to) {
        cut(from, to);
    }

    @Override
    public void cut(String one, String other) {
        String part = processes.containsKey(one) ? one : other;
        Shell.run("kill -STOP " + processes.get(part));
        frozen.add(part);
    }

    @Override
    public void heal() {
        frozen.forEach(part -> Shell.run("kill -CONT " + processes.get(part)));
        frozen.clear();
    }

    @Override
    public void close() {
        heal();
    }
}
