// Files that a person chooses.

/** Reads a file as the simulator's requests contain it: its name, and its data in base64. */
export function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve({ name: file.name, data: reader.result.slice(reader.result.indexOf(',') + 1) }));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
