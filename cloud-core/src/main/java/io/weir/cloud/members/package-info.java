/** Accounts of all roles, their passwords, logins and referrers. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.members;
