package io.weir.cloud.door;

import io.weir.cloud.door.DoorStore.SealedAuthority;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.pki.Pem;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The database's one authority. It is made when somebody first asks for it, so that an installation
 * without remote gateways never has one.
 */
final class AuthorityHolder {
    private static final String OWNER = "door.authority";

    private final Tx tx;
    private final Path keyFile;
    private volatile @Nullable Authority authority;

    AuthorityHolder(Tx tx, Path keyFile) {
        this.tx = tx;
        this.keyFile = keyFile;
    }

    Authority get(Instant now) {
        Authority known = authority;
        if (known == null) {
            known = open(now);
            authority = known;
        }
        return known;
    }

    private Authority open(Instant now) {
        if (!Files.exists(keyFile)) {
            throw new IllegalStateException(
                    "the key file "
                            + keyFile
                            + " seals the authority of remote gateways and does not exist: bring"
                            + " the devices' key file here");
        }
        SecretBox box = SecretBox.read(keyFile);
        return tx.system(
                c -> {
                    SealedAuthority sealed = DoorStore.lockAuthority(c);
                    if (sealed != null) {
                        return opened(box, sealed);
                    }
                    Authority made = Authority.make(now);
                    DoorStore.addAuthority(
                            c,
                            new SealedAuthority(
                                    Pem.of(made.certificate()),
                                    box.seal(OWNER, Pem.of(made.key())),
                                    box.id()),
                            now);
                    return made;
                });
    }

    private Authority opened(SecretBox box, SealedAuthority sealed) {
        if (!sealed.keyId().equals(box.id())) {
            throw new IllegalStateException(
                    "the authority of remote gateways is sealed with key "
                            + sealed.keyId()
                            + ", but "
                            + keyFile
                            + " holds key "
                            + box.id());
        }
        return new Authority(
                Pem.certificate(sealed.certificate()),
                Pem.key(box.open(OWNER, sealed.sealedKey())));
    }
}
