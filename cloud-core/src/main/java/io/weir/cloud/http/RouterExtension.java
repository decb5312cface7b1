package io.weir.cloud.http;

import io.vertx.ext.web.Router;

/** Something served beside the contract, e.g. live streams. Mounted once per API verticle. */
public interface RouterExtension {
    void mount(Router root, Guard guard);
}
