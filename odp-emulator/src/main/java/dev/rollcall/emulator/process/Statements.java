package dev.rollcall.emulator.process;

import dev.rollcall.emulator.mysql.Answer;

/** What one kind of user gets to hear. One instance a connection. */
interface Statements {

    Answer answer(String sql);

    /** The status flags of an OK packet at this moment. */
    int status();
}
