package io.weir.model.access;

/** Somebody who asks for something: an account with its role and scope. */
public record Actor(String uid, Role role, Scope scope) {
    /** Weir itself: timers, consumers, checks. */
    public static final Actor SYSTEM = new Actor("system", Role.PLATFORM, Scope.PLATFORM);

    public boolean isMember() {
        return role == Role.MEMBER;
    }
}
