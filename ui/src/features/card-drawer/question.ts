const MORE = '\n(and more)'

/** The words of a question, and the diff it ends with where it shows one; `cut`: the diff is longer than that. */
export function readQuestion(prompt: string): { words: string; diff: string; cut: boolean } {
  const at = prompt.search(/^diff --git /m)
  if (at < 0) return { words: prompt, diff: '', cut: false }
  const diff = prompt.slice(at).trimEnd()
  const cut = diff.endsWith(MORE)
  return { words: prompt.slice(0, at).trimEnd(), diff: cut ? diff.slice(0, -MORE.length) : diff, cut }
}
