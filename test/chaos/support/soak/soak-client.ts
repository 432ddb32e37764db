import { Agent, fetch, type FormData } from 'undici';

export interface Asked {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  body?: object | Uint8Array | FormData;
  signal?: AbortSignal;
}

export interface Answered {
  status: number;
  headers: ReadonlyMap<string, string>;
  bytes: Buffer;
  /** The answer broke off after its beginning. */
  broken: boolean;
}

/** Callers' connections, which are kept until everybody rests. */
export class SoakClient {
  private agent = new Agent();

  /** @throws Error when there is no answer, or the signal has fired */
  async ask(address: string, { method = 'POST', headers = {}, body, signal }: Asked = {}): Promise<Answered> {
    const isJson = body !== undefined && Object.getPrototypeOf(body) === Object.prototype;
    const response = await fetch(address, {
      method,
      headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
      dispatcher: this.agent,
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer> | FormData) }),
      ...(signal !== undefined && { signal }),
    });
    const chunks: Uint8Array[] = [];
    let broken = false;
    try {
      for await (const chunk of response.body ?? []) chunks.push(chunk as Uint8Array);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      broken = true;
    }
    return { status: response.status, headers: new Map(response.headers), bytes: Buffer.concat(chunks), broken };
  }

  /** Asks, and leaves when the answer has begun. */
  async leaveAfterFirstByte(address: string, asked: Asked): Promise<void> {
    const leaving = new AbortController();
    const isJson = Object.getPrototypeOf(asked.body) === Object.prototype;
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { ...(isJson && { 'content-type': 'application/json' }), ...asked.headers },
        body: isJson ? JSON.stringify(asked.body) : (asked.body as FormData),
        dispatcher: this.agent,
        signal: leaving.signal,
      });
      await response.body?.getReader().read();
    } catch {
      // It broke before the caller could leave.
    }
    leaving.abort();
  }

  /** Closes what is kept. */
  async rest(): Promise<void> {
    const { agent } = this;
    this.agent = new Agent();
    await agent.destroy();
  }
}
