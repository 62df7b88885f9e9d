package dev.estiba.linux.netlink;

/**
 * What the kernel is asked for.
 *
 * @param purpose for a person, as what follows "cannot": {@code make the bridge est-1}
 * @param type its number in the family, with the subsystem's for nfnetlink
 * @param flags NLM_F_* but NLM_F_REQUEST and NLM_F_ACK
 * @param body the fixed header of the type and the attributes
 */
public record Message(String purpose, int type, int flags, byte[] body) {
    static final int REQUEST = 1;
    static final int ACK = 4;
    /** NLM_F_ROOT | NLM_F_MATCH. */
    static final int DUMP = 0x300;

    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;
    static final int APPEND = 0x800;

    static Message of(String purpose, int type, int flags, Payload body) {
        return new Message(purpose, type, flags, body.toBytes());
    }

    /** That thing is to be new: where it is there already, the answer is EEXIST. */
    public Message exclusive() {
        return new Message(purpose, type, flags | EXCLUSIVE, body);
    }
}
