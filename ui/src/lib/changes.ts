/** What happened to a card, in words. A code that is not known yet still reads as one. */
const WORDS: Readonly<Record<string, string>> = {
  answered: 'A person answered',
  asked: 'A person was asked',
  attempt_failed: 'An attempt failed',
  check_set: 'Check set',
  claimed: 'Taken',
  created: 'Created',
  deleted: 'Deleted',
  dependencies: 'Dependencies changed',
  edited: 'Edited',
  failed: 'Failing',
  imported: 'Imported',
  passed: 'Done',
  recheck_failed: 'Check was red when it ran again',
  rechecked: 'Check passed again',
  released: 'Given back',
  renewed: 'Claim renewed',
  restored: 'Restored',
  scheduled: 'What it depends on changed',
  skipped: 'Moved to the end of the queue',
  stale: 'Its proof is older than the code',
  undone: 'Its work was taken back',
  verification_broken: 'Check is broken',
  verification_cancelled: 'Check cancelled',
  verification_failed: 'Check failed',
  verification_passed: 'Check passed',
  verifying: 'Check queued',
}

export function changeWords(code: string): string {
  return WORDS[code] ?? code.replaceAll('_', ' ')
}
