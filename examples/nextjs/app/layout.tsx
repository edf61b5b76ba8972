import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { Header } from "@/components/header";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Next.js on DynamoDB", template: "%s · Next.js on DynamoDB" },
  description: "Better Auth on auth-dynamodb, with server components and server actions",
  icons: "data:,",
};

export const viewport: Viewport = { colorScheme: "light dark" };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Header />
        <main>{children}</main>
      </body>
    </html>
  );
}
