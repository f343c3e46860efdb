import { lazy, Suspense } from "react";
import { isExerciseAsked } from "../app/app";
import { mount } from "../app/mount";
import { FieldFace } from "../features/field";
import { Enrol } from "../features/field/enrol/Enrol";
import { Start } from "../features/field/Start";

const Exercise = lazy(() => import("../features/exercise"));

mount(
  <Enrol>
    <Start>
      <FieldFace />
      {isExerciseAsked() && (
        <Suspense>
          <Exercise part="officer" />
        </Suspense>
      )}
    </Start>
  </Enrol>,
  "face.field",
);
