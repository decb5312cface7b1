/**
 * Backup and restore of the whole database (docs/backup.md, ADR 008): one snapshot of every table
 * in one file, because marks and effects are right only together.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.backup;
