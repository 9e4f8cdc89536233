package dev.rollcall.standalone.distributed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One running copy of a service's own program. */
final class Instance implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private final JavaProcess process;
    private final int port;
    private final int management;

    private Instance(JavaProcess process, int port, int management) {
        this.process = process;
        this.port = port;
        this.management = management;
    }

    /**
     * Starts it from the jar that the build has made.
     *
     * @param service module and name of the program
     * @param settings by their full names
     */
    static Instance start(String service, int number, Path directory, Map<String, Object> settings) throws IOException {
        boolean gateway = service.equals("api-gateway");
        int management = freePort();
        int port = gateway ? freePort() : management;
        List<String> arguments = new ArrayList<>(
                List.of("-Xmx160m", "-Xss512k", "-jar", jar(service).toString()));
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        arguments.add("--server.port=" + port);
        if (gateway) {
            arguments.add("--management.server.port=" + management);
        }
        return new Instance(JavaProcess.start(service + "-" + number, directory, arguments), port, management);
    }

    private static Path jar(String service) throws IOException {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Path.of("..", service, "target"), service + "-*-exec.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        }
        throw new AssertionError("%s has no program yet: mvn package makes %s/target/%s-<version>-exec.jar"
                .formatted(service, service, service));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return process.name();
    }

    /** What of it went wrong; for messages. */
    String said() {
        return process.said();
    }

    /** All that it said. */
    List<String> log() throws IOException {
        return process.log();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** An address of the API; of the gateway only. */
    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    boolean isReady() {
        return get("/actuator/health/readiness", -1) == 200;
    }

    private int get(String path, int otherwise) {
        try {
            return HTTP.send(request(path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return otherwise;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
    }

    /** Sum of a metric over all of its series whose labels match. */
    double metric(String name, String labels) {
        Pattern line = Pattern.compile("(?m)^" + name + "\\{[^}]*" + labels + "[^}]*} (\\S+)$");
        try {
            Matcher found =
                    line.matcher(HTTP.send(request("/actuator/prometheus"), HttpResponse.BodyHandlers.ofString())
                            .body());
            double sum = 0;
            while (found.find()) {
                sum += Double.parseDouble(found.group(1));
            }
            return sum;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path))
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
