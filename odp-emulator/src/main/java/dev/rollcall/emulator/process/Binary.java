package dev.rollcall.emulator.process;

import dev.rollcall.emulator.config.OdpVersion;

/** What the installed program says about itself; fixed by the launcher, so replacing the launcher is an upgrade. */
record Binary(OdpVersion version, String release) {

    private static final String BUILD = "BUILD_TIME:Nov 23 2026 00:21:53\nBUILD_FLAGS:-O0";

    /** The text of SHOW PROXYINFO BINARY, in the layout recorded from 4.3.1.0. */
    String info() {
        return "ObProxy-OceanBase " + version + "-" + release + "\nversion:RELEASE_UNKNOWN\nMD5:\n" + revision() + "\n"
                + BUILD;
    }

    private String revision() {
        return "REVISION:1-local-emulated";
    }
}
