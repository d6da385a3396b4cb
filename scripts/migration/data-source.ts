import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { migrationOptions, readConfig, readEnvironment, StopError } from '../../src/platform/index.js';
import { vectorMetadataTables } from '../../src/vector-metadata/index.js';
import { knowCurrentTimestamp } from './current-timestamp.js';

const { databaseUrl } = readConfig(readEnvironment()).database;
if (databaseUrl === null) throw new StopError('TypeORM needs DATABASE_URL here; "npm run migration:show" and the like set it themselves.');

/** For TypeORM's command line: `typeorm … -d dist/scripts/migration/data-source.js` with DATABASE_URL set. */
export default knowCurrentTimestamp(new DataSource(migrationOptions({ url: databaseUrl }, vectorMetadataTables, migrations)));
