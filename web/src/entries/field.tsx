import { mount } from "../app/mount";
import { FieldFace } from "../features/field";
import { Enrol } from "../features/field/enrol/Enrol";
import { Start } from "../features/field/Start";

mount(
  <Enrol>
    <Start>
      <FieldFace />
    </Start>
  </Enrol>,
  "face.field",
);
