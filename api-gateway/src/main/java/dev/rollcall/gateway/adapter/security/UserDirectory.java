package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.Access;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The users as they are at the moment: those of the settings, then those of the file. For any thread. */
final class UserDirectory {

    private static final int USUAL_COST = 10;

    private final Map<String, UserSettings.User> configured;
    private final @Nullable UsersFile file;

    UserDirectory(UserSettings settings, @Nullable UsersFile file) {
        this.configured = settings.users().stream()
                .collect(Collectors.toUnmodifiableMap(UserSettings.User::name, Function.identity()));
        this.file = file;
    }

    UserSettings.@Nullable User find(String name) {
        UserSettings.User user = configured.get(name);
        return user != null || file == null ? user : file.users().get(name);
    }

    /** What a user of this name may do now. */
    Access access(String name) {
        UserSettings.User user = find(name);
        return user == null ? Access.NONE : user.access();
    }

    /** The highest cost of a bcrypt hash there is: what a check for nobody has to cost, so that it tells nothing. */
    int cost() {
        Map<String, UserSettings.User> all = new LinkedHashMap<>(configured);
        if (file != null) {
            all.putAll(file.users());
        }
        return all.values().stream()
                .map(user -> user.stored().replace("{bcrypt}", ""))
                .filter(hash -> hash.startsWith("$2"))
                .mapToInt(hash -> Integer.parseInt(hash.substring(4, 6)))
                .max()
                .orElse(USUAL_COST);
    }
}
