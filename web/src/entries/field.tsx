import { mount } from "../app/mount";
import { FieldFace } from "../features/field";
import { Start } from "../features/field/Start";

mount(
  <Start>
    <FieldFace />
  </Start>,
);
