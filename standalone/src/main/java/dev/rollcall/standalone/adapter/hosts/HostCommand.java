package dev.rollcall.standalone.adapter.hosts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

/**
 * Runs what an SSH client asks for as OpenSSH's server does: by the login shell, and ending only when every holder of its output has
 * closed it.
 *
 * <p>Threading: one daemon thread for each of the three streams while the command runs; none polls.
 */
final class HostCommand implements Command {

    private static final int BUFFER_BYTES = 8192;
    private static final int CANNOT_EXECUTE = 126;

    private final String commandLine;
    private final Path home;
    private final String user;

    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable OutputStream err;
    private @Nullable ExitCallback exit;
    private @Nullable Process process;

    HostCommand(String commandLine, Path home, String user) {
        this.commandLine = commandLine;
        this.home = home;
        this.user = user;
    }

    @Override
    public void setInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        this.err = err;
    }

    @Override
    public void setExitCallback(ExitCallback exit) {
        this.exit = exit;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", commandLine).directory(home.toFile());
        Map<String, String> variables = builder.environment();
        variables.clear();
        variables.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
        variables.put("HOME", home.toString());
        variables.put("USER", user);
        variables.put("LOGNAME", user);
        variables.put("SHELL", "/bin/sh");
        Process started;
        try {
            started = builder.start();
        } catch (IOException e) {
            write(
                    err,
                    ("cannot run a command on this host: " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
            exited(CANNOT_EXECUTE);
            return;
        }
        process = started;
        pump("stdin", in, started.getOutputStream());
        Thread stdout = pump("stdout", started.getInputStream(), out);
        Thread stderr = pump("stderr", started.getErrorStream(), err);
        thread("exit", () -> awaitEnd(started, stdout, stderr));
    }

    /** The client has gone: its ends of the pipes close; the command itself goes on, as it does under OpenSSH. */
    @Override
    public void destroy(ChannelSession channel) throws IOException {
        Process running = process;
        if (running != null) {
            running.getOutputStream().close();
        }
    }

    private void awaitEnd(Process started, Thread stdout, Thread stderr) {
        try {
            int code = started.waitFor();
            stdout.join();
            stderr.join();
            exited(code);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void exited(int code) {
        if (exit != null) {
            exit.onExit(code);
        }
    }

    private Thread pump(String name, @Nullable InputStream from, @Nullable OutputStream to) {
        return thread(name, () -> {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream source = from;
                    OutputStream sink = to) {
                if (source == null || sink == null) {
                    return;
                }
                for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                    sink.write(buffer, 0, n);
                    sink.flush();
                }
            } catch (IOException e) {
                // one of the two ends has closed: the other is closed on leaving
            }
        });
    }

    private Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, "host-command-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void write(@Nullable OutputStream stream, byte[] text) throws IOException {
        if (stream != null) {
            stream.write(text);
            stream.flush();
        }
    }
}
