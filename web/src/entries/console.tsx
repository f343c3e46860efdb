import { lazy, Suspense } from "react";
import { ahead } from "../app/ahead";
import { isExerciseAsked } from "../app/app";
import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Console } from "../features/console";
import { keepDesk } from "../pwa/desk";
import { Speak } from "../ui";

const Exercise = lazy(() => import("../features/exercise"));

mount(
  <Speak>
    <SignedIn>
      <Console />
      {isExerciseAsked() && (
        <Suspense>
          <Exercise part="dispatcher" />
        </Suspense>
      )}
    </SignedIn>
  </Speak>,
  "face.console",
  ahead,
);
keepDesk("/console");
