package io.weir.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Devices as the OMS's batch download writes them (RFC 4180, first line the names): {@code
 * device_id,product_key,device_name,device_secret}, in any order. Further columns may be there;
 * {@code model} and {@code product_id} mean something here.
 */
final class CredentialFile {
    private static final String HEAD =
            "device_id,product_key,device_name,device_secret,model,product_id";

    private CredentialFile() {}

    /** What can't be read is an {@link IOException} that names the line. */
    static List<Credential> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.isEmpty()) {
            throw new IOException(file + " is empty; its first line should be " + HEAD);
        }
        List<String> names = cells(lines.getFirst().replace("\ufeff", ""));
        for (String needed : List.of("product_key", "device_name", "device_secret")) {
            if (!names.contains(needed)) {
                throw new IOException(
                        file + " has no column " + needed + "; its first line is the names");
            }
        }
        List<Credential> all = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                all.add(credential(names, cells(lines.get(i)), file + " line " + (i + 1)));
            }
        }
        return all;
    }

    /** Whole, and for the owner's eyes only: secrets stand in it. */
    static void write(Path file, List<Credential> devices) throws IOException {
        String text =
                devices.stream()
                        .map(
                                d ->
                                        String.join(
                                                ",",
                                                d.deviceId(),
                                                d.productKey(),
                                                d.deviceName(),
                                                d.deviceSecret(),
                                                d.model(),
                                                String.valueOf(d.productId())))
                        .collect(Collectors.joining("\n", HEAD + "\n", "\n"));
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Credential credential(List<String> names, List<String> cells, String where)
            throws IOException {
        if (cells.size() != names.size()) {
            throw new IOException(
                    where + " has " + cells.size() + " cells, the first line " + names.size());
        }
        String product = cell(names, cells, "product_id");
        return new Credential(
                cell(names, cells, "device_id"),
                cell(names, cells, "product_key"),
                cell(names, cells, "device_name"),
                cell(names, cells, "device_secret"),
                cell(names, cells, "model"),
                product.matches("\\d{1,18}") ? Long.parseLong(product) : 0);
    }

    private static String cell(List<String> names, List<String> cells, String name) {
        int at = names.indexOf(name);
        return at < 0 ? "" : cells.get(at);
    }

    /** None of the values can hold a comma or a quote of its own. */
    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1))
                .map(cell -> cell.strip().replaceAll("^\"|\"$", ""))
                .toList();
    }
}
