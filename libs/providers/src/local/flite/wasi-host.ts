import { Instance, type WasmImports, type WasmMemory, type WasmModule } from './web-assembly.js';

const ERRNO = { success: 0, badDescriptor: 8, noEntry: 44, notSupported: 52 } as const;
const FILE_TYPE = { character: 2, directory: 3, regular: 4 } as const;
/** The one directory the program sees. 0-2 are the standard streams. */
const ROOT_DESCRIPTOR = 3;
const CREATE_FLAG = 1;
const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn;

interface MemoryFile {
  bytes: Uint8Array;
  length: number;
  position: number;
}

/** Ends a WASI program's run: `proc_exit` must not return. */
export class WasiExit extends Error {
  constructor(readonly exitCode: number) {
    super(`The program ended with exit code ${exitCode}.`);
  }
}

/**
 * Runs a WASI command once, with nothing but memory around it: it can write files, which are read back here, and
 * sees no file of this machine, no environment and no real standard stream. Node's own `node:wasi` would need a
 * temporary directory and prints a warning.
 */
export class WasiHost {
  private readonly files = new Map<string, MemoryFile>();
  private readonly open = new Map<number, MemoryFile>();
  private readonly programArguments: readonly Uint8Array[];
  private nextDescriptor = ROOT_DESCRIPTOR + 1;
  private memory: WasmMemory = { buffer: new ArrayBuffer(0) };

  constructor(programArguments: readonly string[]) {
    this.programArguments = programArguments.map((argument) => new TextEncoder().encode(`${argument}\0`));
  }

  /** @returns the exit code */
  run(module: WasmModule): number {
    const { exports } = new Instance(module, { wasi_snapshot_preview1: this.imports() });
    this.memory = exports['memory'] as WasmMemory;
    try {
      (exports['_start'] as () => void)();
      return 0;
    } catch (error) {
      if (error instanceof WasiExit) return error.exitCode;
      throw error;
    }
  }

  /** What the program wrote; `undefined` when it made no such file. */
  file(path: string): Uint8Array | undefined {
    const file = this.files.get(path);
    return file?.bytes.subarray(0, file.length);
  }

  private imports(): WasmImports {
    return {
      args_sizes_get: (count: number, size: number) => {
        this.view.setUint32(count, this.programArguments.length, true);
        const total = this.programArguments.reduce((sum, argument) => sum + argument.length, 0);
        this.view.setUint32(size, total, true);
        return ERRNO.success;
      },
      args_get: (pointers: number, buffer: number) => this.writeArguments(pointers, buffer),
      clock_time_get: (_clock: number, _precision: bigint, result: number) => {
        this.view.setBigUint64(result, process.hrtime.bigint(), true);
        return ERRNO.success;
      },
      fd_close: (descriptor: number) => (this.open.delete(descriptor) || descriptor < 3 ? ERRNO.success : ERRNO.badDescriptor),
      fd_fdstat_get: (descriptor: number, result: number) => this.describe(descriptor, result),
      fd_fdstat_set_flags: () => ERRNO.success,
      fd_prestat_get: (descriptor: number, result: number) => {
        if (descriptor !== ROOT_DESCRIPTOR) return ERRNO.badDescriptor;
        this.view.setUint32(result, 0, true);
        this.view.setUint32(result + 4, 1, true);
        return ERRNO.success;
      },
      fd_prestat_dir_name: (descriptor: number, name: number) => {
        if (descriptor !== ROOT_DESCRIPTOR) return ERRNO.badDescriptor;
        this.view.setUint8(name, '/'.charCodeAt(0));
        return ERRNO.success;
      },
      fd_read: (descriptor: number, vectors: number, count: number, result: number) => this.read(descriptor, vectors, count, result),
      fd_write: (descriptor: number, vectors: number, count: number, result: number) => this.write(descriptor, vectors, count, result),
      fd_seek: (descriptor: number, offset: bigint, whence: number, result: number) => this.seek(descriptor, offset, whence, result),
      path_open: (_directory: number, _lookup: number, path: number, length: number, flags: number, ...rest: unknown[]) =>
        this.openPath(path, length, flags, rest.at(-1) as number),
      proc_exit: (exitCode: number) => {
        throw new WasiExit(exitCode);
      },
    };
  }

  /** Made anew for each use: the program's memory moves when it grows. */
  private get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  private writeArguments(pointers: number, buffer: number): number {
    let position = buffer;
    for (const [index, argument] of this.programArguments.entries()) {
      this.view.setUint32(pointers + index * 4, position, true);
      new Uint8Array(this.memory.buffer).set(argument, position);
      position += argument.length;
    }
    return ERRNO.success;
  }

  private describe(descriptor: number, result: number): number {
    const isStream = descriptor < ROOT_DESCRIPTOR;
    if (!isStream && descriptor !== ROOT_DESCRIPTOR && !this.open.has(descriptor)) return ERRNO.badDescriptor;
    const type = isStream ? FILE_TYPE.character : descriptor === ROOT_DESCRIPTOR ? FILE_TYPE.directory : FILE_TYPE.regular;
    this.view.setUint8(result, type);
    this.view.setUint16(result + 2, 0, true);
    this.view.setBigUint64(result + 8, ALL_RIGHTS, true);
    this.view.setBigUint64(result + 16, ALL_RIGHTS, true);
    return ERRNO.success;
  }

  private openPath(path: number, length: number, flags: number, result: number): number {
    const name = new TextDecoder().decode(new Uint8Array(this.memory.buffer, path, length));
    let file = this.files.get(name);
    if (file === undefined) {
      if ((flags & CREATE_FLAG) === 0) return ERRNO.noEntry;
      file = { bytes: new Uint8Array(1 << 18), length: 0, position: 0 };
      this.files.set(name, file);
    }
    file.position = 0;
    const descriptor = this.nextDescriptor++;
    this.open.set(descriptor, file);
    this.view.setUint32(result, descriptor, true);
    return ERRNO.success;
  }

  private seek(descriptor: number, offset: bigint, whence: number, result: number): number {
    const file = this.open.get(descriptor);
    if (file === undefined) return descriptor < ROOT_DESCRIPTOR ? ERRNO.notSupported : ERRNO.badDescriptor;
    const from = [0, file.position, file.length][whence] ?? 0;
    file.position = from + Number(offset);
    this.view.setBigUint64(result, BigInt(file.position), true);
    return ERRNO.success;
  }

  private read(descriptor: number, vectors: number, count: number, result: number): number {
    const file = this.open.get(descriptor);
    let total = 0;
    for (const vector of file === undefined ? [] : this.vectors(vectors, count)) {
      const part = file!.bytes.subarray(file!.position, Math.min(file!.length, file!.position + vector.length));
      vector.set(part);
      file!.position += part.length;
      total += part.length;
    }
    this.view.setUint32(result, total, true);
    return ERRNO.success;
  }

  private write(descriptor: number, vectors: number, count: number, result: number): number {
    const file = this.open.get(descriptor);
    let total = 0;
    for (const vector of this.vectors(vectors, count)) {
      if (file !== undefined) append(file, vector);
      total += vector.length;
    }
    this.view.setUint32(result, total, true);
    return ERRNO.success;
  }

  private vectors(vectors: number, count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, index) => {
      const at = vectors + index * 8;
      return new Uint8Array(this.memory.buffer, this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
    });
  }
}

function append(file: MemoryFile, part: Uint8Array): void {
  const end = file.position + part.length;
  if (end > file.bytes.length) {
    const larger = new Uint8Array(Math.max(end, file.bytes.length * 2));
    larger.set(file.bytes.subarray(0, file.length));
    file.bytes = larger;
  }
  file.bytes.set(part, file.position);
  file.position = end;
  file.length = Math.max(file.length, end);
}
