/**
 * `npm run recover -- --take store|database [--yes]`: when store and database tell two histories, or belong to two stores, one
 * of them gives way. `store` empties the database, which the next start fills again; `database` writes a new store from the
 * database and puts the old folder aside. The service must not run. Says what it will do before it changes anything.
 */
import 'reflect-metadata';
import { readArguments } from './offline/arguments.js';
import { runOffline } from './offline/run-offline.js';
import { takeDatabase } from './offline/take-database.js';
import { takeStore } from './offline/take-store.js';

await runOffline(async (config, args) => {
  const { choice, yes } = readArguments(args, 'recover', 'take', ['store', 'database']);
  if (choice === 'store') await takeStore(config, yes);
  else await takeDatabase(config, yes, { keepStore: false });
});
