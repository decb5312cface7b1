package io.weir.cloud.members;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Map;

import javax.imageio.ImageIO;

/**
 * Draws the letters of an image challenge, bent, turned and crossed out. They are strokes of our
 * own: a server has no fonts.
 */
final class ChallengeImage {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 56;
    private static final double UNIT = 9;
    private static final int LINES = 6;

    /** Strokes on a grid of 2 by 4, from the top left; a space lifts the pen. */
    private static final Map<Character, String> STROKES =
            Map.ofEntries(
                    Map.entry('2', "00 20 22 02 04 24"),
                    Map.entry('3', "00 20 12 22 24 04"),
                    Map.entry('4', "10 02 22/20 24"),
                    Map.entry('5', "20 00 02 22 24 04"),
                    Map.entry('6', "20 00 04 24 22 02"),
                    Map.entry('7', "00 20 14"),
                    Map.entry('9', "22 02 00 20 24 04"),
                    Map.entry('A', "04 10 24/12 22"),
                    Map.entry('C', "20 00 04 24"),
                    Map.entry('E', "20 00 04 24/02 12"),
                    Map.entry('F', "20 00 04/02 12"),
                    Map.entry('H', "00 04/20 24/02 22"),
                    Map.entry('J', "20 24 04 03"),
                    Map.entry('K', "00 04/20 02 24"),
                    Map.entry('L', "00 04 24"),
                    Map.entry('M', "04 00 12 20 24"),
                    Map.entry('N', "04 00 24 20"),
                    Map.entry('P', "04 00 20 22 02"),
                    Map.entry('R', "04 00 20 22 02/12 24"),
                    Map.entry('T', "00 20/10 14"),
                    Map.entry('U', "00 04 24 20"),
                    Map.entry('W', "00 04 12 24 20"),
                    Map.entry('X', "00 24/20 04"),
                    Map.entry('Y', "00 12 20/12 14"),
                    Map.entry('Z', "00 20 04 24"));

    /** None that is taken for another. */
    static final String LETTERS = letters();

    private final SecureRandom random = new SecureRandom();

    /** A PNG. */
    byte[] png(String word) {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(new Color(245, 247, 250));
        g.fillRect(0, 0, WIDTH, HEIGHT);
        for (int i = 0; i < word.length(); i++) {
            letter(g, word.charAt(i), 20 + i * (WIDTH - 30.0) / word.length());
        }
        for (int i = 0; i < LINES; i++) {
            g.setColor(shade());
            g.setStroke(new BasicStroke(1.5f));
            g.drawLine(
                    random.nextInt(WIDTH),
                    random.nextInt(HEIGHT),
                    random.nextInt(WIDTH),
                    random.nextInt(HEIGHT));
        }
        g.dispose();
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void letter(Graphics2D g, char letter, double left) {
        var place = new AffineTransform();
        place.translate(left, 10 + random.nextDouble() * 6);
        place.rotate((random.nextDouble() - 0.5) * 0.6, UNIT, 2 * UNIT);
        place.shear((random.nextDouble() - 0.5) * 0.4, 0);
        var path = new Path2D.Double();
        for (String stroke : STROKES.getOrDefault(letter, "").split("/")) {
            boolean down = false;
            for (String point : stroke.split(" ")) {
                double x = (point.charAt(0) - '0') * UNIT + random.nextDouble() * 2;
                double y = (point.charAt(1) - '0') * UNIT + random.nextDouble() * 2;
                if (down) {
                    path.lineTo(x, y);
                } else {
                    path.moveTo(x, y);
                    down = true;
                }
            }
        }
        g.setColor(shade());
        g.setStroke(new BasicStroke(3f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(place.createTransformedShape(path));
    }

    private Color shade() {
        return new Color(random.nextInt(120), random.nextInt(120), random.nextInt(160));
    }

    private static String letters() {
        StringBuilder all = new StringBuilder();
        STROKES.keySet().stream().sorted().forEach(all::append);
        return all.toString();
    }
}
