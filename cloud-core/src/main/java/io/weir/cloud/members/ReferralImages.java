package io.weir.cloud.members;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.GetUser;
import io.weir.cloud.http.Answer;
import io.weir.cloud.http.Guard;
import io.weir.cloud.http.RequestIds;
import io.weir.cloud.http.RouterExtension;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

import javax.imageio.ImageIO;

/** {@code GET /users/{uid}/referral.png} and {@code .svg}: the referral code as a QR code. */
public final class ReferralImages implements RouterExtension {
    private static final int MODULE = 8;
    private static final int QUIET = 4;

    private final Bus bus;

    public ReferralImages(Bus bus) {
        this.bus = bus;
    }

    @Override
    public void mount(Router root, Guard guard) {
        for (String format : new String[] {"png", "svg"}) {
            String path = "/users/:uid/referral." + format;
            guard.protect(root.get(path), "getReferral");
            root.get(path).handler(context -> send(context, format));
        }
    }

    private void send(RoutingContext context, String format) {
        Call call = new Call(Guard.actor(context), null, RequestIds.of(context));
        bus.call(MemberOps.REFERRAL, new GetUser(context.pathParam("uid")), call)
                .onFailure(e -> refused(e).send(context))
                .onSuccess(
                        referral -> {
                            boolean png = format.equals("png");
                            BitMatrix code = code(referral.url());
                            context.response()
                                    .putHeader("Content-Type", png ? "image/png" : "image/svg+xml")
                                    .putHeader("Cache-Control", "no-store")
                                    .end(png ? png(code) : svg(code));
                        });
    }

    private static Answer refused(Throwable e) {
        return Answer.of(
                e instanceof Rejected r
                        ? r
                        : new Rejected(CommonError.UNAVAILABLE, "not available, try again"));
    }

    private static BitMatrix code(String text) {
        try {
            return new QRCodeWriter()
                    .encode(
                            text,
                            BarcodeFormat.QR_CODE,
                            0,
                            0,
                            Map.of(EncodeHintType.MARGIN, QUIET));
        } catch (WriterException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Buffer png(BitMatrix code) {
        int size = code.getWidth() * MODULE;
        var image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                image.setRGB(x, y, code.get(x / MODULE, y / MODULE) ? 0xff000000 : 0xffffffff);
            }
        }
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(out.toByteArray());
    }

    private static Buffer svg(BitMatrix code) {
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.getHeight(); y++) {
            for (int x = 0; x < code.getWidth(); x++) {
                if (code.get(x, y)) {
                    path.append("M%d %dh1v1h-1z".formatted(x, y));
                }
            }
        }
        return Buffer.buffer(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %1$d" shape-rendering="crispEdges">\
                <rect width="%1$d" height="%1$d" fill="#fff"/><path d="%2$s" fill="#000"/></svg>
                """
                        .formatted(code.getWidth(), path));
    }
}
