/** What a TCP connection to another server is opened with. */

export const connectionOptions = {
  noDelay: true,
  keepAlive: true,
  /** How long it may be idle until the system asks whether the other side is still there. */
  keepAliveInitialDelay: 60_000,
} as const;
