import { Injectable } from '@nestjs/common';
import type { StoredContents, StoredDocument } from './document.js';

/** Gives documents' contents anew, in the order asked; a document that it does not have whole is left out. */
export type ReadContents = (documents: readonly StoredDocument[]) => Promise<StoredContents[]>;

export type RebuildSourceName = 'database' | 'text';

/** Where segments can be made anew from. The store knows neither database nor model, so those come to it. */
@Injectable()
export class RebuildSources {
  private readonly sources = new Map<RebuildSourceName, ReadContents>();

  register(name: RebuildSourceName, read: ReadContents): void {
    this.sources.set(name, read);
  }

  find(name: RebuildSourceName): ReadContents | undefined {
    return this.sources.get(name);
  }
}
