/** Interval in milliseconds at which a visible page reads what others may change meanwhile, such as their answers. */
export const CHANGES_INTERVAL = 5_000
