const subjects = [
  'the power button',
  'the status light',
  'the wireless dongle',
  'the battery',
  'the firmware',
  'the mobile app',
  'the remote control',
  'the warranty',
];
const troubles = ['does not answer any more', 'blinks three times in red', 'loses its settings over night', 'gets very hot', 'shows error'];
const openings = ['What can I do when', 'Why is it that', 'A customer writes that', 'Since the last update'];

/** The n-th question: each number another text, so that no cache of query embeddings answers. */
export function question(number: number): string {
  const pick = (words: string[], divisor: number): string => words[Math.floor(number / divisor) % words.length];
  return `${pick(openings, 1)} ${pick(subjects, openings.length)} ${pick(troubles, openings.length * subjects.length)} ${number}?`;
}

/** A manual's page of some `sentences` sentences, another one for each number. */
export function manualText(number: number, sentences: number): string {
  const lines = Array.from({ length: sentences }, (_, at) => {
    const seed = number * sentences + at;
    return `${capital(subjects[seed % subjects.length])} of unit ${seed} ${troubles[(seed * 7) % troubles.length]}, so hold it for ${(seed % 9) + 2} seconds and wait.`;
  });
  return lines.map((line, at) => (at % 6 === 5 ? `${line}\n\n` : `${line} `)).join('');
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
