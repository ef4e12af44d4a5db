/**
 * Whether a text matches a pattern of IAM's: `*` for any characters, `?` for one. It takes at most pattern times text
 * steps: a regular expression made of a hostile pattern could take for ever, and a rule must not hang a deployment.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matches(pattern: string, text: string): boolean {
  // Most patterns end here, at no cost.
  const last = pattern.at(-1);
  if (last !== "*" && last !== "?" && last !== text.at(-1)) return false;
  let at = 0;
  let star = -1;
  let retryFrom = 0;
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      retryFrom = position;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++retryFrom;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
