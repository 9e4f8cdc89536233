package dev.rollcall.gateway.app;

import java.util.List;

/** Everybody outside who is told of tasks. */
public record NoticeReceivers(List<NoticeReceiver> all) {
    public NoticeReceivers {
        all = List.copyOf(all);
    }
}
