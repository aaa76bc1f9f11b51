const describes = "aria-describedby";

/** Ties a sentence to the field it is about, as the server's own pages do (Layout/Field.cs). */
export function sayFault(field: HTMLElement, text: string): void {
  clearFault(field);
  const why = document.createElement("p");
  why.id = `${field.id}-fault`;
  why.className = "refusing";
  why.setAttribute("role", "alert");
  why.textContent = text;
  field.after(why);
  tieFault(field, why.id);
}

/** Of a sentence that stands somewhere already. It holds until something else is typed. */
export function tieFault(field: HTMLElement, id: string): void {
  field.setAttribute("aria-invalid", "true");
  field.setAttribute(describes, [...new Set([id, ...idsOf(field)])].join(" "));
  field.addEventListener("input", () => untie(field, id), { once: true });
  field.focus();
}

/** What was said of the text as it was, is not said of another. */
export function clearFault(field: HTMLElement): void {
  const id = `${field.id}-fault`;
  document.getElementById(id)?.remove();
  untie(field, id);
}

function untie(field: HTMLElement, id: string): void {
  field.removeAttribute("aria-invalid");
  const others = idsOf(field).filter(each => each !== id);
  if (others.length) field.setAttribute(describes, others.join(" "));
  else field.removeAttribute(describes);
}

/** Gives every id of a form that comes onto another page an end of its own, and whoever points to it follows. */
export function renameIds(form: HTMLElement, end: string): void {
  for (const each of form.querySelectorAll("[id]")) each.id += end;
  for (const each of form.querySelectorAll<HTMLLabelElement>("label[for]")) each.htmlFor += end;
  for (const each of form.querySelectorAll<HTMLElement>(`[${describes}]`))
    each.setAttribute(describes, idsOf(each).map(id => id + end).join(" "));
}

function idsOf(field: HTMLElement): string[] {
  return (field.getAttribute(describes) ?? "").split(" ").filter(Boolean);
}
