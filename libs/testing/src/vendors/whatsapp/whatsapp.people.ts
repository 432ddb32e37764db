import { WhatsAppRefusal } from './whatsapp.errors.js';

/** Somebody with WhatsApp. One of `phone` and `userId` is there. */
export interface WhatsAppPerson {
  /** Digits; absent: the platform does not tell it. */
  phone?: string;
  /** Business-scoped: `CC.` and up to 128 letters and digits. */
  userId?: string;
  name: string;
}

export interface WhatsAppLimits {
  /** Messages to one person at once; one more every six seconds. Default 45. */
  pairBurst?: number;
  /** Messages of the number in a second. Default 80. */
  throughput?: number;
}

interface Relation {
  person: WhatsAppPerson;
  /** When they wrote last; absent: never. */
  wrote?: number;
  /** What may be sent to them at once. */
  allowance: number;
  counted: number;
}

const WINDOW = 24 * 3600 * 1000;
const PAIR_MILLISECONDS = 6000;

/** The people a number can write to, and how much it may write to them. */
export class WhatsAppPeople {
  private readonly relations: Relation[] = [];
  private readonly lately: number[] = [];
  private readonly limits: Required<WhatsAppLimits>;

  constructor(
    private readonly ownNumber: string,
    private readonly now: () => number,
    { pairBurst = 45, throughput = 80 }: WhatsAppLimits,
  ) {
    this.limits = { pairBurst, throughput };
  }

  add(person: WhatsAppPerson): void {
    this.relations.push({ person, allowance: this.limits.pairBurst, counted: this.now() });
  }

  /** Opens the window in which they may be answered, or keeps it open. */
  wrote(person: WhatsAppPerson): void {
    const relation = this.relations.find((other) => other.person === person);
    if (relation === undefined) throw new Error('The stand-in has not met this person.');
    relation.wrote = this.now();
  }

  /** @throws WhatsAppRefusal unless a message may be sent now; it counts */
  take(to: string | undefined, recipient: string | undefined): WhatsAppPerson {
    const number = to?.replaceAll(/\D/g, '');
    if (number === this.ownNumber) throw new WhatsAppRefusal(131021);
    const isMeant = ({ person }: Relation) => (number === undefined ? person.userId === recipient : person.phone === number);
    const relation = this.relations.find(isMeant);
    if (relation === undefined) throw new WhatsAppRefusal(131026);
    const now = this.now();
    if (relation.wrote === undefined || now - relation.wrote > WINDOW) throw new WhatsAppRefusal(131047);
    this.takePair(relation, now);
    this.takeThroughput(now);
    return relation.person;
  }

  clear(): void {
    this.relations.length = 0;
    this.lately.length = 0;
  }

  private takePair(relation: Relation, now: number): void {
    const regained = Math.floor((now - relation.counted) / PAIR_MILLISECONDS);
    relation.allowance = Math.min(this.limits.pairBurst, relation.allowance + regained);
    relation.counted += regained * PAIR_MILLISECONDS;
    if (relation.allowance < 1) throw new WhatsAppRefusal(131056);
    relation.allowance -= 1;
  }

  private takeThroughput(now: number): void {
    while (this.lately[0] !== undefined && now - this.lately[0] >= 1000) this.lately.shift();
    if (this.lately.length >= this.limits.throughput) throw new WhatsAppRefusal(130429);
    this.lately.push(now);
  }
}
