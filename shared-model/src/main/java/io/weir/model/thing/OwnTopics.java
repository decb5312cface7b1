package io.weir.model.thing;

import io.weir.model.problem.FieldError;
import io.weir.model.thing.TopicClass.Access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a product's devices may do with their own topics. A product without classes leaves them all
 * to its devices. Topics are named from behind {@code /{pk}/{dn}/} on. Pure.
 */
public final class OwnTopics {
    /** Facts: alink.md section 12. */
    public static final int CLASSES = 50;

    public static final int TOPIC_BYTES = 128;

    private static final int LEVELS = 7;
    private static final Pattern LEVEL = Pattern.compile("[A-Za-z0-9_.-]+|\\+|#");

    private static final OwnTopics ALL = new OwnTopics(List.of(new TopicClass("#", Access.BOTH)));

    private record Class(String[] levels, Access access) {}

    private final List<Class> classes;

    private OwnTopics(List<TopicClass> classes) {
        this.classes = classes.stream().map(c -> new Class(levels(c.topic()), c.access())).toList();
    }

    /**
     * @param classes checked ones; none = all topics, both ways
     */
    public static OwnTopics of(List<TopicClass> classes) {
        return classes.isEmpty() ? ALL : new OwnTopics(classes);
    }

    /** What is wrong with these classes; empty when nothing is. */
    public static List<FieldError> faults(List<TopicClass> classes) {
        List<FieldError> faults = new ArrayList<>();
        if (classes.size() > CLASSES) {
            faults.add(new FieldError("topics", "are more than " + CLASSES));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < classes.size(); i++) {
            String topic = classes.get(i).topic();
            String field = "topics[" + i + "].topic";
            if (topic.getBytes(StandardCharsets.UTF_8).length > TOPIC_BYTES) {
                faults.add(new FieldError(field, "is longer than " + TOPIC_BYTES + " bytes"));
            } else if (!wellFormed(topic)) {
                faults.add(
                        new FieldError(
                                field,
                                "must be 1 to "
                                        + LEVELS
                                        + " levels of letters, digits, _ - . or a + each, # only as"
                                        + " the last"));
            } else if (!seen.add(topic)) {
                faults.add(new FieldError(field, "is there twice"));
            }
        }
        return faults;
    }

    private static boolean wellFormed(String topic) {
        String[] levels = levels(topic);
        for (int i = 0; i < levels.length; i++) {
            boolean last = i == levels.length - 1;
            if (!LEVEL.matcher(levels[i]).matches() || (levels[i].equals("#") && !last)) {
                return false;
            }
        }
        return levels.length <= LEVELS;
    }

    public boolean mayPublish(String topic) {
        return covered(topic, Access.PUBLISH);
    }

    /**
     * @param filter a topic, or a filter of MQTT; all that it stands for must be allowed by one
     *     class
     */
    public boolean maySubscribe(String filter) {
        return covered(filter, Access.SUBSCRIBE);
    }

    private boolean covered(String filter, Access wanted) {
        String[] levels = levels(filter);
        for (Class c : classes) {
            if ((c.access() == wanted || c.access() == Access.BOTH) && covers(c.levels(), levels)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(String[] wide, String[] narrow) {
        for (int i = 0; i < wide.length; i++) {
            if (wide[i].equals("#")) {
                return true;
            }
            boolean there = i < narrow.length && !narrow[i].equals("#");
            if (!there || !(wide[i].equals("+") || wide[i].equals(narrow[i]))) {
                return false;
            }
        }
        return wide.length == narrow.length;
    }

    private static String[] levels(String topic) {
        return topic.split("/", -1);
    }
}
