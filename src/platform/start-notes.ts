import { Injectable } from '@nestjs/common';

/** Lines that modules want people to see when the start is done, such as how to reach the embedded database. */
@Injectable()
export class StartNotes {
  private readonly notes: string[] = [];

  add(line: string): void {
    this.notes.push(line);
  }

  lines(): readonly string[] {
    return this.notes;
  }
}
