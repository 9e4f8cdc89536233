package dev.rollcall.standalone.cli;

/** The modes a person can ask for. */
enum RestartModeOption {
    RESTART,
    FORCE_RESTART
}
