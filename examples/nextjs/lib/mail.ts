/** Where a mail would be sent: Amazon SES, Resend, … Here it is printed. */
export async function sendMail(to: string, subject: string, path: string): Promise<void> {
  console.log(`\nMail to ${to}: ${subject}\n  ${process.env.BETTER_AUTH_URL ?? "http://localhost:3000"}${path}\n`);
}
