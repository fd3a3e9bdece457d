import { randomUUID } from 'node:crypto';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const copiedAtOnceBytes = 1 << 20;

/** Of a file's mode. */
const permissionBits = 0o777;

/**
 * A file while it is being written: beside its target, under a name of its own such as `calls.csv.1a2b3c4d.part`.
 * Everything rejects with the error of the operating system.
 */
export class PartFile {
  readonly path: string;
  readonly #file: FileHandle;
  #size = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** With the permissions of the target, where it is there to be replaced. */
  static async beside(target: string): Promise<PartFile> {
    const path = join(dirname(target), `${basename(target)}.${randomUUID().slice(0, 8)}.part`);
    const mode = await stat(target).then(
      ({ mode }) => mode & permissionBits,
      () => undefined,
    );
    const file = await open(path, 'wx', mode);
    // The process's mask may have taken some away. Some file systems know no permissions, and refuse.
    if (mode !== undefined) await file.chmod(mode).catch(() => undefined);
    return new PartFile(path, file);
  }

  /** In bytes; what a failed writing has left does not count. */
  get size(): number {
    return this.#size;
  }

  async append(text: string): Promise<void> {
    await this.#append(Buffer.from(text));
  }

  /** Appends the bytes of another file: `from` inclusive, `to` exclusive. */
  async appendFrom(source: FileHandle, from: number, to: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(Math.min(copiedAtOnceBytes, to - from));
    for (let at = from; at < to;) {
      const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, to - at), at);
      if (bytesRead === 0) throw new Error('a file became shorter while it was copied');
      await this.#append(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  /** Ends the file after so many bytes. Nothing may be appended any more. */
  async cut(size: number): Promise<void> {
    this.#size = size;
    await this.#file.truncate(size);
  }

  /** Closes the file once it is safe on the disk. */
  async close(): Promise<void> {
    await this.#file.datasync();
    await this.#file.close();
  }

  /** Removes the file, as far as it is there. Never rejects: failing to clean up must not hide why it was necessary. */
  async remove(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await unlink(this.path).catch(() => undefined);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await this.#file.appendFile(bytes);
    this.#size += bytes.length;
  }
}

/** Tells whether a file of this name may be a `PartFile` of the target. */
export function isPartFileOf(target: string, name: string): boolean {
  const own = basename(target);
  return name.startsWith(`${own}.`) && /^\.[0-9a-f]{8}\.part$/.test(name.slice(own.length));
}
