package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Access;
import java.security.Principal;

/** Who is signed in. For any thread. */
public interface Caller extends Principal {

    /** What they may do at this moment: it is looked up each time, and nothing once the sign-in has ended or the user is gone. */
    Access access();

    /** Whether a cookie signed them in, so that signing out means something. */
    boolean bySession();
}
