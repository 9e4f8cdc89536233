/**
 * An emulated ODP: a real process that starts, answers, restarts and stops as {@code obproxy} does, and the means to install, watch and break it.
 *
 * <h2>Fault switches</h2>
 *
 * <p>A file {@code <home>/fault/<name>} switches a fault on; deleting it switches it off. {@link dev.rollcall.emulator.Fault} lists the names. The file may hold
 * {@code seconds=N} (a delay, for the faults that know one) and {@code times=N} (how often it strikes; without it, for ever). {@link
 * dev.rollcall.emulator.EmulatedOdp#fault(Fault)} writes such files; {@code bin/obproxy --help} prints the list.
 *
 * <h2>Business users</h2>
 *
 * <p>Without a database behind it an ODP closes the connection of {@code user@tenant#cluster} after the greeting. With a file {@code business-backend} in the home the
 * emulation pretends a database: any password logs in, {@code SELECT 1}, {@code SET} and transactions work, everything else is refused.
 *
 * <h2>What is left out</h2>
 *
 * <p>The module's README tells what differs from a real ODP, and names the source and the test of each behaviour.
 *
 * <h2>Truth</h2>
 *
 * <p>Each process appends what happened to it to {@code <home>/ledger.jsonl} ({@link dev.rollcall.emulator.Ledger}), which no client can influence.
 */
@NullMarked
package dev.rollcall.emulator;

import org.jspecify.annotations.NullMarked;
