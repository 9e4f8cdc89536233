package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Answers a server's question for a password, and no other question. */
final class PasswordOnly implements UserInfo, UIKeyboardInteractive {
    private final String password;

    PasswordOnly(String password) {
        this.password = password;
    }

    @Override
    public String @Nullable [] promptKeyboardInteractive(
            String destination, String name, String instruction, String[] prompt, boolean[] echo) {
        if (prompt.length != 1 || echo[0]) {
            return null;
        }
        String[] answers = new String[1];
        Arrays.fill(answers, password);
        return answers;
    }

    @Override
    public @Nullable String getPassphrase() {
        return null;
    }

    @Override
    public String getPassword() {
        return password;
    }

    @Override
    public boolean promptPassword(String message) {
        return true;
    }

    @Override
    public boolean promptPassphrase(String message) {
        return false;
    }

    @Override
    public boolean promptYesNo(String message) {
        return false;
    }

    @Override
    public void showMessage(String message) {
        // A banner is of no interest here.
    }
}
