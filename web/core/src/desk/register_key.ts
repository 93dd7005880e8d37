/** A register's key in a SettingsView. */
export function registerKey(entity: string, field: string): string {
  return `${entity} ${field}`;
}
