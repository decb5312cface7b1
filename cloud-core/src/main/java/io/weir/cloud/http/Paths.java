package io.weir.cloud.http;

import io.netty.handler.codec.http.QueryStringDecoder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The contract's paths as a tree of segments: what a request means is found in as many steps as its
 * path has segments, however many operations there are (ADR 018). A literal segment goes before a
 * parameter: {@code /users/code} is not the user {@code code}. Built at start, then only read.
 *
 * @param <T> what stands at a path and method
 */
final class Paths<T> {
    /**
     * @param parameters of the path, decoded
     */
    record Found<T>(T value, Map<String, String> parameters) {}

    private record Place<T>(T value, List<String> names) {}

    private static final class Node<T> {
        final Map<String, Node<T>> literals = new HashMap<>();
        final Map<String, Place<T>> methods = new TreeMap<>();
        @Nullable Node<T> parameter;
    }

    private final Node<T> root = new Node<>();

    /**
     * @param path as in the contract, {@code /users/{uid}}
     */
    void add(String method, String path, T value) {
        List<String> names = new ArrayList<>();
        Node<T> at = root;
        for (String segment : segments(path)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
                Node<T> below = at.parameter;
                if (below == null) {
                    below = new Node<>();
                    at.parameter = below;
                }
                at = below;
            } else {
                at = at.literals.computeIfAbsent(segment, s -> new Node<>());
            }
        }
        if (at.methods.put(method, new Place<>(value, names)) != null) {
            throw new IllegalStateException(method + " " + path + ": two operations");
        }
    }

    /**
     * @param path as it came, percent-encoded
     * @return null when nothing of this method stands there
     * @throws IllegalArgumentException a parameter is not decodable
     */
    @Nullable Found<T> find(String method, String path) {
        List<String> segments = segments(path);
        List<String> values = new ArrayList<>(4);
        Place<T> place = find(root, method, segments, 0, values);
        if (place == null) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            parameters.put(place.names().get(i), decoded(values.get(i)));
        }
        return new Found<>(place.value(), parameters);
    }

    /** The methods at a path; empty when there is nothing at all. */
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        collect(root, segments(path), 0, methods);
        return methods;
    }

    private static <T> @Nullable Place<T> find(
            Node<T> node, String method, List<String> segments, int at, List<String> values) {
        if (at == segments.size()) {
            return node.methods.get(method);
        }
        String segment = segments.get(at);
        Node<T> literal = node.literals.get(segment);
        if (literal != null) {
            Place<T> place = find(literal, method, segments, at + 1, values);
            if (place != null) {
                return place;
            }
        }
        if (node.parameter == null || segment.isEmpty()) {
            return null;
        }
        values.add(segment);
        Place<T> place = find(node.parameter, method, segments, at + 1, values);
        if (place == null) {
            values.removeLast();
        }
        return place;
    }

    private static <T> void collect(
            Node<T> node, List<String> segments, int at, Set<String> methods) {
        if (at == segments.size()) {
            methods.addAll(node.methods.keySet());
            return;
        }
        Node<T> literal = node.literals.get(segments.get(at));
        if (literal != null) {
            collect(literal, segments, at + 1, methods);
        }
        if (node.parameter != null && !segments.get(at).isEmpty()) {
            collect(node.parameter, segments, at + 1, methods);
        }
    }

    /** Without the first slash and one at the end. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(8);
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        int from = 1;
        while (from <= end) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 || slash > end ? end : slash;
            segments.add(path.substring(from, to));
            from = to + 1;
        }
        return segments;
    }

    /** A plus is a plus in a path. */
    private static String decoded(String segment) {
        return segment.indexOf('%') < 0
                ? segment
                : QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
    }
}
