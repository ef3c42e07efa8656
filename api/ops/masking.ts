/** What is left of a number so that two people can agree which one they mean, and nobody can use it. */
export function maskPhone(phone: string): string {
  const tail = phone.slice(-4);
  return `${phone.slice(0, 2)} *** *** ${tail.slice(0, 2)} ${tail.slice(2)}`;
}

export const maskIin = (iin: string): string => `********${iin.slice(-4)}`;
