import { join } from 'node:path';
import { folderNames, freeSpace, type HealthCheck } from '../platform/index.js';
import { QUARANTINE_FOLDER, TORN_FOLDER } from './file-names.js';

const NAMES_SHOWN_MAX = 10;

/** How the disk is: room for what comes, and what was found damaged and put aside. @param dataDir absolute */
export function storageHealth(dataDir: string): HealthCheck {
  const { freeBytes, isScarce } = freeSpace(dataDir);
  const quarantined = folderNames(join(dataDir, 'store', QUARANTINE_FOLDER));
  const torn = folderNames(join(dataDir, 'store', TORN_FOLDER));
  const details = [
    ...(isScarce ? [`${Math.floor(freeBytes / 1024 / 1024)} MiB are free below ${dataDir}: free some space, or saves answer 507.`] : []),
    ...(quarantined.length > 0
      ? [
          `${quarantined.length} damaged files were put aside in store/${QUARANTINE_FOLDER}; nothing is lost. Look at the disk, then remove them.`,
        ]
      : []),
  ];
  return {
    status: details.length > 0 ? 'degraded' : 'ok',
    ...(details.length > 0 ? { detail: details.join(' ') } : {}),
    free_bytes: freeBytes,
    quarantined: quarantined.slice(0, NAMES_SHOWN_MAX),
    torn: torn.length,
  };
}
