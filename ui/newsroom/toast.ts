// Toasts say what a form did. They go by themselves unless a person is on them.
const room = document.getElementById("toasts");

// toast shows a text, with a button if there is something to do about it.
export function toast(text: string, action?: { label: string; run: () => void }): void {
  if (!room) return;
  const p = document.createElement("p");
  p.className = "toast";
  p.textContent = text + " ";
  if (action) {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = action.label;
    b.addEventListener("click", () => { p.remove(); action.run(); });
    p.append(b);
  }
  room.append(p);
  leave(p, action ? 10_000 : 6_000);
}

function leave(p: HTMLElement, after: number): void {
  setTimeout(() => (p.matches(":hover, :focus-within") ? leave(p, 2_000) : p.remove()), after);
}

for (const p of room?.querySelectorAll<HTMLElement>(".toast") ?? []) leave(p, 6_000);
