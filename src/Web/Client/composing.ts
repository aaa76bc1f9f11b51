/** What browsers say in place of a key that an input method has taken. */
const takenKey = 229;

/** In milliseconds. The key that ended the composing comes this soon after its end, where it comes after it at all. */
const nearEnd = 500;

/**
 * While a word is being composed (an input method, a dead key), keys belong to the composing: no part of the page hears
 * of them, so that Enter neither picks a name
 * nor sends a post. The browser still gives them to the input method. Called before anything else listens.
 *
 * Browsers do not agree on the order. Most send the key first (isComposing, or the code 229) and then the end of the
 * composing;
 * Safari ends the composing first and sends the key that ended it afterwards, as if it were any other.
 */
export function keepKeysOfComposing(): void {
  let composes = false;
  let endedAt = -Infinity;
  let composingKeyIsDown = false;

  window.addEventListener(
    "compositionstart",
    () => {
      composes = true;
      endedAt = -Infinity;
    },
    true,
  );
  window.addEventListener(
    "compositionend",
    event => {
      composes = false;
      // the key came first: the next one is a key of its own
      endedAt = composingKeyIsDown ? -Infinity : event.timeStamp;
    },
    true,
  );
  window.addEventListener(
    "keydown",
    event => {
      const ended = event.timeStamp - endedAt < nearEnd;
      endedAt = -Infinity; // it excuses one key
      const taken = event.isComposing || event.keyCode === takenKey || composes;
      composingKeyIsDown = taken;
      if (taken || ended) event.stopImmediatePropagation();
      if (ended && event.key === "Enter") event.preventDefault(); // nor does it send the form of a field of one line
    },
    true,
  );
  window.addEventListener(
    "keyup",
    () => {
      composingKeyIsDown = false;
    },
    true,
  );
}
