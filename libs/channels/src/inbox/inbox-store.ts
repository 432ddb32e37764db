/** Whose a claim is: `first`: it is made now; `own`: the same owner made it before; `other`: somebody else. */
export type Claimed = 'first' | 'own' | 'other';

/** Messages that wait, by conversation: in this process, or in Redis for all of them. Nothing is known of what is in them. */
export interface InboxStore {
  /**
   * Puts a message at the end of its conversation.
   * @param id unique within the conversation
   * @returns `false` for one that was put before, which changes nothing
   */
  put(chat: string, id: string, body: string): Promise<boolean>;
  /** Those that wait or are being answered, in their order. */
  list(chat: string): Promise<readonly string[]>;
  /** It is answered. */
  remove(chat: string, body: string): Promise<void>;

  /** One process at a time works on a conversation. @returns whether this one does now */
  lease(chat: string, owner: string): Promise<boolean>;
  /** @returns `false`: the lease was lost */
  renew(chat: string, owner: string): Promise<boolean>;
  /** Gives the lease up unless something waits. @returns whether it was given up */
  leave(chat: string, owner: string): Promise<boolean>;
  /** Gives the lease up whatever waits. */
  release(chat: string, owner: string): Promise<void>;

  claim(chat: string, name: string, owner: string): Promise<Claimed>;
  /** Changes nothing where the claim is somebody else's. */
  unclaim(chat: string, name: string, owner: string): Promise<void>;
}

/** Platforms deliver a message again for up to a week. */
export const KNOWN_SECONDS = 8 * 86_400;
/** A process that has died blocks its conversations no longer than this. */
export const LEASE_MILLISECONDS = 15_000;
