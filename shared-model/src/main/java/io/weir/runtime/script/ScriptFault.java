package io.weir.runtime.script;

import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.jspecify.annotations.Nullable;

/** Why a script gave no result. Its message may hold whatever the script's author wrote. */
public final class ScriptFault extends Exception {
    private static final long serialVersionUID = 1;
    private static final int MAX_MESSAGE = 300;

    /** Codes as devices hear them (facts: alink.md section 10). */
    public enum Kind {
        EMPTY(26001),
        /** It is no JavaScript, or it threw. */
        ERROR(26002),
        /** It went beyond a limit and was stopped. */
        LIMIT(26002),
        /** It has no function for this. */
        MISSING(26006),
        BAD_RETURN(26007),
        /** It is switched off for a while, or too many of its messages wait. */
        THROTTLED(26010);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final Kind kind;
    private final int line;
    private final int column;

    public ScriptFault(Kind kind, String message) {
        this(kind, message, 0, 0);
    }

    private ScriptFault(Kind kind, String message, int line, int column) {
        super(message, null, false, false);
        this.kind = kind;
        this.line = line;
        this.column = column;
    }

    static ScriptFault of(Kind kind, PolyglotException e) {
        SourceSection at = e.getSourceLocation();
        String text = e.getMessage() == null ? "error" : e.getMessage();
        String message = text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text;
        return at == null || !at.getSource().getName().equals(Script.FILE)
                ? new ScriptFault(kind, message)
                : new ScriptFault(kind, message, at.getStartLine(), at.getStartColumn());
    }

    public Kind kind() {
        return kind;
    }

    /** From 1; 0 when it is at no place of the script. */
    public int line() {
        return line;
    }

    /** From 1; 0 when it is at no place of the script. */
    public int column() {
        return column;
    }

    /** What the fault says; never null, unlike {@link #getMessage} in general. */
    public String words() {
        @Nullable String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
