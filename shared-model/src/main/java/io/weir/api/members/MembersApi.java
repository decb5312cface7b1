package io.weir.api.members;

import io.weir.api.Op;

import java.util.List;

/**
 * What other contexts may ask of the members context. HTTP-facing operations stand in {@code
 * MemberOps}.
 */
public interface MembersApi {
    /** A member with up to three referrers, nearest first. */
    Op<GetMember, MemberFacts> FACTS =
            Op.of("members.facts.v1", GetMember.class, MemberFacts.class);

    record GetMember(String uid) {}

    record MemberFacts(
            String uid, String tenant, String name, boolean active, List<String> referrers) {}
}
