package io.weir.model.access;

/**
 * Who somebody is to the tenant tree platform > vendor > agent > dealer (> partner, installer,
 * staff), plus members.
 */
public enum Role {
    PLATFORM,
    VENDOR,
    AGENT,
    DEALER,
    PARTNER,
    INSTALLER,
    STAFF,
    MEMBER
}
