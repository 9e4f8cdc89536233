/** How audit records are chained: part of the wire contract, shared by who writes the chain and who checks it. */
@NullMarked
package dev.rollcall.schemas.audit;

import org.jspecify.annotations.NullMarked;
