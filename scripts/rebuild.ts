/**
 * `npm run rebuild -- --source database|text [--yes]`: writes the store folder anew while no service runs, and puts the old one
 * aside: the way out when its segments are damaged (`database`), or when EMBEDDING_MODEL was changed (`text`, which embeds
 * all stored chunks again). POST /index/rebuild does the same for a service that runs.
 */
import 'reflect-metadata';
import { readArguments } from './offline/arguments.js';
import { embedAnew } from './offline/embed-anew.js';
import { runOffline } from './offline/run-offline.js';
import { takeDatabase } from './offline/take-database.js';

await runOffline(async (config, args) => {
  const { choice, yes } = readArguments(args, 'rebuild', 'source', ['database', 'text']);
  if (choice === 'text') await embedAnew(config, yes);
  else await takeDatabase(config, yes, { keepStore: true });
});
