package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.weir.api.devices.BatchOps.Credential;

import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Credentials as a spreadsheet, row by row. One thread at a time; blocks. */
final class CredentialSheet {
    private static final List<String> NAMES =
            List.of("product_key", "device_name", "device_secret");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Workbook book = new Workbook(bytes, "Weir", "1.0");
    private final Worksheet sheet = book.newWorksheet("devices");
    private int row;

    CredentialSheet() {
        line(NAMES);
    }

    void add(List<Credential> rows) {
        for (Credential c : rows) {
            line(List.of(c.productKey(), c.deviceName(), c.deviceSecret()));
        }
        try {
            sheet.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Buffer file() {
        try {
            book.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private void line(List<String> cells) {
        for (int column = 0; column < cells.size(); column++) {
            sheet.inlineString(row, column, cells.get(column));
        }
        row++;
    }
}
