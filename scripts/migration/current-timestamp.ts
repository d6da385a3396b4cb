import type { DataSource } from 'typeorm';

/** The part of TypeORM's driver that compares an entity's column with the table's; in 1.1 it is not public. */
interface DefaultComparison {
  defaultEqual(entityColumn: { default?: unknown }, tableColumn: { default?: unknown }): boolean;
}

const CURRENT_TIMESTAMP = 'CURRENT_TIMESTAMP';

/**
 * TypeORM takes CURRENT_TIMESTAMP in an entity for `now()`, and then finds it unequal to a table that was made with
 * CURRENT_TIMESTAMP, which PostgreSQL keeps as it was written. The tables' word is a contract, so the comparison learns it.
 */
export function knowCurrentTimestamp(dataSource: DataSource): DataSource {
  const driver = dataSource.driver as unknown as DefaultComparison;
  const equal = driver.defaultEqual.bind(driver);
  driver.defaultEqual = (entityColumn, tableColumn) =>
    equal(entityColumn, tableColumn) || (tableColumn.default === CURRENT_TIMESTAMP && isCurrentTimestamp(entityColumn.default));
  return dataSource;
}

function isCurrentTimestamp(value: unknown): boolean {
  return typeof value === 'function' && (value as () => unknown)() === CURRENT_TIMESTAMP;
}
